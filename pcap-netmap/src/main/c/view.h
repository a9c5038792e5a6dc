/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program's own mapping of its rings and buffers.
 *
 * Whatever becomes of this view, and of the area after the close, others are
 * sent to through the mapping of the whole switch.
 */
#ifndef VIEW_H
#define VIEW_H

#include "port.h"

/*
 * Maps the port's area, and in a pipe the buffers of both ends behind its
 * rings; sets port->area. -ENOMEM with err filled.
 */
int view_map(struct nmd_port *port, struct nmd_error *err);

/*
 * Puts mapped pages into the page table, where a reader's first round would
 * take a fault for every frame and fall behind. They have been touched, so that
 * they come in by the dozen, when one of them is asked for. An older kernel says
 * no, and nothing is lost but time.
 */
void view_fill_page_table(uint8_t *at, uint64_t size);

/*
 * Maps the same once more, from an open shared file, over geometry.view bytes
 * at a place that is the caller's. False: errno says why.
 */
bool view_map_at(const struct nmd_port *port, int fd, uint8_t *at);

/* Unmaps the view, or puts memory in its place that is nobody's. */
void view_drop(struct nmd_port *port);

#endif
