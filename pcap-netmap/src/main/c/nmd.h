/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The netmap device library: open a port by name, get rings in memory, sync.
 *
 *	struct nmd_port *port;
 *	struct nmd_error why;
 *	if (nmd_open("vale0:1", NULL, &port, &why) < 0)
 *		puts(why.text);
 *	struct nmd_region r;
 *	nmd_region(port, &r);          (netmap_if at r.base + r.if_offset)
 *	... fill slots of a TX ring, move head ...   nmd_txsync(port);
 *	nmd_wait(port, POLLIN, -1);    ... read slots, move head ...
 *	nmd_rxsync(port);
 *	nmd_close(port);
 *
 * Functions return 0 or a positive count on success and a negative errno
 * value on failure. The library prints nothing, installs no signal handler,
 * starts no thread (but see nmd_sandbox), and holds no descriptor before the first open; every
 * descriptor is O_CLOEXEC and numbered 3 or higher. One port may be used by
 * several threads: a sync that finds the same ring being synced by another
 * thread returns -EBUSY and changes nothing.
 */
#ifndef NMD_H
#define NMD_H

#include <stddef.h>
#include <stdint.h>

#include "netmap_abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NMD_API __attribute__((visibility("default")))

/* An opening of a port. */
struct nmd_port;

/* Why a call failed: one line that names the thing, reason and remedy. */
struct nmd_error {
	int32_t code; /* negative errno, as returned */
	char text[508];
};

enum nmd_mode {
	/* The port's own rings; several raw openings of a port share them. */
	NMD_RAW = 0,
	/*
	 * A private copy of what the port receives and of what the port's
	 * other openings send (marked NMD_OUT); what libpcap users expect of
	 * an interface. Port name "*" (vale0:*) sees the whole switch.
	 */
	NMD_CAPTURE = 1,
};

#define NMD_EXCLUSIVE 0x1u /* as the suffix /x: the only raw opening */
/*
 * Raw: keep arrival times and directions beside the receive slots. Capture
 * always does; it costs a sender of small frames a quarter of its speed.
 */
#define NMD_ARRIVALS 0x2u
/*
 * After the close the region's addresses stay valid: what is read there is 0,
 * what is written is lost. For languages whose buffers outlive a close; costs
 * the address space for good.
 */
#define NMD_KEEP_VIEW 0x4u
/*
 * Honour NS_INDIRECT in the slots of this opening: what is sent is read from
 * where the slot's ptr says in the program's own memory. Everybody on the
 * switch can write into the slots, so whoever sets this lets them all read
 * the program's memory. Without it such slots count as bad.
 */
#define NMD_INDIRECT 0x8u
/* Interfaces: see frames to other stations' addresses, too. */
#define NMD_PROMISC 0x10u
/*
 * Whose netmap, whatever NETMAP_DEVICE says: the one in user space, or the
 * kernel's. Without either it is the kernel's where there is a /dev/netmap.
 */
#define NMD_USER_DEVICE 0x20u
#define NMD_KERNEL_DEVICE 0x40u
/*
 * netmap:<interface>/x: its host rings, too, as the last ring of either
 * direction. A slot with NS_FORWARD that is given back, of a receive ring with
 * NR_FORWARD, goes to the other side: from the interface to the host, or from
 * the host into a transmit ring.
 */
#define NMD_HOST_TOO 0x80u
/*
 * netmap:<interface>-<k>/x: in the memory of other openings of the interface by
 * this process that have asked for the same, so that buffers can be moved
 * between their slots. Not where ring k was open there before: the buffers that
 * the kernel had then are lost to it. Filter, snap length and direction are
 * common to all in one memory.
 */
#define NMD_SAME_MEMORY 0x100u
/* A monitor, and /z always: sees one life of its port, with rings like its. */
#define NMD_WITH_PORT 0x200u

/* Zeroes mean defaults. Ignored where the rings exist already (raw). */
struct nmd_options {
	uint32_t size;          /* sizeof(struct nmd_options) */
	uint32_t mode;          /* enum nmd_mode */
	uint32_t flags;         /* NMD_* flags above */
	uint32_t tx_slots;      /* 16 .. 262144, in a pipe 65536; raw 1024,
			     * capture 256 */
	uint32_t rx_slots;      /* likewise; raw 1024, capture 4096 */
	uint32_t buf_size;      /* bytes, multiple of 64, 64 .. 65536; 2112 */
	uint32_t tx_rings;      /* 1 .. 16; 1 */
	uint32_t rx_rings;      /* 1 .. 16; 1 */
	uint64_t area_size;     /* only when this open creates the switch: bytes
			     * of address space for each opening; 512 MiB */
	uint32_t extra_buffers; /* 0 .. 65536, that no slot has at first */
	uint32_t rx_room;       /* bytes a program wants buffered, if rx_slots
			     * is 0: slots for the small frames that stock's
			     * buffer of that size holds, in at most 32 MiB (or
			     * 4 * rx_room) and 1/4 of the tmpfs space left;
			     * from 2 MiB on the default at least, if it fits */
};

