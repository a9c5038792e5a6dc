/* SPDX-License-Identifier: BSD-2-Clause */
/* How many slots there are for those who say how many bytes they want. */
#include "rx_room.h"

#include "testing.h"

#define MIB (1u << 20)

static const struct geometry vale = {
	.rx_rings = 1, .rx_slots = 4096, .buf_size = 2112};

static uint32_t slots(uint32_t bytes)
{
	return rx_room_slots(bytes, &vale, false);
}

/* The figures of stock are what it kept for a program that was stopped. */
static void holds_what_stock_holds(void)
{
	CHECK(slots(2 * MIB) > 13123); /* of 60 bytes */
	CHECK(slots(2 * MIB) > 1312);  /* of 1500 */
	CHECK(slots(MIB) > 13123 / 2);
	CHECK(slots(1) == 256 && slots(1 << 15) == 256);
	CHECK_EQ(slots(UINT32_MAX), 131072);
}

/* More bytes are never fewer slots, nor the rings out of all proportion. */
static void grows_with_bounds(void)
{
	uint32_t last = 0;

	for (uint32_t bytes = 1; bytes < 1u << 31; bytes += bytes / 7 + 1) {
		uint64_t memory = (uint64_t)slots(bytes) * vale.buf_size;

		CHECK(slots(bytes) >= last);
		CHECK(memory <= 32 * MIB || memory <= 4ull * bytes);
		CHECK(bytes < 2 * MIB || slots(bytes) >= 4096);
		last = slots(bytes);
	}
}

static void goes_by_the_kind_of_ring(void)
{
	struct geometry pipe = vale, large = vale, several = vale;

	pipe.pipe_end = 1;
	CHECK_EQ(rx_room_slots(UINT32_MAX, &pipe, false), PIPE_SLOTS_MAX);
	/* The default of buffers that large is less than 2 MiB give. */
	large.buf_size = 65536;
	large.rx_slots = 64;
	CHECK_EQ(rx_room_slots(2 * MIB, &large, false), 512);
	/* An interface that is had alone: the memory is that of all queues. */
	several.rx_rings = 8;
	several.buf_size = 4096;
	several.rx_slots = 1;
	CHECK_EQ(rx_room_slots(2 * MIB, &several, false), 1024);
	several.rx_slots = 4096;
	CHECK_EQ(rx_room_slots(2 * MIB, &several, false), 4096);
	/* One that is shared: the kernel has a buffer of 4096 bytes a slot. */
	CHECK_EQ(rx_room_slots(MIB, &vale, true), 256);
	CHECK_EQ(rx_room_slots(2 * MIB, &vale, true), 4096);
	CHECK_EQ(rx_room_slots(64 * MIB, &vale, true), 16384);
}

static struct opened opened_with_room(uint32_t bytes, uint32_t rx_slots)
{
	return open_with("vale0:1", (struct nmd_options){.mode = NMD_CAPTURE,
							 .rx_slots = rx_slots,
							 .rx_room = bytes});
}

static void opens_have_them(void)
{
	const struct {
		uint32_t room, slots, expected;
	} cases[] = {{0, 0, 4096},
		     {1, 0, 256},
		     {2 * MIB, 0, 13797},
		     {8 * MIB, 0, 15887},
		     {8 * MIB, 300, 300}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct opened o = opened_with_room(cases[i].room,
						   cases[i].slots);

		CHECK_EQ(o.region.rx_slots, cases[i].expected);
		nmd_close(o.port);
	}
}

/* Each has its own, and what is sent reaches them all. */
static void switches_have_mixed_rings(void)
{
	const uint32_t rooms[] = {1, 2 * MIB, 0, 8 * MIB};
	const uint32_t kept[] = {255, 13796, 4095, 15886};
	struct opened from = open_raw("vale0:2"), to[4];
	uint8_t frame[60];

	for (int i = 0; i < 4; i++)
		to[i] = opened_with_room(rooms[i], 0);
	make_frame(frame, 255, 2, sizeof(frame), 1);
	for (int i = 0; i < 16000; i++)
		send_one(&from, frame, sizeof(frame));
	for (int i = 0; i < 4; i++) {
		CHECK_EQ(checked_stats(&to[i]).published, kept[i]);
		CHECK_EQ(checked_stats(&to[i]).dropped, 16000 - kept[i]);
		nmd_close(to[i].port);
	}
	nmd_close(from.port);
}

/* As stock does where the kernel has no memory for so large a buffer. */
static void scarce_memory_gives_fewer(void)
{
	struct opened o, first;
	struct nmd_error why;
	struct nmd_port *port;
	struct nmd_options much = {
		.size = sizeof(much), .mode = NMD_CAPTURE, .rx_slots = 13797};

	setenv("NETMAP_AREA_SIZE", "8M", 1);
	first = open_with("vale0:2",
			  (struct nmd_options){.tx_slots = 64, .rx_slots = 64});
	o = opened_with_room(2 * MIB, 0);
	CHECK(o.region.rx_slots >= 1024);
	CHECK(o.region.rx_slots <= 8 * MIB / vale.buf_size);
	/* Who says how many has them, or an error. */
	CHECK_EQ(nmd_open("vale0:3", &much, &port, &why), -E2BIG);
	unsetenv("NETMAP_AREA_SIZE");
	nmd_close(o.port);
	nmd_close(first.port);
}

static void asks_again_only_for_memory(void)
{
	struct nmd_options o = {.rx_room = 2 * MIB};
	int times = 0;

	CHECK_EQ(rx_room_instead(&o, -ENODEV), 0);
	CHECK_EQ(rx_room_instead(&o, 0), 0);
	for (; rx_room_instead(&o, -ENOMEM); times++)
		o.rx_room = rx_room_instead(&o, -ENOMEM);
	CHECK(times > 0 && slots(o.rx_room) >= 512 && slots(o.rx_room) < 1024);
	o.rx_room = 2 * MIB;
	o.rx_slots = 256;
	CHECK_EQ(rx_room_instead(&o, -E2BIG), 0);
}

int main(void)
{
	holds_what_stock_holds();
	grows_with_bounds();
	goes_by_the_kind_of_ring();
	asks_again_only_for_memory();
	begin();
	opens_have_them();
	switches_have_mixed_rings();
	scarce_memory_gives_fewer();
	finish();
	return 0;
}
