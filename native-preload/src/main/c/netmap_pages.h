/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages of the program's that are used on its behalf: a second mapping of them,
 * which stays whatever the program does to its own, as the module's pages do
 * that are pinned.
 */
#ifndef NETMAP_PAGES_H
#define NETMAP_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether size bytes from base on, whole pages, can be written; they are there
 * afterwards, so that a file's end or a full disk is found here.
 */
bool pages_take(uint8_t *base, size_t size);

/*
 * Another mapping of the same pages. Those that cannot be mapped twice, which
 * are private memory's and huge ones, become shared memory of the same content
 * first; not if the pages are not whole the caller's to give, since what else
 * lies in them (malloc's own, say) is not to be shared with children. 0 or an
 * errno, EINVAL then.
 */
int pages_map_again(uint8_t *base, size_t size, bool whole, uint8_t **again);

#endif
