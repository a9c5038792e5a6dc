/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A receiver's filter, snap length and direction, as a sender applies them:
 * from a private, checked copy of what the receiver's area says, compiled
 * where that is possible.
 */
#ifndef FILTER_H
#define FILTER_H

#include "bpf.h"
#include "jit.h"
#include "layout.h"

struct filter_copy {
	bool known;       /* the rest says something */
	uint64_t seq;     /* of the original; known while it stands */
	uint32_t length;  /* 0: no filter */
	uint32_t snaplen; /* UINT32_MAX: all */
	uint32_t direction;
	uint32_t ifindex; /* what a program is told; set before the refresh */
	bool broken;      /* the original does not check: reject all */
	bool took_prog;   /* prog is from malloc, see below */
	/*
	 * Room for AREA_MAX_FILTER instructions. Who cannot do without memory
	 * later sets it before; else the first refresh takes some.
	 */
	struct nmd_insn *prog;
	struct jit_filter compiled;
};

/* Has a copy taken anew by the next refresh. */
void filter_forget(struct filter_copy *copy);

/*
 * Brings a copy of an area's filter up to date; false: try again later, its
 * owner is writing it. Without a jit the interpreter runs it.
 */
bool filter_refresh(struct filter_copy *copy, const struct area *area,
		    struct jit *jit);

void filter_free(struct filter_copy *copy, struct jit *jit);

/*
 * How many bytes of a frame the receiver wants, 0: none of it; after a
 * refresh. have: bytes at frame, of the wire_len it has in all; direction:
 * NMD_IN, or NMD_OUT for what the receiver's own port sends.
 */
static inline uint32_t filter_keep(const struct filter_copy *filter,
				   const uint8_t *frame, uint32_t wire_len,
				   uint32_t have, uint32_t direction)
{
	uint32_t keep = filter->snaplen, by = UINT32_MAX;

	if (filter->broken ||
	    (filter->direction != NMD_INOUT && filter->direction != direction))
		return 0;
	if (filter->compiled.code)
		by = filter->compiled.code(frame, have, wire_len, direction);
	else if (filter->length)
		by = bpf_look(filter->prog, &(struct bpf_view){
						    .frame = frame,
						    .have = have,
						    .wire_len = wire_len,
						    .direction = direction,
						    .ifindex = filter->ifindex,
					    });
	keep = by < keep ? by : keep;
	return keep < wire_len ? keep : wire_len;
}

#endif
