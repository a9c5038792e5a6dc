/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lies in the shared file of a VALE switch.
 *
 *   0              +--------------------------+
 *                  | struct sw_header         |  who made it, geometry, epoch,
 *                  |                          |  totals of closed openings
 *   SW_PORTS_AT    +--------------------------+
 *                  | struct sw_port[254]      |  names and states
 *   SW_OPENINGS_AT +--------------------------+
 *                  | struct sw_opening[254]   |  who holds a port open, how
 *   SW_AREAS_AT    +--------------------------+
 *                  | struct sw_area_entry[254]|  which areas are in use
 *   SW_MACS_AT     +--------------------------+
 *                  | mac words[4096]          |  learned addresses
 *   SW_ERRORS_AT   +--------------------------+
 *                  | struct sw_error_log      |  what has gone wrong so far
 *   SW_IFS_AT      +--------------------------+
 *                  | struct netmap_if[254]    |  for netmap's own programs
 *   area_offset    +--------------------------+
 *                  | area 0 (struct area ...) |  rings and buffers
 *   + area_size    +--------------------------+
 *                  | area 1                   |
 *                  |   ...                    |
 *
 * The tables are written under the switch's join lock only (an open file
 * description lock on the file "lock", which the kernel drops with its
 * holder); senders read them without a lock, and start over when the epoch
 * has moved. Ports, openings and areas are named by index; 0xffff is none.
 *
 * Nothing read from here is trusted: every index, length and offset is
 * checked against geometry that was checked once, when the switch was
 * mapped, and is kept in private memory.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nmd.h"

#define SW_MAGIC 0x574c41564d4e0a1aull
#define SW_MAJOR 5
#define SW_MINOR 0
#define SW_WORD_BITS 64

#define SW_MAX 254      /* ports, openings and areas of a switch */
#define SW_NONE 0xffffu /* index: none */
#define SW_MAX_RINGS 16 /* rings of one direction of an opening */
#define SW_HELD_WORDS 4 /* a bit for each area */
#define SW_MAC_WAYS 8   /* entries of a bucket: one cache line */
#define SW_MAC_BUCKETS 512
#define SW_LINE 64
#define SW_PAGE 4096

#define LINE_ALIGNED _Alignas(SW_LINE)

/* States of ports, openings and areas: the low byte of their state word. */
enum sw_state {
	SW_FREE = 0,
	SW_LIVE = 1,
	SW_CLOSING = 2,
	SW_MAKING = 3 /* an area whose memory is being taken: nothing counts */
};

/* What an opening is of. */
enum sw_kind {
	SW_VALE = 0,       /* a port of the switch */
	SW_PIPE = 1,       /* an end of a pipe, which the switch does not see */
	SW_NIC = 2,        /* a network interface */
	SW_KERNEL = 3,     /* any port of the kernel's netmap */
	SW_NIC_MONITOR = 4 /* a monitor of an interface that is had alone */
};

/* Whether frames come from outside, so that nothing is shared in the tables. */
static inline bool sw_is_outside(uint32_t kind)
{
	return kind == SW_NIC || kind == SW_KERNEL;
}

/* Which end of a pipe an area is; 0: none. */
enum sw_pipe_end {
	SW_NO_PIPE = 0,
	SW_LEFT = 1, /* '{' */
	SW_RIGHT = 2 /* '}' */
};

/* Flags of an opening: a monitor, of what its port receives or sends. */
#define SW_MONITOR_RX 0x10u
#define SW_MONITOR_TX 0x20u
/* The same: its name asked for one ring, for one direction's. */
#define SW_ONE_RING 0x40u
#define SW_RX_RINGS_ONLY 0x80u
#define SW_TX_RINGS_ONLY 0x100u
#define SW_HOST_RINGS 0x200u
/* An interface's: others of its process may have the same memory. */
#define SW_SAME_MEMORY 0x400u
/* A monitor of what is released; one that sees one life of its port. */
#define SW_ZERO_COPY 0x800u
#define SW_WITH_PORT 0x1000u

