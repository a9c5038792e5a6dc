/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports of the kernel's netmap, for tests that open them by the library. */
#ifndef KERNEL_TESTING_H
#define KERNEL_TESTING_H

#include "testing.h"

#define FRAME 60

static inline struct opened kernel_open_as(const char *spec, uint32_t mode)
{
	return open_with(spec,
			 (struct nmd_options){
				 .mode = mode,
				 .flags = NMD_KERNEL_DEVICE | NMD_ARRIVALS,
			 });
}

static inline struct opened kernel_raw(const char *spec)
{
	return kernel_open_as(spec, NMD_RAW);
}

static inline struct opened kernel_capture(const char *spec)
{
	return kernel_open_as(spec, NMD_CAPTURE);
}

/* The error of an open that fails; its text must hold the words. */
static inline int refused(const char *spec, uint32_t mode, const char *words)
{
	struct nmd_options options = {.size = sizeof(options),
				      .mode = mode,
				      .flags = NMD_KERNEL_DEVICE};
	struct nmd_error why = {0};
	struct nmd_port *port;
	int r = nmd_open(spec, &options, &port, &why);

	CHECK(r < 0);
	CHECK_EQ(why.code, r);
	if (!strstr(why.text, words)) {
		printf("\"%s\" does not say \"%s\"\n", why.text, words);
		exit(1);
	}
	return r;
}

static inline void wait_readable(const struct opened *o)
{
	CHECK_EQ(nmd_wait(o->port, POLLIN, PATIENCE_MS * 1000000ll), POLLIN);
}

/* The next frame is this one. */
static inline void expect(const struct opened *o, uint8_t from, uint32_t len,
			  uint8_t seed)
{
	uint8_t frame[2048];
	uint32_t at = o->rx->head;

	if (o->rx->head == o->rx->tail)
		wait_readable(o);
	make_frame(frame, 255, from, len, seed);
	CHECK_EQ(o->rx->slot[at].len, len);
	CHECK_EQ(memcmp(buffer_of(o->rx, at), frame, len), 0);
	give_back(o, 1);
}

static inline void send_frame(const struct opened *o, uint8_t from,
			      uint32_t len, uint8_t seed)
{
	uint8_t frame[2048];

	make_frame(frame, 255, from, len, seed);
	CHECK_EQ(nmd_wait(o->port, POLLOUT, PATIENCE_MS * 1000000ll), POLLOUT);
	send_one(o, frame, len);
}

/* Accepts frames whose last byte of the source address is from. */
static inline void accept_only(const struct opened *o, uint8_t from)
{
	const struct nmd_insn prog[] = {
		{0x30, 0, 0, 11},   /* ldb [11] */
		{0x15, 0, 1, from}, /* jeq from */
		{0x06, 0, 0, 0x40000},
		{0x06, 0, 0, 0},
	};

	CHECK_EQ(nmd_set_filter(o->port, prog, 4), 0);
}

static inline bool is_listed(const char *sw, const char *port)
{
	struct nmd_info infos[16];
	int n = nmd_list(infos, 16, NULL);

	for (int i = 0; i < n; i++)
		if (strcmp(infos[i].path, "kernel") == 0 &&
		    strcmp(infos[i].switch_name, sw) == 0 &&
		    strcmp(infos[i].port_name, port) == 0)
			return true;
	return false;
}

#endif
