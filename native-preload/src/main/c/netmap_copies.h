/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the program gives with an ioctl, in copies of ours, as the module has
 * it: an address at which nothing is, is EFAULT and not the program's end, and
 * what other threads write meanwhile changes nothing.
 *
 * The kernel copies, which looks whether the memory is there. Where it refuses
 * to (a sandbox, a kernel without process_vm_readv) the memory is believed.
 */
#ifndef NETMAP_COPIES_H
#define NETMAP_COPIES_H

#include <stddef.h>
#include <stdint.h>

#include "netmap_requests.h"

/* 0 or EFAULT. */
int copy_in(void *own, uint64_t address, size_t size);
int copy_out(const void *own, uint64_t address, size_t size);

/* Bytes that the module has for a body and its options. */
#define REQUEST_ROOM 4144

/* Of each option that the interface knows, to align what is behind it. */
#define REQUEST_SLACK ((OPTION_OFFSETS + 1) * 8)

/* A request of the current interface, whose addresses are the copies'. */
struct request_copy {
	struct request_header header;
	uint64_t body, options; /* where the program has them */
	uint64_t bytes[(REQUEST_ROOM + REQUEST_SLACK) / 8];
};

/*
 * Copies the body and the options behind a header that is there already: 0 or
 * the module's errno. Every option's status is EOPNOTSUPP, until the request
 * takes it.
 */
int request_copy_in(struct request_copy *c);

/*
 * Gives back what the program is told: the header, options' statuses, and what
 * succeeded. Returns the error, or EFAULT.
 */
int request_copy_out(struct request_copy *c, uint64_t header, int error);

#endif
