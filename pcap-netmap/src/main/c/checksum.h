/* SPDX-License-Identifier: BSD-2-Clause */
/* The Internet's checksums. */
#ifndef CHECKSUM_H
#define CHECKSUM_H

#include <stdint.h>

/* Of the network's byte order. */
static inline uint32_t word_at(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

/*
 * Adds 64 KiB at most to a sum of a few words, and folds it; its complement is
 * the checksum.
 */
static inline uint16_t checksum_sum(const uint8_t *p, uint32_t length,
				    uint32_t before)
{
	for (; length > 1; p += 2, length -= 2)
		before += word_at(p);
	if (length)
		before += (uint32_t)p[0] << 8;
	while (before >> 16)
		before = (before & 0xffff) + (before >> 16);
	return (uint16_t)before;
}

#endif