/*
 * Opens spec, one of
 *   vale<switch>:<port>          a port of a switch
 *   vale<switch>:<port>{<pipe>   an end of a pipe; its other end is }<pipe>
 *   netmap:<name>{<pipe>         the same, of no switch
 *   netmap:<interface>           a network interface
 * with /x behind it for the only raw opening, or with /r, /t, /rt or /z for a
 * monitor: copies of what that port receives, sends, or both. <switch> is up
 * to 11 letters and digits, <port> up to 31 letters, digits, '_', '.', '-',
 * together with <pipe>.
 *
 * -<k>, before the '/', asks for ring k of each direction only (ring 0 where a
 * direction has fewer); /R for receive rings only, /T for transmit rings only.
 * /x then keeps out only those who ask for the same rings. To a receive ring
 * that nobody has open nothing is delivered. A capture by -<k> has its own
 * rings, and sees what ring k of its port receives and sends.
 *
 * A pipe's ends hand each other frames without copying and drop nothing: a
 * full TX ring waits (nmd_wait with POLLOUT) until the other end has read.
 * Frames wait for an end that is not open yet. NMD_CAPTURE opens a pipe's end
 * itself, with arrival times. A pipe's rings are made with the first opening
 * of either end and go with the last of both.
 *
 * A monitor has rings of its own; nmd_txsync on it is -EOPNOTSUPP. With /z it
 * is of both directions, and sees whole frames once their slots are released:
 * by the port's reader, as he leaves them, by the switch, or by a pipe's other
 * end at the sender's next sync; a second one, once the first gives them back.
 * One of an interface (/z: each sees all) looks at what others have alone, if
 * somebody has; else it shares it with the host, or, with NMD_EXCLUSIVE, -ENODEV.
 *
 * An interface goes on serving the host. NMD_CAPTURE sees what it receives
 * and sends, but for what the opening itself sends; NMD_RAW and /r what it
 * receives, /t what it sends. Each opening has one ring of either direction,
 * of its own; what it sends goes out of the interface. Needs CAP_NET_RAW.
 *
 * By @group:<n> behind an interface's or a port's name, before or behind the
 * letters, each frame goes to one of the openings of group n (0 .. 65535) of
 * it, in whatever processes, all frames of a flow in both directions to the
 * same; by @robin:<n> to one after the other. Members have rings of their own,
 * raw ones too; none sees what another sends.
 *
 * With /x the opening has the interface alone, in either mode: one ring for
 * each of its queues (or, by -<k>, one queue of it), whose buffers the kernel
 * works on, so that their size is 2048, or 4096 if the MTU is above 1770, of
 * which a frame may use all but 256 bytes. By default a receive ring has 4096
 * slots, in NMD_CAPTURE so many that those of all queues take 32 MiB. The host
 * gets nothing of it until the close. Needs CAP_NET_RAW, CAP_NET_ADMIN, CAP_BPF,
 * and CAP_IPC_LOCK or a large RLIMIT_MEMLOCK.
 *
 * netmap:<interface>^ is the host's side of the interface: what the host sends
 * by it comes to the opening instead of the wire, what the opening sends comes
 * to the host as if received. One opening at a time, from Linux 6.6 on. With *
 * or + for the ^ it is the shared opening: NMD_RAW sees both directions, too.
 *
 * err may be NULL. Errors:
 *   -EINVAL     name or option not understood, or no such ring
 *   -EBUSY      the port is open exclusively, or /x found it open, or
 *               another XDP program attached to the interface
 *   -ENOSPC     no opening left on the switch (254)
 *   -ENOMEM     tmpfs or the memory cgroup has no room for the rings
 *   -E2BIG      rings larger than the switch's area size
 *   -EACCES     runtime directory not ours or /dev/netmap not permitted
 *   -ENOTSUP    runtime directory is not tmpfs; or a monitor of an interface,
 *               and the network namespace cannot be told
 *   -EPROTO     switch made by another version or word size
 *   -ENODEV     a kernel port is asked for and there is none, no such
 *               interface, or the port to be monitored is not open
 *   -EPERM      an interface, and the process lacks a capability
 *   -ENETDOWN   the interface is down
 *   -ETIMEDOUT  somebody holds the switch's lock and does not go on
 */
