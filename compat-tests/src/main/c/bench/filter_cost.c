// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a filter costs: frames a second that `udp port 53` is run on, compiled
 * or interpreted (-p), with nothing else done to them. The frames are UDP, one
 * in a hundred of them for the port.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "bench_filter.h"
#include "bpf.h"
#include "jit.h"

#define FRAMES 256
#define SIZE 60

struct work {
	uint8_t frame[FRAMES][64];
	jit_code *code; /* NULL: interpret */
	uint64_t kept;
};

static void look_at_all(struct work *w)
{
	for (uint32_t i = 0; i < FRAMES; i++) {
		const uint8_t *frame = w->frame[i];
		struct bpf_view view = {.frame = frame,
					.have = SIZE,
					.wire_len = SIZE,
					.direction = NMD_IN};
		uint32_t keep = w->code ? w->code(frame, SIZE, SIZE, NMD_IN)
					: bpf_look(udp_port_53, &view);

		w->kept += keep != 0;
	}
}

static void compile(struct work *w)
{
	struct jit *jit = jit_new();
	struct jit_filter filter = {0};

	if (!jit)
		bench_fail("filters are not compiled on this machine");
	jit_compile(jit, udp_port_53,
		    sizeof(udp_port_53) / sizeof(*udp_port_53), 0, &filter);
	w->code = filter.code;
}

int main(int argc, char **argv)
{
	struct bench_options o = {
		.port = "compiled", .batch = 1, .seconds = 1, .cpu = -1};
	struct work *w = aligned_alloc(64, sizeof(*w));
	uint64_t start, end, now, frames = 0;

	bench_parse(&o, argc, argv);
	bench_pin(o.cpu);
	memset(w, 0, sizeof(*w));
	for (uint32_t i = 0; i < FRAMES; i++)
		bench_udp_frame(w->frame[i], SIZE, 1, 2,
				i % 100 == 99 ? 53 : 1053);
	if (!strcmp(o.port, "compiled"))
		compile(w);
	start = now = bench_now();
	end = start + (uint64_t)(o.seconds * 1e9);
	for (; now < end; now = bench_now(), frames += FRAMES)
		look_at_all(w);
	printf("{\"packets\":%" PRIu64 ",\"kept\":%" PRIu64
	       ",\"seconds\":%.6f,\"packetsPerSecond\":%.0f}\n",
	       frames, w->kept, (double)(now - start) / 1e9,
	       (double)frames * 1e9 / (double)(now - start));
	return 0;
}
