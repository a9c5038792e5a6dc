/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an opening asks of /dev/netmap.
 *
 *	name              raw                      capture
 *	vale0:1           the port, alone          its receive rings and one to
 *	                                           send, if nobody has them; else
 *	                                           both its monitors, and one to
 *	                                           send, if there is one left
 *	vale0:1{3         the pipe's end, alone    the same
 *	netmap:eth0{3     the same, of an          the same
 *	                  interface or of no
 *	                  such
 *	vale0:1/r /t /rt  its monitors             its monitors
 *	netmap:eth0       NIC and host rings,      the same; if somebody has
 *	                  alone: what comes in     them, both monitors
 *	                  by one goes out by
 *	                  the other
 *	netmap:eth0/x     the NIC rings, alone     the same
 *	netmap:eth0^      the host rings, alone    the same
 *
 * A port's rings have one user: the module lets a second one in, and the two
 * take each other's frames, so that all that is asked for is asked for
 * exclusively. /r and /t need two monitors, since the frames of one that sees
 * both directions do not tell theirs.
 */
#ifndef KERNEL_REQUEST_H
#define KERNEL_REQUEST_H

#include "netmap_requests.h"
#include "plan.h"

#define KERNEL_DEVICE "/dev/netmap"
#define KERNEL_SLOTS_MOST 4096 /* of a ring of a switch's port */
/*
 * Of a pipe of an interface, whose rings come from the memory of all
 * interfaces: rings of 2288 slots at most, if the module is loaded as usual.
 */
#define KERNEL_PIPE_SLOTS_MOST 1024
/*
 * Transmit rings of a switch's port that a capture makes: so many captures of
 * it can send, each by a ring of its own.
 */
#define KERNEL_SENDERS 2
#define KERNEL_ALL_RINGS UINT32_MAX

/* What a registration shows. */
enum kernel_part {
	KERNEL_PORT = 0,     /* the port itself */
	KERNEL_RECEIVED = 1, /* a monitor of what it receives */
	KERNEL_SENT = 2,     /* a monitor of what it sends */
	KERNEL_RECEIVER = 3, /* the port's receive rings */
	KERNEL_SENDER = 4    /* one of its transmit rings */
};

struct kernel_request {
	char name[64];
	enum kernel_part part;
	struct register_request r;
};

/* Whether the kernel's netmap can be what the plan says; errors as nmd_open. */
int kernel_check_plan(const struct opening_plan *plan, struct nmd_error *err);

/*
 * Fills a request, for one of the port's rings or for all that the name says.
 * -EINVAL with err filled: the name is too long.
 */
int kernel_request_of(const struct opening_plan *plan, enum kernel_part part,
		      uint32_t ring, struct kernel_request *out,
		      struct nmd_error *err);

/* A monitor's port must be open; a part of the port makes it. */
static inline bool kernel_is_monitor(enum kernel_part part)
{
	return part == KERNEL_RECEIVED || part == KERNEL_SENT;
}

/*
 * The same by the legacy interface, for a module that has no other; false: it
 * cannot say this (its names have 15 characters).
 */
bool kernel_legacy_of(const struct kernel_request *request,
		      struct legacy_request *out);

/* What a legacy answer says of the registration. */
void kernel_legacy_answer(const struct legacy_request *answer,
			  struct kernel_request *request);

/*
 * Whether NIC and host are joined: the host goes on using the interface.
 */
bool kernel_is_shared(const struct opening_plan *plan);

/* The error of nmd_open for one of the device's, a positive errno. */
int kernel_error(const struct opening_plan *plan,
		 const struct kernel_request *request, int code,
		 struct nmd_error *err);

#endif
