/* SPDX-License-Identifier: BSD-2-Clause */
/* How many slots there are for those who say how many bytes they want. */
#include "rx_room.h"

#include <sched.h>
#include <sys/mount.h>

#include "testing.h"

#define MIB (1u << 20)

static const struct geometry vale = {
	.rx_rings = 1, .rx_slots = 4096, .buf_size = 2112};

static uint32_t slots(uint32_t bytes)
{
	return rx_room_slots(bytes, &vale, false, UINT64_MAX);
}

static uint32_t slots_of(uint32_t bytes, const struct geometry *g)
{
	return rx_room_slots(bytes, g, false, UINT64_MAX);
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
	CHECK_EQ(slots_of(UINT32_MAX, &pipe), PIPE_SLOTS_MAX);
	/* The default of buffers that large is less than 2 MiB give. */
	large.buf_size = 65536;
	large.rx_slots = 64;
	CHECK_EQ(slots_of(2 * MIB, &large), 512);
	/* An interface that is had alone: the memory is that of all queues. */
	several.rx_rings = 8;
	several.buf_size = 4096;
	several.rx_slots = 1;
	CHECK_EQ(slots_of(2 * MIB, &several), 1024);
	several.rx_slots = 4096;
	CHECK_EQ(slots_of(2 * MIB, &several), 4096);
	/* One that is shared: the kernel has a buffer of 4096 bytes a slot. */
	CHECK_EQ(rx_room_slots(MIB, &vale, true, UINT64_MAX), 256);
	CHECK_EQ(rx_room_slots(2 * MIB, &vale, true, UINT64_MAX), 4096);
	CHECK_EQ(rx_room_slots(64 * MIB, &vale, true, UINT64_MAX), 16384);
}

/* The largest buffers, and room for gigabytes: a ring that can be. */
static void no_ring_is_too_large(void)
{
	struct geometry large = vale;

	large.tx_rings = 1;
	large.tx_slots = 16;
	for (uint32_t size = 64; size <= BUF_SIZE_MAX; size *= 2) {
		large.buf_size = size;
		large.rx_slots = slots_of(UINT32_MAX, &large);
		CHECK(geometry_valid(&large));
		large.rx_slots = slots_of(512 * MIB, &large);
		CHECK(geometry_valid(&large));
	}
	/* What cannot be stays an error of those who check. */
	large.buf_size = UINT32_MAX - 63;
	large.rx_slots = slots_of(UINT32_MAX, &large);
	CHECK(!geometry_valid(&large));
}

/* Unless that is less than there is if nothing is said. */
static void leaves_the_tmpfs_to_others(void)
{
	struct geometry pipe = vale;

	pipe.pipe_end = 1;
	for (uint64_t left = 0; left < 256 * MIB; left += 5 * MIB / 3) {
		uint64_t most = left / 4 / vale.buf_size;
		uint32_t n = rx_room_slots(2 * MIB, &vale, false, left);
		uint32_t less = rx_room_slots(MIB, &vale, false, left);

		CHECK(n == 4096 || n <= most);
		CHECK(n >= 4096 && n <= slots(2 * MIB));
		CHECK(less == 256 || less <= most);
		CHECK(rx_room_slots(MIB, &pipe, false, left) <= less);
	}
	CHECK_EQ(rx_room_slots(2 * MIB, &vale, false, 128 * MIB), 13797);
	CHECK(rx_room_slots(2 * MIB, &vale, false, 64 * MIB) > 7000);
	CHECK(rx_room_slots(2 * MIB, &vale, false, 64 * MIB) < 8000);
	CHECK(rx_room_slots(64 * MIB, &vale, true, 64 * MIB) < 8000);
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
	} cases[] = {{0, 0, 4096},        {1, 0, 256},
		     {MIB / 2, 0, 3449},  {8 * MIB, 300, 300},
		     {2 * MIB, 0, 13797}, {8 * MIB, 0, 15887}};

	for (size_t i = 0; i < (tmpfs_has_plenty() ? 6 : 4); i++) {
		struct opened o = opened_with_room(cases[i].room,
						   cases[i].slots);

		CHECK_EQ(o.region.rx_slots, cases[i].expected);
		nmd_close(o.port);
	}
}

