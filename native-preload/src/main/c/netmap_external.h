/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory that the program brings (the option "external memory"): where the
 * rings and buffers of ports that are registered with it lie.
 *
 *	netmap_ifs | rings | buffers
 *
 * Each part is a pool of objects of one size and begins with a page. Several
 * ports can have theirs in one memory, by the option again or by its memory
 * id, and then their frames are passed on by swapping buffers.
 */
#ifndef NETMAP_EXTERNAL_H
#define NETMAP_EXTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "netmap_requests.h"

struct external_memory;

/*
 * The memory that the option means, made if it is new, to be given back; sizes
 * and numbers that the program has left open are filled in. 0 or the module's
 * errno: EFAULT: it is not all there and writable. ENOMEM: the pools do not fit.
 * EBUSY: another process that lives has ports in it. And EINVAL, which is not
 * the module's: it begins within a page, or is private and ends within one.
 */
int external_take(struct external_option *o, struct external_memory **out);

/* The one that has this memory id, taken, or NULL. */
struct external_memory *external_of_id(uint16_t id);
void external_give_back(struct external_memory *m);

uint16_t external_id(const struct external_memory *m);
uint64_t external_size(const struct external_memory *m);

/* Its pages, wherever the program has them; a second mapping. */
uint8_t *external_base(const struct external_memory *m);

/* As mmap(2): a mapping that begins with them. */
void *external_map(const struct external_memory *m, void *address,
		   size_t length, int access, int flags, off_t from);

/* Buffer 0, bytes from one to the next, and how many there are. */
uint8_t *external_buffers(const struct external_memory *m);
uint32_t external_buffer_size(const struct external_memory *m);
uint32_t external_buffer_count(const struct external_memory *m);

/* An object of at least size bytes; NULL: it has none, or they are smaller. */
uint8_t *external_take_if(struct external_memory *m, size_t size);
uint8_t *external_take_ring(struct external_memory *m, size_t size);
void external_return_if(struct external_memory *m, const uint8_t *at);
void external_return_ring(struct external_memory *m, const uint8_t *at);

/* How many of n buffers there were. */
uint32_t external_take_buffers(struct external_memory *m, uint32_t n,
			       uint32_t *buffers);

/* Any number: one that no buffer has, or that is not taken, is passed over. */
void external_return_buffer(struct external_memory *m, uint32_t buffer);

#endif