/* Beside a group's number: its frames go round, and not by flows. */
#define SW_ROBIN 0x80000000u

/* How an interface is used: sw_opening.nic_ways. */
#define SW_NIC_SHARED 0x1u
#define SW_NIC_ALONE 0x2u
#define SW_NIC_DRIVER 0x4u    /* else generic */
#define SW_NIC_ZERO_COPY 0x8u /* else copying */
#define SW_NIC_HOST 0x10u     /* its host rings */

/* A state and a generation change together, in one word. */
typedef _Atomic uint64_t sw_state_word;

static inline uint64_t sw_state_make(uint64_t generation, enum sw_state state)
{
	return generation << 8 | (uint64_t)state;
}

static inline enum sw_state sw_state_of(uint64_t word)
{
	return (enum sw_state)(word & 0xff);
}

static inline uint64_t sw_generation_of(uint64_t word)
{
	return word >> 8;
}

/* Totals of openings that are gone, so that sums over a switch stay exact. */
struct sw_retired {
	_Atomic uint64_t published;
	_Atomic uint64_t dropped;
	_Atomic uint64_t filtered;
	_Atomic uint64_t consumed;
	_Atomic uint64_t abandoned;
	_Atomic uint64_t offered;
	_Atomic uint64_t openings; /* how many have closed */
	uint64_t reserved;
};

struct sw_header {
	_Atomic uint64_t magic; /* SW_MAGIC, stored last */
	uint16_t major, minor;
	uint16_t word_bits;
	uint16_t byte_order; /* 0x1234 as the maker's machine stores it */
	uint64_t file_size;
	uint64_t area_offset;
	uint64_t area_size;
	uint32_t max_areas;
	uint32_t mac_entries;
	uint64_t created_ns;
	uint32_t creator_uid;
	uint32_t reserved0;
	char name[16];
	/* Moves with every change of the tables. */
	LINE_ALIGNED _Atomic uint64_t epoch;
	/*
	 * The totals that stand are retired[retired_word & 1]; the rest of the
	 * word names the area they last took in. The other copy is where the
	 * next are made: one store commits them, so that whoever is killed
	 * while adding an area's counts adds them neither in part nor twice.
	 */
	LINE_ALIGNED _Atomic uint64_t retired_word;
	LINE_ALIGNED struct sw_retired retired[2];
};

struct sw_port {
	sw_state_word state;
	char name[32];      /* after the ':'; "*" is the switch-wide tap */
	uint16_t raw_area;  /* the rings that raw openings share, or none */
	uint16_t peer_area; /* of a pipe: the other end's rings, or none */
	uint32_t reserved[5];
};

/* Some rings of an area or a port: the first of each direction, how many. */
struct sw_rings {
	uint8_t first_tx, tx;
	uint8_t first_rx, rx;
};

struct sw_opening {
	sw_state_word state;
	uint64_t fifo_inode; /* of the descriptor; finds the opening again */
	uint64_t pid_namespace;
	uint64_t opened_ns;
	uint16_t port;
	uint16_t area;
	uint16_t mode;  /* enum nmd_mode */
	uint16_t flags; /* NMD_EXCLUSIVE, SW_MONITOR_*, SW_*_ONLY ... */
	uint32_t pid;
	uint32_t uid;
	char program[32];
	uint32_t kind;            /* enum sw_kind */
	_Atomic uint32_t leaving; /* 1: it closes in an orderly way */
	uint16_t other_area;      /* of the other end of a pipe, or none */
	uint16_t reserved0;
	struct sw_rings rings; /* of its area: those it has open */
	uint64_t seal;         /* over what stands here; see seal.h */
	/*
	 * A capture or monitor: the rings of its port that it is to see. The
	 * port has watched_of receive rings, as far as their numbers matter.
	 */
	struct sw_rings watched;
	uint32_t watched_of;
	_Atomic uint32_t nic_ways; /* of an interface: SW_NIC_* */
	uint32_t group;            /* the number of its group + 1, SW_ROBIN */
	/*
	 * Of an interface: its XDP program. Of a monitor of one: in which network
	 * namespace it is called so: the low half of the namespace's cookie, or
	 * the number that /proc says.
	 */
	_Atomic uint32_t nic_program;
	/*
	 * SW_WITH_PORT: the generation of the rings that it looks at, as far as
	 * there is room.
	 */
	uint32_t watched_generation;
};

