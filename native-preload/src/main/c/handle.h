/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stands behind a pcap_t that is ours.
 *
 *   program          side table               device library
 *   pcap_t *key ---> struct handle --port---> rings in memory
 *   (genuine,          |
 *    "dead")           +--inner--> a second genuine handle
 *
 * The program holds a genuine libpcap handle, so that every function that is
 * not intercepted works on it. What libpcap reads of a handle's fields (snap
 * length, time stamp precision, link type) cannot be changed once a dead handle
 * exists: calls that depend on it go to the inner handle made at activate.
 */
#ifndef HANDLE_H
#define HANDLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "descriptors.h"
#include "libpcap_abi.h"
#include "nmd.h"
#include "transmitter.h"

#define DEVICE_NAME_SIZE 128
#define MAX_SNAPLEN 262144
#define MAX_RX_RINGS 16

/* One receive ring as the reader sees it. */
struct reader {
	struct netmap_ring *ring;
	unsigned char *buffers; /* buffer i at i * region.buf_size */
	const struct nmd_arrival *arrivals;
	uint32_t next; /* first slot not yet handed out */
	uint32_t tail; /* end of what the last sync showed */

	/*
	 * Up to here frames lie that the device took in and the reader looks
	 * at: they came under an older direction, or the filter is too long.
	 */
	uint32_t older_end;
	bool older; /* there are some */
};

/* What the program set before activate. */
struct handle_options {
	int snaplen;
	int timeout_ms;
	int buffer_size;
	int precision;
	int protocol; /* 0: all */
	bool immediate;
	bool rfmon;
	bool promisc;
	bool nonblock;
};

enum handle_closing {
	NOT_CLOSING = 0,
	CLOSING,      /* pcap_close is under way */
	CLOSING_LEFT, /* to the thread that reads, or uses it otherwise */
};

struct handle {
	_Atomic(pcap_t *) key; /* NULL: free for reuse */
	struct handle *next;   /* in the side table; never unlinked */

	char device[DEVICE_NAME_SIZE]; /* as the program calls it */
	char spec[DEVICE_NAME_SIZE];   /* as the device library calls it */
	struct handle_options options;

	/* From activate on. */
	struct nmd_port *port; /* NULL: not activated */
	pcap_t *inner;
	int linktype;
	bool nonblock;
	struct descriptor descriptor; /* the port's, that the program has */
	bool polled;                  /* the program has the descriptor */
	atomic_bool late; /* it is readable for rejected frames, too */
	bool readable;    /* and it is readable until the next nmd_arm */
	struct nmd_region region;
	struct transmitter tx;
	struct report_entry *report;

	/* The reader's. */
	uint32_t turn;   /* ring that is read now */
	uint32_t taken;  /* slots handed out since the last sync */
	uint32_t batch;  /* slots handed out at most between two syncs */
	uint64_t frames; /* handed out since activate */
	enum nmd_direction direction; /* of the frames to be seen */
	struct abi_insn *filter;  /* that the device does not run, or NULL */
	uint32_t limit;           /* bytes handed out of a frame at most */
	uint64_t frames_before;   /* of those, before the last wait */
	uint64_t time_ns;         /* the last time stamp ... */
	struct timeval ts;        /* ... in the program's form */
	struct abi_pkthdr header; /* of pcap_next and pcap_next_ex */
	unsigned char *packet;    /* of both, and for frames of several slots */
	uint64_t passed;          /* frames that the reader itself rejected */
	uint64_t rejected;        /* frames rejected before the last wait */
	struct reader readers[MAX_RX_RINGS];

	_Atomic pid_t reading; /* the thread that reads now (closing.h); or 0 */
	_Atomic(const void *) reading_from; /* where its stack is then */
	_Atomic pid_t reader;               /* the thread that read last */
	atomic_uint uses;                   /* by threads that wait, not read */
	atomic_int closing;                 /* enum handle_closing */
	void (*finish)(struct handle *h);

	/* pcap_breakloop was called: by signal handlers, other threads. */
	_Alignas(64) atomic_bool broken;
};

/* The handle behind p, or NULL when p is not ours. Async-signal-safe. */
struct handle *handle_of(const pcap_t *p);

/* A handle for p, or NULL when memory is exhausted. */
struct handle *handle_add(pcap_t *p);

/* Forgets p; everything in it must have been given back before. */
void handle_remove(struct handle *h);

/* Calls visit for every handle there is. */
void handle_each(void (*visit)(struct handle *h));

/* The genuine handle that the program holds. */
pcap_t *handle_key(const struct handle *h);

/* Puts a text where pcap_geterr finds it; returns ABI_ERROR. */
int handle_error(struct handle *h, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * The same, with the reason and the remedy, for a call of the device library
 * that failed with code, a negative errno, on an open port: what the program
 * wanted ("read") could not be done (device_error.c).
 */
int handle_device_error(struct handle *h, const char *what, int code);

/* Copies what the inner handle complains about to where geterr finds it. */
void handle_take_error(struct handle *h);

/* "This handle hasn't been activated yet"; returns the number that says so. */
int handle_not_activated(struct handle *h);

/* The options that a handle begins with. */
void handle_default_options(struct handle_options *options);

/* Makes (again) the inner handle from the options; false: out of memory. */
bool handle_make_inner(struct handle *h, int linktype);

/*
 * Reading (reader.c). reader_start finds the rings of an opened port; false:
 * memory is exhausted. reader_read does what pcap_dispatch does: 1 to max
 * packets (max <= 0: what is there), 0 only when it shall not block and
 * nothing is there, or a negative error.
 */
bool reader_start(struct handle *h);
void reader_stop(struct handle *h);
int reader_read(struct handle *h, int max, bool block, abi_handler callback,
		unsigned char *user);
/* Gives back what was handed out, takes over what arrived; 0 or error. */
int reader_sync(struct handle *h);
/* Takes over where the device says reading goes on. */
void reader_reset(struct handle *h);
/* Of what is unread now only the frames of this direction will be seen. */
void reader_set_direction(struct handle *h, enum nmd_direction direction);
/* Whether frames that the filter accepts are at hand. */
bool reader_has_unread(struct handle *h);

/* The descriptor (reader_descriptor.c). */
/* Makes it tell the truth, if the program has it. */
void reader_arm(struct handle *h);
/* The program gets the descriptor, which tells the truth from here on. */
int reader_give_descriptor(struct handle *h);
/*
 * Whether fd is the descriptor of a handle that has frames at hand: it is
 * readable, and the kernel, which would say so too, need not be asked.
 */
bool reader_at_hand(int fd);
void reader_take_descriptor_back(struct handle *h);
/* The handle whose descriptor fd is, or NULL. */
struct handle *reader_of_descriptor(int fd);
/* How many frames the filter has rejected in syncs and reads of the handle. */
uint64_t reader_rejected(const struct handle *h);
/*
 * Takes in what has come behind fd and arms it; whether a frame is left, or an
 * error that a read will return, or it is no handle's descriptor.
 */
bool reader_settle(int fd);

/*
 * Hands program (NULL: accept all) to the device, behind a check for the
 * protocol if the program asked for one. One that is too long for the device
 * stays with the reader, as with stock libpcap one that is too long for the
 * kernel. 0 or an error (filter.c).
 */
int filter_install(struct handle *h, const struct abi_program *program);

#endif
