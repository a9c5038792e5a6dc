/* SPDX-License-Identifier: BSD-2-Clause */
#include "kernel_request.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

#define USER_INSTEAD "set NETMAP_DEVICE=user for ports in user space"

bool kernel_is_shared(const struct opening_plan *plan)
{
	const struct spec *spec = &plan->spec;

	return spec->is_nic && !spec->exclusive && !spec->host_rings &&
	       !spec_is_monitor(spec);
}

int kernel_check_plan(const struct opening_plan *plan, struct nmd_error *err)
{
	const struct spec *spec = &plan->spec;

	if (spec->group)
		return error_set(err, -EOPNOTSUPP,
				 "%s: the kernel's netmap has no groups of "
				 "readers; " USER_INSTEAD,
				 plan->spec_text);
	if (spec->port_name[0] == '*')
		return error_set(
			err, -EOPNOTSUPP,
			"%s: a switch of the kernel's has no tap of "
			"all its ports; capture from one of them, or " USER_INSTEAD,
			plan->spec_text);
	if (plan->options.flags & NMD_INDIRECT)
		return error_set(err, -EOPNOTSUPP,
				 "%s: slots that point outside the rings are "
				 "not taken to the kernel; do without "
				 "NMD_INDIRECT, or " USER_INSTEAD,
				 plan->spec_text);
	return 0;
}

static int name_of(const struct opening_plan *plan, char *name, size_t size,
		   struct nmd_error *err)
{
	const struct spec *spec = &plan->spec;
	bool alone = spec->is_nic || spec->bare;
	int n = snprintf(name, size, "%s%s%s", alone ? "" : spec->switch_name,
			 alone ? "" : ":", spec->port_name);

	if (n >= 0 && (size_t)n < size)
		return 0;
	return error_set(err, -EINVAL,
			 "%s: the kernel's netmap has names of %zu characters "
			 "at most; shorten it",
			 plan->spec_text, size - 1);
}

static uint32_t mode_of(const struct opening_plan *plan, enum kernel_part part,
			uint32_t ring)
{
	if (part == KERNEL_PORT && kernel_is_shared(plan))
		return MODE_NIC_AND_HOST;
	if (part == KERNEL_PORT && plan->spec.host_rings)
		return MODE_HOST;
	return ring != KERNEL_ALL_RINGS ? MODE_ONE_NIC : MODE_ALL_NIC;
}

static uint64_t flags_of(const struct opening_plan *plan, enum kernel_part part)
{
	uint64_t flags = REGISTER_EXCLUSIVE;

	if (part == KERNEL_RECEIVED)
		return REGISTER_MONITOR_RX;
	if (part == KERNEL_SENT)
		return REGISTER_MONITOR_TX;
	if (part == KERNEL_RECEIVER)
		return flags | REGISTER_RX_ONLY;
	if (part == KERNEL_SENDER)
		return flags | REGISTER_TX_ONLY;
	if (kernel_is_shared(plan)) /* what the host sends has to go out */
		return flags;
	if (plan->spec.rx_rings_only)
		flags |= REGISTER_RX_ONLY;
	if (plan->spec.tx_rings_only)
		flags |= REGISTER_TX_ONLY;
	return flags;
}

static uint32_t at_most(uint32_t n, uint32_t most)
{
	return n < most ? n : most;
}

int kernel_request_of(const struct opening_plan *plan, enum kernel_part part,
		      uint32_t ring, struct kernel_request *out,
		      struct nmd_error *err)
{
	const struct nmd_options *o = &plan->options;
	uint32_t mode;

	if (ring == KERNEL_ALL_RINGS && plan->spec.one_ring)
		ring = plan->spec.ring;
	mode = mode_of(plan, part, ring);