/*
 * What an area's rings are like is said here, and not where they are: who
 * looks must know that there is memory before touching an area.
 */
struct sw_area_entry {
	sw_state_word state;
	uint64_t seal; /* over state and numbers; see seal.h */
	uint32_t tx_rings, rx_rings;
	uint32_t tx_slots, rx_slots;
	uint32_t buf_size;
	uint32_t arrivals; /* 1: kept beside the receive rings */
	uint32_t pipe_end; /* enum sw_pipe_end */
	uint32_t headroom; /* bytes of a buffer before its frame */
	uint32_t extra;    /* buffers that no slot has at first */
	/*
	 * Free: pages of memory it has kept, see spare.h, and the epoch since
	 * when. In use: pages it may keep when it closes.
	 */
	uint32_t spare_pages;
	uint64_t spare_since;
};

#define SW_ALIGN(n, to) (((n) + (to)-1) / (to) * (to))
#define SW_PORTS_AT SW_PAGE
#define SW_OPENINGS_AT \
	SW_ALIGN(SW_PORTS_AT + SW_MAX * sizeof(struct sw_port), SW_PAGE)
#define SW_AREAS_AT \
	SW_ALIGN(SW_OPENINGS_AT + SW_MAX * sizeof(struct sw_opening), SW_PAGE)
#define SW_MACS_AT \
	SW_ALIGN(SW_AREAS_AT + SW_MAX * sizeof(struct sw_area_entry), SW_PAGE)
#define SW_MAC_ENTRIES (SW_MAC_BUCKETS * SW_MAC_WAYS)
#define SW_ERRORS_AT SW_ALIGN(SW_MACS_AT + SW_MAC_ENTRIES * 8, SW_PAGE)
#define SW_IFS_AT SW_ALIGN(SW_ERRORS_AT + sizeof(struct sw_error_log), SW_PAGE)
#define SW_IF_SIZE 512u /* from one opening's netmap_if to the next */
#define SW_IFS_SIZE SW_ALIGN(SW_MAX *SW_IF_SIZE, SW_PAGE)
#define SW_HEADERS_SIZE SW_ALIGN(SW_IFS_AT + SW_IFS_SIZE, 1u << 20)

#define SW_MAX_ERRORS 127

/*
 * One distinct error. Who meets it first claims a free entry by its key (a
 * hash of kind and text), writes the rest and then stores the key once more.
 * Whoever finds a claimed entry that is not whole may be looking at one whose
 * writer was killed, and writes the same again. Entries are never freed.
 */
struct sw_error {
	LINE_ALIGNED _Atomic uint64_t claimed; /* key, 0: free */
	_Atomic uint64_t whole;                /* key, once the rest stands */
	_Atomic uint64_t count;
	_Atomic uint64_t first_ns, last_ns; /* CLOCK_REALTIME */
	uint32_t kind;                      /* enum nmd_error_kind */
	uint32_t pid;     /* of the first that met it, in its namespace */
	uint32_t opening; /* the same, or SW_NONE */
	uint32_t reserved;
	char program[32];
	char text[168];
};

struct sw_error_log {
	LINE_ALIGNED _Atomic uint64_t not_kept; /* for want of an entry */
	struct sw_error entry[SW_MAX_ERRORS];
};

