/* SPDX-License-Identifier: BSD-2-Clause */
/* Openings of other processes whose descriptor has come into this one. */
#ifndef ADOPT_H
#define ADOPT_H

#include <stdbool.h>

#include "plan.h"
#include "port.h"

/* Whether fd is the descriptor of some opening, by its looks. */
bool adopt_possible(int fd);

/*
 * The opening that fd, which came by SCM_RIGHTS or exec, is the descriptor of,
 * as nmd_open gives one. nmd_close closes fd; the opening lives on while any
 * process holds a duplicate. Two processes may use it at once, as after a
 * fork. -EBADF: fd is no opening's, or it is another runtime directory's.
 */
int adopt_port(int fd, struct nmd_port **out);

/* In open.c: what an open has in common with this. */
struct nmd_port *open_new(const struct opening_plan *plan);
int open_describe(struct nmd_port *port, const struct opening_plan *plan,
		  struct nmd_error *err);

#endif
