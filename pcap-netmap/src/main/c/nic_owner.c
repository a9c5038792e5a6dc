/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_owner.h"

#include <errno.h>
#include <net/if.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomics.h"
#include "error.h"
#include "fifo.h"
#include "nic.h"
#include "rings.h"
#include "seal.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/* By its socket a process knows its namespace without /proc. Linux 5.14. */
static uint32_t network_cookie(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint64_t cookie = 0;
	socklen_t size = sizeof(cookie);

	if (fd < 0)
		return 0;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &size) < 0)
		cookie = 0;
	close(fd);
	return (uint32_t)cookie;
}

/*
 * A thread may be in a namespace of its own. Cookies are counted from 1, the
 * numbers in /proc begin far above. 0: neither says.
 */
static uint32_t own_network(void)
{
	uint32_t cookie = network_cookie();
	struct stat st;

	if (cookie)
		return cookie;
	return stat("/proc/thread-self/ns/net", &st) == 0 ? (uint32_t)st.st_ino
							  : 0;
}

/*
 * Their program in the kernel tells them from those of an interface of the same
 * name elsewhere.
 */
static bool is_owner(const struct vale *v, uint32_t i, uint32_t program)
{
	const struct sw_opening *o = vale_opening(v, i);

	return seal_holds(v, i) && o->kind == SW_NIC &&
	       load_relaxed(&o->nic_ways) & SW_NIC_ALONE &&
	       load_relaxed(&o->nic_program) == program &&
	       fifo_alive(v, i, sw_generation_of(load_acquire(&o->state))) != 0;
}

static bool has_owner(const struct vale *v, uint32_t program)
{
	for (uint32_t i = 0; i < SW_MAX; i++)
		if (is_owner(v, i, program))
			return true;
	return false;
}

/* What is attached to the interface; 0: nothing, or there is no such one. */
static uint32_t program_on(const struct opening_plan *plan)
{
	unsigned int ifindex = if_nametoindex(plan->spec.port_name);

	return ifindex ? xdp_attached((int)ifindex) : 0;
}

/* From outside, and joining nothing. */
static bool is_had_alone(const struct opening_plan *plan)
{
	uint32_t program = program_on(plan);
	struct runtime rt;
	struct vale v;
	bool yes;

	if (!program || runtime_open(&rt, false, NULL) < 0)
		return false;
	yes = vale_peek(&rt, NIC_SWITCH, &v, NULL) == 0 &&
	      has_owner(&v, program);
	vale_unpeek(&v);
	runtime_close(&rt);
	return yes;
}

int nic_owner_meet(struct opening_plan *plan, struct nmd_error *err)
{
	bool monitor = spec_is_monitor(&plan->spec);

	plan->network = own_network();
	if (monitor && plan->kind == SW_NIC && !plan->spec.host_rings &&
	    is_had_alone(plan)) {
		plan->kind = SW_NIC_MONITOR;
		plan->met_owner = true;
	}
	if (plan->kind != SW_NIC_MONITOR)
		return 0;
	if (plan->spec.group)
		return error_set(err, -EINVAL,
				 "%s: a monitor of an interface that a program "
				 "has alone sees all of it; drop the group",
				 plan->spec_text);
	if (!plan->network)
		return error_set(err, -ENOTSUP,
				 "%s: cannot tell which network namespace this "
				 "is; mount /proc, or use Linux 5.14 or newer",
				 plan->spec_text);
	return 0;
}

int nic_monitor_choose(const struct opening_plan *plan, const struct vale *v,
		       struct nmd_error *err)
{
	const char *name = plan->spec.port_name;
	uint32_t program = program_on(plan);

	if (if_nametoindex(name) == 0)
		return error_set(err, -ENXIO,
				 "%s: there is no interface %s; \"ip link\" "
				 "lists them",
				 plan->spec_text, name);
	if (program && has_owner(v, program))
		return 0;
	return error_set(err, -ENODEV,
			 "%s: no program of this user has the interface alone, "
			 "so there is nothing to monitor; open netmap:%s/x "
			 "first",
			 plan->spec_text, name);
}