/*
 * One opening's area.
 *
 *   0                 +---------------------------+
 *                     | struct area               |  control words
 *                     |   rx[16], tx[16]          |
 *                     |   to[254]                 |  counts by receiver
 *   AREA_FILTER_AT    +---------------------------+
 *                     | nmd_insn[2][4096]         |  receive filters
 *   if_offset         +---------------------------+
 *                     | struct netmap_if, rings   |  the public netmap ABI
 *   arrivals_offset   +---------------------------+
 *                     | nmd_arrival[rx_slots] ... |  beside each RX ring
 *   pool_offset       +---------------------------+
 *                     | buffers                   |  shared by all rings of
 *                     +---------------------------+  the area
 *
 * Each end of a pipe has an area of its own, with a journal for each TX ring
 * before the buffers. The buffers of both ends are one pool, half of it in
 * either area: a process maps its own end and behind it the left end's
 * buffers, then the right end's, so that an index means the same to both.
 *
 * Numbers that only grow count slots since the area was made; slot i of a
 * ring is number n with n mod num_slots = i.
 */

/*
 * A lock: 0 free, else (opening index + 1) << 56 | generation << 32 | pid,
 * with 24 bits of generation.
 */
typedef _Atomic uint64_t sw_lock;

/* One receive ring, as the device sees it. Each line has one writer. */
struct rx_control {
	/* Senders, under the lock. */
	LINE_ALIGNED sw_lock lock;
	uint64_t consumed_seen;           /* senders' last look at consumed */
	_Atomic uint64_t accepted;        /* frames */
	_Atomic uint64_t published_bytes; /* wire bytes of those */
	_Atomic uint64_t dropped;         /* frames */
	_Atomic uint64_t filtered;        /* frames */
	_Atomic uint64_t wakeups;
	/* 1: somebody polls, wake by the FIFO; wait.c. Seldom written. */
	_Atomic uint32_t armed;
	uint32_t reserved0;
	/* Senders write, the reader reads: slots published. The commit. */
	LINE_ALIGNED _Atomic uint64_t published;
	_Atomic uint64_t published_ns; /* CLOCK_REALTIME of the last batch */
	/* The reader. */
	LINE_ALIGNED _Atomic uint64_t consumed; /* slots given back */
	_Atomic uint64_t granted;   /* slots shown to the program: tail */
	_Atomic uint64_t abandoned; /* of consumed: given up unread */
	_Atomic uint64_t sleeps;
	sw_lock sync_lock; /* the reader's, against other syncs */
	/* Frames that the reader has offered to a zero-copy monitor. */
	_Atomic uint64_t offered;
	/* Of ring 0: 1: there may be such monitors. Once set, it stays. */
	_Atomic uint64_t watched;
	uint64_t reserved1;
};

/* One transmit ring. */
struct tx_control {
	LINE_ALIGNED sw_lock sync_lock;
	_Atomic uint64_t sent; /* slots taken from the ring */
	_Atomic uint64_t sent_bytes;
	_Atomic uint64_t sent_bad; /* slots with a bad index or length */
	_Atomic uint64_t offered;  /* frame x receiver pairs */
	_Atomic uint64_t takeovers;
	_Atomic uint64_t holds; /* 1: a receiver may move sent, too; draw.h */
	/*
	 * Of a pipe that a zero-copy monitor looks at: slots that the other end
	 * has given back and the monitor has been shown.
	 */
	_Atomic uint64_t released;
};

/*
 * What the rings of one area offered to those of another, in frames. One line
 * for each receiver, whose only writer is the sender, under its sync lock.
 */
struct sw_pair {
	LINE_ALIGNED _Atomic uint64_t generation; /* the receiver's; 0: none */
	_Atomic uint64_t offered; /* = accepted + dropped + filtered */
	_Atomic uint64_t accepted;
	_Atomic uint64_t bytes; /* wire bytes of those */
	_Atomic uint64_t dropped;
	_Atomic uint64_t filtered;
	_Atomic uint64_t wakeups;
	_Atomic uint64_t takeovers; /* of the receiver's ring locks */
};

/*
 * What an opening asks of those who send to it. There are two, each with a
 * program of its own: the next ones are written where nobody looks, and one
 * store of settings_seq makes them stand. So a sender never finds them half
 * written, whatever becomes of the writer.
 */