NMD_API int nmd_open(const char *spec, const struct nmd_options *options,
		     struct nmd_port **port, struct nmd_error *err);

/* Whether spec is a name this library would open (syntax only): 1 or 0. */
NMD_API int nmd_is_port_name(const char *spec);

/*
 * Reads what NETMAP_AREA_SIZE may say: bytes, or a number with k, M or G.
 * Returns 1, or 0 if text is no size of 1M to 2G.
 */
NMD_API int nmd_area_size(const char *text, uint64_t *bytes);

/* Where an opening's rings lie. Offsets are bytes from base. */
struct nmd_region {
	void *base;
	uint64_t size;
	uint64_t if_offset;       /* of the struct netmap_if */
	uint64_t arrivals_offset; /* of struct nmd_arrival[], the opening's
				   * first RX ring; 0: none kept */
	uint64_t arrivals_stride; /* bytes to the array of the next RX ring */
	uint32_t tx_rings, rx_rings; /* that the opening has; 0: /R or /T */
	uint32_t tx_slots, rx_slots;
	uint32_t buf_size;
	uint32_t buffers; /* buffer indices are 0 .. buffers-1 */
	/*
	 * Their places among the port's rings, as the netmap_if counts these:
	 * not 0 by -<k> only.
	 */
	uint32_t first_tx_ring, first_rx_ring;
	uint32_t port_tx_rings, port_rx_rings;
};

NMD_API void nmd_region(const struct nmd_port *port, struct nmd_region *out);

/*
 * Ring number index of those that the opening has, and the buffers of all rings, from what
 * this process knows: what the region itself says of its rings (ring_ofs,
 * buf_ofs, num_slots) others on the switch may have spoiled. NULL: no such
 * ring. Buffer i lies at nmd_buffers + i * nmd_region.buf_size; a slot's index
 * must be checked against nmd_region.buffers.
 */
NMD_API struct netmap_ring *nmd_tx_ring(const struct nmd_port *port,
					uint32_t index);
NMD_API struct netmap_ring *nmd_rx_ring(const struct nmd_port *port,
					uint32_t index);
NMD_API uint8_t *nmd_buffers(const struct nmd_port *port);

/*
 * Beside each receive slot (entry i belongs to slot i): when the frame came,
 * from which side, and how long it was before the snap length cut it.
 */
struct nmd_arrival {
	uint64_t time_ns;  /* CLOCK_REALTIME of the sender's batch */
	uint32_t wire_len; /* bytes of the whole frame; 0 in the 2nd and
			      * later slots of a frame of several slots */
	uint8_t direction; /* NMD_IN or NMD_OUT */
	uint8_t reserved[3];
};

enum nmd_direction {
	NMD_INOUT = 0,
	NMD_IN = 1,
	NMD_OUT = 2
};

/*
 * Sends slots up to head: all of them, but in a pipe no more than the other
 * end has room for, and no more than an interface's queue takes. A frame that
 * an interface refuses is passed over and counted as bad, and the refusal is
 * returned: -EMSGSIZE, -ENETDOWN and what else its driver says. Returns free
 * slots over all TX rings.
 */
NMD_API int nmd_txsync(struct nmd_port *port);

/*
 * In place of nmd_txsync, after head has moved by a plain frame of length bytes
 * in one slot, of an opening with one TX ring. 1: its receiver is awake and
 * takes the frame from there itself, at its next sync or wait, whatever becomes
 * of the sender meanwhile. The slots turn free with the next nmd_txsync, which
 * also sends what is still there. 0: call nmd_txsync now. No other thread
 * or process may be in a call that sends on this opening.
 */
NMD_API int nmd_hold(struct nmd_port *port, uint32_t length);

/*
 * Gives back slots up to head, shows new frames. Returns readable slots.
 * -ENODEV: the interface has gone.
 */
NMD_API int nmd_rxsync(struct nmd_port *port);

/*
 * Waits until POLLIN (a readable slot beyond cur) or POLLOUT holds, with the
 * syncs that poll() on a netmap descriptor would do. timeout_ns < 0: no
 * limit. Returns the events that hold, 0 on timeout, -EINTR after a signal
 * or nmd_interrupt.
 */
NMD_API int nmd_wait(struct nmd_port *port, int events, int64_t timeout_ns);

/*
 * Ends the running nmd_wait, or else the next one, with -EINTR.
 * Async-signal-safe.
 */
