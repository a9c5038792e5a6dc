/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An open /dev/netmap: what stands behind the program's descriptors of it.
 *
 * Until the program registers a port the number is held by a timer; then
 * the port's own descriptor is put in its place, under all numbers that the
 * program has given it by then. That one can be polled by whatever polls, goes
 * through fork and SCM_RIGHTS, and its last close in any process is the
 * port's.
 */
#ifndef NETMAP_FILE_H
#define NETMAP_FILE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "descriptors.h"
#include "netmap_lender.h"
#include "netmap_requests.h"
#include "nmd.h"

struct netmap_guest;
struct netmap_csb;

struct netmap_file {
	struct descriptor descriptor; /* first: one is made of the other */
	struct netmap_file *next;     /* of all there are; never unlinked */
	atomic_bool used;
	uint32_t life; /* how often it has been used */
	atomic_bool registering;
	_Atomic(struct nmd_port *) port; /* NULL: not registered */
	bool sends;                      /* it has TX rings */
	bool receives;                   /* it has RX rings */
	bool fills;                      /* POLLOUT may have to be waited for */
	bool no_tx_poll; /* poll sends only when asked for POLLOUT */
	bool do_rx_poll; /* poll gives slots back also without POLLIN */
	bool global;     /* its memory is the module's global one */
	struct netmap_lender *lender; /* of an interface's memory, or NULL */
	struct netmap_guest *guest;   /* its rings lie in another's memory */
	bool exclusive;               /* nobody else has its rings */
	bool null;                    /* no device looks at its rings */
	/* What the program was told of the memory that its rings are in. */
	uint16_t mem_id;
	uint64_t memsize;
	_Atomic(struct netmap_csb *) csb; /* of the sync loop; NULL: none yet */
	/*
	 * In an epoll set, which may itself be waited for by calls that we do
	 * not see: its FIFO is kept true.
	 */
	atomic_bool watched;
};

extern const struct descriptor_kind netmap_file_kind;

/* How many there are: where it is 0 no call needs a second look. */
extern _Atomic unsigned int netmap_files;

static inline bool netmap_files_any(void)
{
	return atomic_load_explicit(&netmap_files, memory_order_relaxed) > 0;
}

/* A new one with a number, as open(2) with these flags; -1 and errno. */
int netmap_file_open(int flags);

/*
 * Makes a file of a descriptor that was opened by another process and came
 * here by SCM_RIGHTS or exec; false: it is no port's.
 */
bool netmap_file_adopt(int fd);

/* The file behind fd, to be given back, or NULL. */
static inline struct netmap_file *netmap_file_take(int fd)
{
	return netmap_files_any() ? (struct netmap_file *)descriptor_take(
					    fd, &netmap_file_kind)
				  : NULL;
}

static inline void netmap_file_give_back(struct netmap_file *f)
{
	descriptor_give_back(&f->descriptor);
}

/* The file of an interface that has this memory, taken, or NULL. */
struct netmap_file *netmap_file_of_memory(uint16_t id);

/* Whichever has its rings in memory that is called so, taken, or NULL. */
struct netmap_file *netmap_file_in_memory(uint16_t id);

/* The file whose port is called so (but for its rings), taken, or NULL. */
struct netmap_file *netmap_file_of_port(const char *spec);

/* Gives the file its port, under all its numbers. 0 or -errno. */
int netmap_file_bind(struct netmap_file *f, struct nmd_port *port);

/*
 * netmap_epoll.c, of the epoll sets that a file is in: before and after its
 * descriptor becomes its port's; fd, one of several, is closed; one was adopted
 * that may be in some already.
 */
void netmap_epoll_unbind(struct netmap_file *f);
void netmap_epoll_bind(struct netmap_file *f);
void netmap_epoll_closing(struct netmap_file *f, int fd);
void netmap_epoll_adopted(int fd);

/* netmap_register.c: takes from a port, and REGISTER_* flags, what is kept. */
void netmap_remember(struct netmap_file *f, struct nmd_port *port,
		     uint64_t flags);

/* netmap_register.c: its port's memory is the file's no more. */
void netmap_forget_memory(struct netmap_file *f);

/* Options that a registration takes, or NULL. */
struct register_options {
	struct offsets_option *offsets;
	struct external_option *external;
	struct csb_option *csb;
};

/*
 * netmap_register.c: what both interfaces come down to. 0 or the module's
 * errno, which is the status of the option that it is about, too; name has 64
 * bytes.
 */
int netmap_register(struct netmap_file *f, const char *name,
		    struct register_request *r,
		    const struct register_options *o);

/* netmap_register.c: what nmd_open gets, and what a port's request gets. */
struct nmd_options netmap_options(const char *name,
				  const struct register_request *r);
void netmap_describe(const struct nmd_port *port, struct register_request *r);

/* netmap_info.c: 0 or the module's errno. */
int netmap_port_info(const char *name, struct port_info_request *p);
int netmap_pools_info(const char *name, struct pools_request *p);
int netmap_header_get(const char *name, struct header_request *h);
int netmap_header_set(const char *name, const struct header_request *h);

/* netmap_legacy.c and netmap_control.c: 0 or a positive errno. */
int netmap_legacy(struct netmap_file *f, unsigned int command,
		  struct legacy_request *r);
int netmap_control(struct netmap_file *f, struct request_header *h);

/* netmap_control.c: of a header, body and options that the program has. */
int netmap_control_program(struct netmap_file *f, uint64_t header);

/* Whether an ioctl is one that only netmap has. */
static inline bool netmap_is_request(unsigned long request)
{
	return request == NETMAP_TXSYNC || request == NETMAP_RXSYNC ||
	       request == NETMAP_CONTROL || request == NETMAP_REGISTER ||
	       request == NETMAP_INFO;
}

/* netmap_ioctl.c: as nmd_txsync, nmd_rxsync and nmd_wait. */
int netmap_txsync(struct netmap_file *f, struct nmd_port *port);
int netmap_rxsync(struct netmap_file *f, struct nmd_port *port);
int netmap_wait(struct netmap_file *f, struct nmd_port *port, int events,
		int64_t timeout_ns);

/* netmap_ioctl.c: as ioctl(2) on a file of ours. */
int netmap_ioctl(struct netmap_file *f, unsigned long request,
		 uint64_t argument);

#endif
