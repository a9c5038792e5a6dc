/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_owner.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/stat.h>

#include "atomics.h"
#include "error.h"
#include "fifo.h"
#include "nic.h"
#include "rings.h"
#include "seal.h"

/* The queues that some openings have alone, by bits, and the first of them. */
struct owner {
	uint32_t queues;
	uint32_t pid;
	char program[32];
};

/* A thread may be in a namespace of its own. 0: /proc does not say. */
static uint32_t own_network(void)
{
	struct stat st;

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

static uint32_t queues_of(const struct sw_opening *o)
{
	return rings_rx_bits(
		rings_within(&o->rings, SW_MAX_RINGS, SW_MAX_RINGS));
}

static struct owner find_owner(const struct vale *v, uint32_t program)
{
	struct owner owner = {0};

	for (uint32_t i = 0; i < SW_MAX; i++) {
		const struct sw_opening *o = vale_opening(v, i);

		if (!is_owner(v, i, program))
			continue;
		if (!owner.pid) {
			owner.pid = o->pid;
			memcpy(owner.program, o->program,
			       sizeof(owner.program) - 1);
		}
		owner.queues |= queues_of(o);
	}
	return owner;
}

/* What is attached to the interface; 0: nothing, or there is no such one. */
static uint32_t program_on(const struct opening_plan *plan)
{
	unsigned int ifindex = if_nametoindex(plan->spec.port_name);

	return ifindex ? xdp_attached((int)ifindex) : 0;
}

/* From outside, and joining nothing. */
static struct owner look_for_owner(const struct opening_plan *plan)
{
	uint32_t program = program_on(plan);
	struct owner owner = {0};
	struct runtime rt;
	struct vale v;

	if (!program || runtime_open(&rt, false, NULL) < 0)
		return owner;
	if (vale_peek(&rt, NIC_SWITCH, &v, NULL) == 0)
		owner = find_owner(&v, program);
	vale_unpeek(&v);
	runtime_close(&rt);
	return owner;
}

static bool would_see_nothing(const struct opening_plan *plan,
			      const struct owner *owner)
{
	uint32_t all = (1u << xdp_queues(plan->spec.port_name)) - 1;

	return plan->mode == NMD_CAPTURE && (owner->queues & all) == all;
}

int nic_owner_meet(struct opening_plan *plan, struct nmd_error *err)
{
	struct owner owner;

	plan->network = own_network();
	if (plan->kind != SW_NIC || plan->spec.exclusive ||
	    plan->spec.host_rings)
		return 0;
	owner = look_for_owner(plan);
	if (!owner.pid)
		return 0;
	if (spec_is_monitor(&plan->spec) && plan->spec.group)
		return error_set(err, -EINVAL,
				 "%s: a monitor of an interface that a program "
				 "has alone sees all of it; drop the group",
				 plan->spec_text);
	if (spec_is_monitor(&plan->spec))
		plan->kind = SW_NIC_MONITOR;
	else if (would_see_nothing(plan, &owner))
		return error_set(err, -EBUSY,
				 "%s: %s (pid %u) has the interface alone, so "
				 "that nothing comes here; capture what it "
				 "receives and sends from netmap:%s/rt, or end "
				 "it",
				 plan->spec_text, owner.program,
				 (unsigned)owner.pid, plan->spec.port_name);
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
	if (program && find_owner(v, program).pid)
		return 0;
	return error_set(err, -ENODEV,
			 "%s: no program of this user has the interface alone, "
			 "so there is nothing to monitor; open netmap:%s/x "
			 "first",
			 plan->spec_text, name);
}