	*out = (struct kernel_request){
		.part = part,
		.r = {.mode = mode, .flags = flags_of(plan, part)},
	};
	if (mode == MODE_ONE_NIC)
		out->r.ringid = (uint16_t)ring;
	if (!plan->spec.is_nic && !kernel_is_monitor(part)) {
		/* Frames wait in these until the next sync, not in ours. */
		uint32_t most = plan->spec.bare ? KERNEL_PIPE_SLOTS_MOST
						: KERNEL_SLOTS_MOST;

		out->r.tx_slots = at_most(o->tx_slots, most);
		out->r.rx_slots = at_most(plan->geometry.rx_slots, most);
		out->r.tx_rings = (uint16_t)o->tx_rings;
		out->r.rx_rings = (uint16_t)o->rx_rings;
		if (part != KERNEL_PORT && o->tx_rings < KERNEL_SENDERS)
			out->r.tx_rings = KERNEL_SENDERS;
	}
	return name_of(plan, out->name, sizeof(out->name), err);
}

bool kernel_legacy_of(const struct kernel_request *request,
		      struct legacy_request *out)
{
	const struct register_request *r = &request->r;

	*out = (struct legacy_request){
		.version = NETMAP_ABI_VERSION,
		.tx_slots = r->tx_slots,
		.rx_slots = r->rx_slots,
		.tx_rings = r->tx_rings,
		.rx_rings = r->rx_rings,
		.ringid = r->ringid,
		.mem_id = r->mem_id,
		.flags = r->mode | (uint32_t)r->flags,
	};
	return snprintf(out->name, sizeof(out->name), "%s", request->name) <
	       (int)sizeof(out->name);
}

void kernel_legacy_answer(const struct legacy_request *answer,
			  struct kernel_request *request)
{
	request->r.offset = answer->offset;
	request->r.memsize = answer->memsize;
	request->r.mem_id = answer->mem_id;
}

static int busy(const struct opening_plan *plan, struct nmd_error *err)
{
	const struct spec *spec = &plan->spec;

	return error_set(err, -EBUSY,
			 "%s: another program has the port in the kernel's "
			 "netmap, whose rings have one user; end it, use "
			 "another port, or look on by %s:%s/rt",
			 plan->spec_text, spec_prefix(spec), spec->port_name);
}

static int absent(const struct opening_plan *plan,
		  const struct kernel_request *request, struct nmd_error *err)
{
	if (kernel_is_monitor(request->part))
		return error_set(err, -ENODEV,
				 "%s: no program has the port in the kernel's "
				 "netmap, so there is nothing to monitor; open "
				 "%s:%s first",
				 plan->spec_text, spec_prefix(&plan->spec),
				 plan->spec.port_name);
	if (plan->spec.bare)
		return error_set(err, -ENODEV,
				 "%s: the kernel's netmap can make no pipe %s; "
				 "what is before the brace must be short "
				 "enough for an interface's name",
				 plan->spec_text, request->name);
	return error_set(err, -ENODEV,
			 "%s: the kernel's netmap knows no %s; \"ip link\" "
			 "lists the interfaces",
			 plan->spec_text, request->name);
}

static int invalid(const struct opening_plan *plan, struct nmd_error *err)
{
	if (plan->spec.is_nic)
		return error_set(err, -EINVAL,
				 "%s: the kernel's netmap does not take this "
				 "interface; its MTU must fit a netmap buffer "
				 "(/sys/module/netmap/parameters/buf_size), "
				 "and a ring that is asked for must exist",
				 plan->spec_text);
	return error_set(err, -EINVAL,
			 "%s: the kernel's netmap does not take this; a ring "
			 "that is asked for must exist, and a persistent port "
			 "be attached to the switch",
			 plan->spec_text);
}

int kernel_error(const struct opening_plan *plan,
		 const struct kernel_request *request, int code,
		 struct nmd_error *err)
{
	switch (code) {
	case EBUSY:
		return busy(plan, err);
	case ENXIO:
	case ENODEV:
	case ENOENT:
		return absent(plan, request, err);
	case EINVAL:
		if (kernel_is_monitor(request->part))
			return absent(plan, request, err);
		return invalid(plan, err);
	case ENOMEM:
		return error_set(err, -ENOMEM,
				 "%s: the kernel's netmap has no memory for "
				 "the rings; use fewer slots, or load the "
				 "module with more (buf_num, ring_num)",
				 plan->spec_text);
	default:
		return error_set(
			err, -code,
			"%s: the kernel's netmap refuses the port "
			"(%s); \"dmesg\" may tell why, or " USER_INSTEAD,
			plan->spec_text, strerror(code));
	}
}