NMD_API void nmd_interrupt(struct nmd_port *port);

/*
 * A descriptor for poll, select and epoll: readable when slots are unread.
 * It is kept true only while armed: call nmd_arm after opening and after
 * every read (after the rxsync that gave slots back).
 */
NMD_API int nmd_fd(const struct nmd_port *port);
NMD_API int nmd_arm(struct nmd_port *port);

/*
 * 1: the opening's own syncs run its filter, as those of interfaces and of the
 * kernel's ports do, and have rejected so many frames. Then nmd_fd may be
 * readable for frames that the next sync rejects. 0: it never is.
 */
NMD_API int nmd_rejects(const struct nmd_port *port, uint64_t *frames);

/*
 * The program is about to forbid itself system calls (seccomp). From now on
 * syncs, waits of no time and nmd_arm make none: a thread, the only one that
 * this library ever starts, wakes others in their stead, a millisecond later.
 * It takes no signals, and has room for all that one full switch asks for at
 * once. Does nothing if no port is open. Call it once all ports are, and not
 * for a filter that binds all threads (TSYNC): that binds this one, too, and
 * where it kills for a forbidden call it kills the program. The child of a fork
 * has no such thread, as starting one may be forbidden: it wakes nobody. Who is
 * not woken looks by itself within a second if it waits by nmd_wait; if it
 * polls nmd_fd, it is told by the next who sends and may wake.
 */
NMD_API int nmd_sandbox(void);

