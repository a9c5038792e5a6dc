/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Filters: compiled by libpcap on the inner handle, run by the device where
 * frames are delivered.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"

_Static_assert(sizeof(struct nmd_insn) == sizeof(struct abi_insn),
	       "instructions are handed over as they are");

/* Instructions of the formats that netmap and libpcap share. */
#define LOAD_HALF 0x28  /* ldh [k] */
#define JUMP_EQUAL 0x15 /* jeq #k */
#define RETURN 0x06     /* ret #k */
#define ETHERTYPE_AT 12
#define ETHERTYPE_ALL 3
#define PREFIX 3

/* What the device runs, the prefix included. */
#define MOST_INSTRUCTIONS 4096

int ours_pcap_compile(struct handle *h, struct abi_program *program,
		      const char *text, int optimize, uint32_t netmask)
{
	int result;

	if (!h->port)
		return handle_error(h, "not-yet-activated pcap_t passed to "
				       "pcap_compile");
	result = real()->pcap_compile(h->inner, program, text, optimize,
				      netmask);
	if (result < 0)
		handle_take_error(h);
	return result;
}

/* A handle for one protocol drops all frames of others before the filter. */
static int install_with_prefix(struct handle *h,
			       const struct abi_program *program)
{
	const struct nmd_insn prefix[PREFIX] = {
		{LOAD_HALF, 0, 0, ETHERTYPE_AT},
		{JUMP_EQUAL, 1, 0, (uint32_t)h->options.protocol},
		{RETURN, 0, 0, 0},
	};
	const struct nmd_insn accept = {RETURN, 0, 0, MAX_SNAPLEN};
	uint32_t length = program ? program->bf_len : 1;
	const void *rest = program ? (const void *)program->bf_insns : &accept;
	struct nmd_insn *joined = malloc((PREFIX + length) * sizeof(*joined));
	int result;

	if (!joined)
		return -ENOMEM;
	memcpy(joined, prefix, sizeof(prefix));
	memcpy(joined + PREFIX, rest, length * sizeof(*joined));
	result = nmd_set_filter(h->port, joined, PREFIX + length);
	free(joined);
	return result;
}

static int hand_over(struct handle *h, const struct abi_program *program)
{
	if (h->options.protocol && h->options.protocol != ETHERTYPE_ALL)
		return install_with_prefix(h, program);
	if (!program)
		return 0;
	return nmd_set_filter(h->port,
			      (const struct nmd_insn *)program->bf_insns,
			      program->bf_len);
}

/* The device takes all of the protocol, the reader looks at it. */
static int hand_over_long(struct handle *h, const struct abi_program *program,
			  struct abi_insn **kept)
{
	struct abi_insn accept = {RETURN, 0, 0, MAX_SNAPLEN};
	const struct abi_program all = {1, &accept};
	size_t size = program->bf_len * sizeof(**kept);
	int result;

	*kept = malloc(size);
	if (!*kept)
		return -ENOMEM;
	memcpy(*kept, program->bf_insns, size);
	result = hand_over(h, &all);
	if (result < 0) {
		free(*kept);
		*kept = NULL;
	}
	return result;
}

int filter_install(struct handle *h, const struct abi_program *program)
{
	struct abi_insn *kept = NULL;
	int result = program && program->bf_len > MOST_INSTRUCTIONS - PREFIX
			     ? hand_over_long(h, program, &kept)
			     : hand_over(h, program);

	if (result == -EINVAL)
		return handle_error(h, "BPF program is not valid");
	if (result < 0)
		return handle_device_error(h, "set the filter", result);
	free(h->filter);
	h->filter = kept;
	return 0;
}

int ours_pcap_setfilter(struct handle *h, struct abi_program *program)
{
	int result;

	if (!h->port)
		return handle_not_activated(h);
	if (!program)
		return handle_error(h, "setfilter: No filter specified");
	if (!program->bf_insns || program->bf_len > INT32_MAX ||
	    !real()->bpf_validate(program->bf_insns, (int)program->bf_len))
		return handle_error(h, "BPF program is not valid");
	/* The device counts as given up only what was not handed out. */
	result = reader_sync(h);
	if (!result)
		result = filter_install(h, program);
	reader_reset(h);
	reader_arm(h);
	return result;
}

int ours_pcap_setdirection(struct handle *h, int direction)
{
	enum nmd_direction wanted;
	int result;

	switch (direction) {
	case ABI_D_INOUT:
		wanted = NMD_INOUT;
		break;
	case ABI_D_IN:
		wanted = NMD_IN;
		break;
	case ABI_D_OUT:
		wanted = NMD_OUT;
		break;
	default:
		return handle_error(h, "Invalid direction");
	}
	if (!h->port)
		return handle_not_activated(h);
	result = nmd_set_direction(h->port, wanted);
	if (result < 0)
		return handle_device_error(h, "set the direction", result);
	/* What came before is looked at when it is read, as stock does. */
	result = reader_sync(h);
	reader_set_direction(h, wanted);
	reader_arm(h);
	return result;
}