/* Each has its own, and what is sent reaches them all. */
static void switches_have_mixed_rings(void)
{
	const uint32_t rooms[] = {1, MIB / 2, 0, MIB / 4};
	const uint32_t kept[] = {255, 3448, 4095, 1723};
	struct opened from = open_raw("vale0:2"), to[4];
	uint8_t frame[60];

	for (int i = 0; i < 4; i++)
		to[i] = opened_with_room(rooms[i], 0);
	make_frame(frame, 255, 2, sizeof(frame), 1);
	for (int i = 0; i < 5000; i++)
		send_one(&from, frame, sizeof(frame));
	for (int i = 0; i < 4; i++) {
		CHECK_EQ(checked_stats(&to[i]).published, kept[i]);
		CHECK_EQ(checked_stats(&to[i]).dropped, 5000 - kept[i]);
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

/* What containers have: room for several of those who ask for 2 MiB. */
static void several_in_64_megabytes(void *argument)
{
	struct opened from, o[5], one;

	(void)argument;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", runtime_dir, "tmpfs", 0, "size=64m") < 0)
		SKIP("cannot mount here: %s", strerror(errno));
	CHECK_EQ(chmod(runtime_dir, 0700), 0);
	for (int i = 0; i < 5; i++) {
		o[i] = opened_with_room(2 * MIB, 0);
		CHECK(o[i].region.rx_slots >= 4096);
	}
	CHECK(o[0].region.rx_slots > o[1].region.rx_slots);
	CHECK(o[0].region.rx_slots < 8000);
	from = open_with("vale0:2",
			 (struct nmd_options){.tx_slots = 64, .rx_slots = 64});
	/* No room for the default: half, and of that what a quarter holds. */
	one = opened_with_room(2 * MIB, 0);
	CHECK(one.region.rx_slots >= 256 && one.region.rx_slots < 4096);
	send_to(&from, 255, 1);
	CHECK_EQ(discard(&one), 1);
	nmd_close(one.port);
	nmd_close(from.port);
	for (int i = 0; i < 5; i++)
		nmd_close(o[i].port);
	CHECK_EQ(listed(), 0);
	CHECK_EQ(umount2(runtime_dir, MNT_DETACH), 0);
}

/* Room for more than 1 GiB of large buffers is fewer slots, not an error. */
static void large_buffers_have_fewer(void)
{
	struct opened o;

	setenv("NETMAP_AREA_SIZE", "16M", 1);
	o = open_with("vale0:1", (struct nmd_options){.mode = NMD_CAPTURE,
						      .tx_slots = 16,
						      .buf_size = 16384,
						      .rx_room = 512 * MIB});
	unsetenv("NETMAP_AREA_SIZE");
	CHECK(o.region.rx_slots >= 256);
	CHECK(o.region.rx_slots <= 1024);
	nmd_close(o.port);
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
	int code = 0;

	holds_what_stock_holds();
	grows_with_bounds();
	goes_by_the_kind_of_ring();
	no_ring_is_too_large();
	leaves_the_tmpfs_to_others();
	asks_again_only_for_memory();
	begin();
	opens_have_them();
	switches_have_mixed_rings();
	scarce_memory_gives_fewer();
	large_buffers_have_fewer();
	if (geteuid() == 0 && !UNDER_TSAN)
		code = ending_of(spawn(several_in_64_megabytes, NULL));
	CHECK(code == 0 || code == 77);
	finish();
	if (geteuid() != 0 || code == 77)
		SKIP("only root can mount a small tmpfs, and not everywhere");
	if (!tmpfs_has_plenty())
		SKIP_FULL_ROOMS();
	return 0;
}