/* One classic BPF instruction, as struct bpf_insn / sock_filter. */
struct nmd_insn {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

/*
 * The receive filter, run where frames are delivered; length 0 accepts all.
 * Programs may load what libpcap compiles on a live interface of Linux:
 * packet type, interface (1 + the port's number), VLAN (always in the frame).
 * Frames that are queued already pass it and the direction as well, which cuts
 * none of them; those that are rejected are given up, and the others shown
 * again by the next sync: nothing is left between head and tail. -EINVAL: bad
 * program; these three also -EBUSY: somebody is stopped in a sync of the same
 * rings, -EBADF: the opening has lost its descriptor.
 */
NMD_API int nmd_set_filter(struct nmd_port *port, const struct nmd_insn *prog,
			   uint32_t length);
/* Bytes of a frame that are copied; 0: all. From the next frame on. */
NMD_API int nmd_set_snaplen(struct nmd_port *port, uint32_t snaplen);
NMD_API int nmd_set_direction(struct nmd_port *port, enum nmd_direction dir);

/*
 * Counters of an opening since it was opened. Exact whenever nobody is
 * sending. offered_to = published + dropped + filtered,
 * published = consumed + unread + abandoned.
 */
struct nmd_stats {
	uint64_t size;      /* in: sizeof(struct nmd_stats) */
	uint64_t published; /* frames' slots put into the RX rings */
	uint64_t published_bytes;
	uint64_t dropped;   /* frames lost for lack of room */
	uint64_t filtered;  /* frames rejected by filter or direction */
	uint64_t consumed;  /* slots given back by the reader */
	uint64_t unread;    /* slots in the rings now */
	uint64_t abandoned; /* slots given up by a filter change */
	uint64_t accepted;  /* of published: frames (= slots unless a frame
			      * took several); from an interface also
			      * those that wait in the kernel */
	uint64_t sent;      /* slots this opening's rings sent */
	uint64_t sent_bytes;
	uint64_t sent_bad;  /* slots not sent: bad index or length */
	uint64_t offered;   /* frame x receiver pairs this side offered */
	uint64_t wakeups;   /* wake-ups others sent to this opening */
	uint64_t sleeps;    /* times a reader slept */
	uint64_t takeovers; /* locks of dead owners taken over here */
};

NMD_API int nmd_stats(const struct nmd_port *port, struct nmd_stats *out);

/* One opening as seen from outside. */
struct nmd_info {
	char switch_name[16];
	char port_name[32]; /* with its suffixes but /x */
	char program[32];   /* comm of the opener */
	uint32_t mode;      /* enum nmd_mode */
	uint32_t pid;       /* in the opener's pid namespace */
	uint32_t uid;
	uint32_t index; /* opening number on its switch, 0 .. 253 */
	uint32_t tx_rings, rx_rings, tx_slots, rx_slots, buf_size;
	uint32_t filter_length; /* instructions, 0: none */
	uint64_t generation;
	uint64_t opened_ns; /* CLOCK_REALTIME */
	struct nmd_stats stats;
	/* How an interface is reached: "shared", "xdp driver zero-copy" ... */
	char path[32];
};

/*
 * All live openings of all switches of the runtime directory. Writes up to
 * max entries, returns how many there are. Removes what killed processes
 * left behind. Joins no switch and disturbs nobody.
 */
NMD_API int nmd_list(struct nmd_info *out, uint32_t max, struct nmd_error *err);

#define NMD_CLOSED UINT32_MAX /* all openings that have closed since */

/*
 * What one opening has sent to another, in frames, since the later of the two
 * was opened; openings that share rings count together, under the lowest of
 * their numbers. Exact whenever nobody is sending:
 * offered = accepted + dropped + filtered, and the sum over all senders,
 * those that have closed included, is what nmd_stats says of the receiver.
 */
struct nmd_pair {
	char switch_name[16];
	char sender_port[32]; /* "" for NMD_CLOSED */
	char receiver_port[32];
	uint32_t sender;   /* opening numbers as in nmd_info, or NMD_CLOSED */
	uint32_t receiver; /* 0 .. 253 */
	uint64_t sender_generation; /* as in nmd_info; 0 for NMD_CLOSED */
	uint64_t receiver_generation;
	uint64_t offered;
	uint64_t accepted;
	uint64_t bytes; /* wire bytes of the accepted */
	uint64_t dropped;
	uint64_t filtered;
	uint64_t wakeups;   /* the sender woke the receiver */
	uint64_t takeovers; /* the sender took over a lock of the receiver's */
};

/*
 * All pairs, of all switches of the runtime directory, in which anything was
 * offered. Returns, cleans up and fails as nmd_list.
 */
NMD_API int nmd_pairs(struct nmd_pair *out, uint32_t max,
		      struct nmd_error *err);

/* What can go wrong on a switch and be worth telling others. */
enum nmd_error_kind {
	NMD_ERROR_TAKEOVER = 1, /* a lock of a dead process was taken over */
	NMD_ERROR_STUCK = 2,    /* a lock's holder does not go on: drops */
	NMD_ERROR_SETTINGS = 3, /* a filter that never stands still: drops */
	NMD_ERROR_FILTER = 4,   /* a filter does not check: rejects all */
	NMD_ERROR_RING = 5,     /* a program's ring indices were nonsense */
	NMD_ERROR_SLOTS = 6,    /* slots with a bad index or length */
	NMD_ERROR_WAKE = 7,     /* a descriptor could not be written to */
	NMD_ERROR_LEFT = 8,     /* ended without a close: cleaned up after */
	NMD_ERROR_OPEN = 9,     /* a port could not be opened */
	NMD_ERROR_FULL = 10     /* count: errors the log had no room for */
};

/* A distinct error: all that have the same kind and text. */
struct nmd_logged {
	char switch_name[16];
	char program[32]; /* who met it first, or in NMD_ERROR_LEFT was it */
	uint32_t kind;    /* enum nmd_error_kind */
	uint32_t pid;     /* of that program, in its own pid namespace */
	uint32_t opening; /* of it, 0 .. 253, or UINT32_MAX */
	uint32_t reserved;
	uint64_t count;
	uint64_t first_ns; /* CLOCK_REALTIME */
	uint64_t last_ns;
	char text[168]; /* one line: the port, the reason, the remedy */
};

/*
 * The error logs of all switches of the runtime directory. A log lives as
 * long as its switch: that of a switch whose last process was killed is
 * shown once more by the call that removes it. Returns, cleans up and fails
 * as nmd_list.
 */
NMD_API int nmd_error_log(struct nmd_logged *out, uint32_t max,
			  struct nmd_error *err);

/*
 * How many other openings are on this port's switch now; an interface has one
 * while there is a link, and of netmap:<name>{<pipe> those of the pipe count.
 * Of the kernel's netmap: openings by this library, of a pipe those of the
 * pipe, and ports that other programs have; whether one has the other end of
 * a pipe the module does not tell.
 */
NMD_API int nmd_peers(struct nmd_port *port);

/* The opening's full name, e.g. "vale0:1". Valid until close. */
NMD_API const char *nmd_name(const struct nmd_port *port);

/* Closes; the port goes with its last opening. port may be NULL. */
NMD_API void nmd_close(struct nmd_port *port);

/*
 * Offsets and sizes of every structure that Java or a later version reads,
 * one "name value" pair a line: offsets as "type.field", sizes as "type"; for agreement tests.
 */
NMD_API const char *nmd_layout(void);

/* "0.1.0 abi 14 layout 5.0" */
NMD_API const char *nmd_version(void);

#ifdef __cplusplus
}
#endif
#endif