struct rx_settings {
	_Atomic uint32_t filter_length; /* instructions, 0: none */
	_Atomic uint32_t snaplen;       /* 0: all */
	_Atomic uint32_t direction;     /* enum nmd_direction */
	uint32_t reserved;
};

/*
 * The journal of a pipe's TX ring: what the swaps that are under way need to
 * be undone. An entry names a position of the other end's RX ring, the TX slot
 * it is swapped with and the RX slot's buffer, which during a swap may stand
 * nowhere else. Entry n mod SW_JOURNAL belongs to position n.
 */
#define SW_JOURNAL 256
struct pipe_journal {
	LINE_ALIGNED _Atomic uint64_t busy; /* 1: swaps are under way */
	/* Where rings stand once the batch is committed. */
	_Atomic uint64_t published_after, sent_after;
	uint64_t reserved[5];
	_Atomic uint64_t entry[SW_JOURNAL];
};

struct area {
	/* Written once, before the area's entry turns live. */
	uint64_t generation;
	uint16_t port, mode;
	/* An interface's: bits of the queues whose rings somebody has had. */
	_Atomic uint32_t queues_used;
	/* 1: some opening has the extra buffers. */
	_Atomic uint32_t extra_taken;
	/* Pipes: whether anybody wants arrivals; once set, it stays. */
	_Atomic uint32_t arrivals_wanted;
	/* Senders keep a copy of settings[settings_seq & 1] while it stands. */
	LINE_ALIGNED _Atomic uint64_t settings_seq;
	struct rx_settings settings[2];
	/* Who waits. A sender looks here after it has published. */
	LINE_ALIGNED _Atomic uint32_t awake; /* futex word: 0 asleep; wake.h */
	_Atomic uint32_t wants_room; /* pipes: 1: a sleeper is a writer */
	_Atomic uint32_t draws;      /* 1: senders may hold frames; draw.h */
	_Atomic uint32_t drawing;    /* 1 + the area that it takes from now */
	/* Areas whose senders hold frames for this one: a bit each. */
	_Atomic uint64_t held[SW_HELD_WORDS];
	LINE_ALIGNED struct rx_control rx[SW_MAX_RINGS];
	struct tx_control tx[SW_MAX_RINGS];
	/* To each area of the switch. */
	struct sw_pair to[SW_MAX];
	/*
	 * From areas that have closed: as the totals of struct sw_header,
	 * from_closed[from_closed_word & 1] stands.
	 */
	struct sw_pair from_closed[2];
	LINE_ALIGNED _Atomic uint64_t from_closed_word;
};

#define AREA_MAX_FILTER 4096
#define AREA_FILTER_AT SW_ALIGN(sizeof(struct area), SW_PAGE)
#define AREA_FILTER_SIZE (AREA_MAX_FILTER * sizeof(struct nmd_insn))
#define AREA_IF_AT SW_ALIGN(AREA_FILTER_AT + 2 * AREA_FILTER_SIZE, SW_PAGE)

_Static_assert(sizeof(struct sw_header) <= SW_PORTS_AT, "header fits");
_Static_assert(sizeof(struct sw_port) == 64, "a port is 64 bytes");
_Static_assert(sizeof(struct sw_opening) == 128, "an opening is 128 bytes");
_Static_assert(sizeof(struct sw_area_entry) == 64, "an entry is 64 bytes");
_Static_assert(sizeof(struct rx_control) == 3 * SW_LINE, "rx control");
_Static_assert(sizeof(struct tx_control) == SW_LINE, "tx control");
_Static_assert(sizeof(struct sw_error) == 4 * SW_LINE, "an error is 256 bytes");
_Static_assert(sizeof(struct sw_pair) == SW_LINE, "a pair is one line");
_Static_assert(sizeof(struct pipe_journal) % SW_LINE == 0, "journal");
_Static_assert(sizeof(struct nmd_arrival) == 16, "an arrival is 16 bytes");
_Static_assert(sizeof(struct nmd_insn) == 8, "an instruction is 8 bytes");

#endif
