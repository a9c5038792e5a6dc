/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device library's other half: ports of the kernel's netmap.
 *
 * Where the kernel has no netmap the netmap face answers to /dev/netmap, so
 * that the whole way is walked without it: this program's device library asks
 * by open, ioctl, mmap and poll, libpcap-netmap.so answers from user space.
 */
#include <pthread.h>

#include "kernel_testing.h"

static void frames_come_and_go(void)
{
	struct opened a = kernel_raw("vale0:a"), b = kernel_raw("vale0:b");

	for (uint32_t i = 0; i < 5000; i++) {
		send_frame(&a, 1, FRAME + i % 1400, (uint8_t)i);
		expect(&b, 1, FRAME + i % 1400, (uint8_t)i);
		if (i % 7 == 0) {
			send_frame(&b, 2, FRAME, (uint8_t)i);
			expect(&a, 2, FRAME, (uint8_t)i);
		}
	}
	CHECK_EQ(checked_stats(&b).accepted, 5000);
	CHECK_EQ(checked_stats(&b).dropped, 0);
	CHECK_EQ(stats_of(&a).sent, 5000);
	CHECK_EQ(nmd_peers(a.port), 1);
	nmd_close(a.port);
	nmd_close(b.port);
}

static struct nmd_arrival arrival_of_head(const struct opened *o)
{
	return o->arrivals[o->rx->head];
}

static void captures_choose(void)
{
	struct opened from = kernel_raw("vale1:from");
	struct opened c = kernel_capture("vale1:c");

	accept_only(&c, 3);
	CHECK_EQ(nmd_set_snaplen(c.port, 40), 0);
	for (uint8_t i = 0; i < 100; i++)
		send_frame(&from, i % 2 ? 3 : 4, 100, i);
	for (uint8_t i = 1; i < 100; i += 2) {
		struct nmd_arrival at;

		if (c.rx->head == c.rx->tail)
			wait_readable(&c);
		at = arrival_of_head(&c);
		CHECK_EQ(at.wire_len, 100);
		CHECK_EQ(at.direction, NMD_IN);
		CHECK(at.time_ns > 0);
		CHECK_EQ(c.rx->slot[c.rx->head].len, 40);
		CHECK_EQ(buffer_of(c.rx, c.rx->head)[14], (uint8_t)(i + 14));
		give_back(&c, 1);
	}
	CHECK_EQ(checked_stats(&c).accepted, 50);
	CHECK_EQ(stats_of(&c).filtered, 50);
	/* What it sends itself it does not see, and others do. */
	send_frame(&c, 9, FRAME, 1);
	expect(&from, 9, FRAME, 1);
	CHECK_EQ(readable(&c), 0);
	CHECK_EQ(nmd_set_direction(c.port, NMD_OUT), 0);
	send_frame(&from, 3, FRAME, 1);
	CHECK_EQ(readable(&c), 0);
	nmd_close(c.port);
	nmd_close(from.port);
}

/* A port that somebody has is looked at from the side. */
static void captures_look_on(void)
{
	struct opened port = kernel_raw("vale2:port");
	struct opened other = kernel_raw("vale2:other");
	struct opened c = kernel_capture("vale2:port");
	struct opened sent = kernel_raw("vale2:port/t");
	uint8_t frame[FRAME];

	CHECK_EQ(refused("vale2:port", NMD_RAW, "one user"), -EBUSY);
	send_frame(&other, 2, FRAME, 2);
	expect(&port, 2, FRAME, 2);
	send_frame(&port, 1, FRAME, 1);
	expect(&other, 1, FRAME, 1);
	/* Of what waits together, what was sent comes first. */
	wait_readable(&c);
	CHECK_EQ(arrival_of_head(&c).direction, NMD_OUT);
	expect(&c, 1, FRAME, 1);
	if (c.rx->head == c.rx->tail)
		wait_readable(&c);
	CHECK_EQ(arrival_of_head(&c).direction, NMD_IN);
	expect(&c, 2, FRAME, 2);
	expect(&sent, 1, FRAME, 1);
	CHECK_EQ(readable(&sent), 0);
	make_frame(frame, 255, 1, FRAME, 0);
	queue_slot(c.tx, frame, FRAME, 0);
	CHECK_EQ(nmd_txsync(c.port), -EOPNOTSUPP);
	nmd_close(sent.port);
	nmd_close(c.port);
	nmd_close(other.port);
	nmd_close(port.port);
}

/* Of two captures of a port each sees what the other one sends. */
static void captures_see_each_other(void)
{
	struct opened other = kernel_raw("vale2:other");
	struct opened first = kernel_capture("vale2:port");
	struct opened second = kernel_capture("vale2:port");

	send_frame(&second, 2, FRAME, 2);
	expect(&other, 2, FRAME, 2);
	wait_readable(&first);
	CHECK_EQ(arrival_of_head(&first).direction, NMD_OUT);
	expect(&first, 2, FRAME, 2);
	send_frame(&first, 1, FRAME, 1);
	expect(&other, 1, FRAME, 1);
	wait_readable(&second);
	CHECK_EQ(arrival_of_head(&second).direction, NMD_OUT);
	expect(&second, 1, FRAME, 1);
	send_frame(&other, 3, FRAME, 3);
	wait_readable(&first);
	CHECK_EQ(arrival_of_head(&first).direction, NMD_IN);
	expect(&first, 3, FRAME, 3);
	expect(&second, 3, FRAME, 3);
	CHECK_EQ(readable(&first) + readable(&second), 0);
	nmd_close(first.port);
	nmd_close(second.port);
	nmd_close(other.port);
}

static void *sends_soon(void *opened)
{
	const struct opened *o = opened;

	usleep(50000);
	send_frame(o, 1, FRAME, 1);
	return NULL;
}

static void *interrupts_soon(void *opened)
{
	usleep(50000);
	nmd_interrupt(((struct opened *)opened)->port);
	return NULL;
}

static void sleepers_wake(void)
{
	struct opened a = kernel_raw("vale4:a"), b = kernel_raw("vale4:b");
	pthread_t other;

	CHECK_EQ(nmd_wait(b.port, POLLIN, 0), 0);
	CHECK_EQ(nmd_wait(b.port, POLLIN, 1000000), 0);
	CHECK_EQ(pthread_create(&other, NULL, sends_soon, &a), 0);
	expect(&b, 1, FRAME, 1);
	CHECK_EQ(pthread_join(other, NULL), 0);
	CHECK_EQ(pthread_create(&other, NULL, interrupts_soon, &b), 0);
	CHECK_EQ(nmd_wait(b.port, POLLIN, PATIENCE_MS * 1000000ll), -EINTR);
	CHECK_EQ(pthread_join(other, NULL), 0);
	nmd_close(a.port);
	nmd_close(b.port);
}

static bool polls_readable(const struct opened *o, int millis)
{
	struct pollfd p = {nmd_fd(o->port), POLLIN, 0};

	CHECK_EQ(nmd_arm(o->port), 0);
	return poll(&p, 1, millis) == 1;
}

/* The descriptor tells what the kernel's rings hold, and what ours do. */
static void descriptors_tell(void)
{
	struct opened a = kernel_raw("vale4:a"), b = kernel_capture("vale4:b");
	pthread_t other;

	CHECK(!polls_readable(&b, 0));
	send_frame(&a, 1, FRAME, 1);
	send_frame(&a, 1, FRAME, 2);
	CHECK(polls_readable(&b, PATIENCE_MS));
	expect(&b, 1, FRAME, 1);
	CHECK(polls_readable(&b, PATIENCE_MS));
	expect(&b, 1, FRAME, 2);
	CHECK(!polls_readable(&b, 0));
	CHECK_EQ(pthread_create(&other, NULL, sends_soon, &a), 0);
	CHECK(polls_readable(&b, PATIENCE_MS));
	CHECK_EQ(pthread_join(other, NULL), 0);
	expect(&b, 1, FRAME, 1);
	CHECK(!polls_readable(&b, 0));
	nmd_close(a.port);
	nmd_close(b.port);
}

static void rings_are_chosen(void)
{
	struct nmd_options options = {
		.flags = NMD_KERNEL_DEVICE, .tx_rings = 2, .rx_rings = 2};
	struct opened a = open_with("vale5:a", options), b, one;

	CHECK_EQ(a.region.tx_rings, 2);
	CHECK_EQ(a.region.rx_rings, 2);
	CHECK_EQ(refused("vale5:a-1", NMD_RAW, "one user"), -EBUSY);
	CHECK_EQ(refused("vale5:b-1", NMD_RAW, "must exist"), -EINVAL);
	b = open_with("vale5:b/R", options);
	CHECK_EQ(b.region.tx_rings, 0);
	send_frame(&a, 1, FRAME, 5);
	expect(&b, 1, FRAME, 5);
	nmd_close(b.port);
	nmd_close(a.port);
	a = open_with("vale5:a-0", options);
	one = open_with("vale5:a-1", options);
	CHECK_EQ(one.region.first_tx_ring, 1);
	CHECK_EQ(one.region.port_tx_rings, 2);
	b = open_with("vale5:b", options);
	send_frame(&one, 1, FRAME, 6);
	/* By which of its rings, the switch decides. */
	CHECK_EQ(nmd_wait(b.port, POLLIN, PATIENCE_MS * 1000000ll), POLLIN);
	CHECK_EQ(slots_in(b.rx) + slots_in(nmd_rx_ring(b.port, 1)), 1);
	nmd_close(b.port);
	nmd_close(one.port);
	nmd_close(a.port);
}

/* Frames of more than one of the kernel's buffers, and of one of ours. */
static void frames_of_several_slots(void)
{
	struct nmd_options options = {.flags = NMD_KERNEL_DEVICE,
				      .buf_size = 512};
	struct opened a = open_with("vale6:a", options);
	struct opened b = open_with("vale6:b", options);
	uint8_t frame[5000];
	uint32_t got = 0;

	make_frame(frame, 255, 1, sizeof(frame), 3);
	for (uint32_t at = 0; at < sizeof(frame); at += 500)
		queue_slot(a.tx, frame + at, 500,
			   at + 500 < sizeof(frame) ? NETMAP_SLOT_MOREFRAG : 0);
	CHECK(nmd_txsync(a.port) >= 0);
	wait_readable(&b);
	for (uint32_t at = b.rx->head; at != b.rx->tail;
	     at = next_slot(b.rx, at)) {
		uint32_t len = b.rx->slot[at].len;

		CHECK_EQ(memcmp(buffer_of(b.rx, at), frame + got, len), 0);
		got += len;
		CHECK_EQ(!(b.rx->slot[at].flags & NETMAP_SLOT_MOREFRAG),
			 got == sizeof(frame));
	}
	CHECK_EQ(got, sizeof(frame));
	CHECK_EQ(stats_of(&b).accepted, 1);
	nmd_close(a.port);
	nmd_close(b.port);
}

static void openings_are_listed(void)
{
	struct opened a = kernel_raw("vale7:a");
	struct opened p = kernel_capture("vale7:p}x");

	CHECK(is_listed("vale7", "a"));
	CHECK(is_listed("vale7", "p}x"));
	nmd_close(p.port);
	nmd_close(a.port);
	CHECK(!is_listed("vale7", "a"));
}

static void child_reads(void *opened)
{
	expect(opened, 1, FRAME, 8);
	nmd_close(((struct opened *)opened)->port);
}

static void children_go_on(void)
{
	struct opened a = kernel_raw("vale8:a"), b = kernel_raw("vale8:b");
	pid_t child = spawn(child_reads, &b);

	send_frame(&a, 1, FRAME, 8);
	join(child);
	send_frame(&a, 1, FRAME, 9);
	expect(&b, 1, FRAME, 9);
	nmd_close(a.port);
	nmd_close(b.port);
}

/* A program that closes every descriptor: an error, and no foreign file hurt. */
static void lost_descriptors_are_told(void)
{
	struct opened a = kernel_raw("vale9:a");

	for (int fd = 3; fd < 64; fd++)
		close(fd);
	CHECK_EQ(nmd_rxsync(a.port), -EBADF);
	nmd_close(a.port);
	CHECK_EQ(nmd_list(NULL, 0, NULL), 0); /* sweeps up */
}

static void errors_say_what_to_do(void)
{
	CHECK_EQ(refused("vale0:*", NMD_CAPTURE, "no tap"), -EOPNOTSUPP);
	CHECK_EQ(refused("vale0:gone/rt", NMD_RAW, "open vale0:gone first"),
		 -ENODEV);
	CHECK_EQ(refused("netmap:no-such0/x", NMD_RAW, "no interface"),
		 -ENODEV);
	CHECK_EQ(refused("netmap:lo@group:1", NMD_CAPTURE, "no groups"),
		 -EOPNOTSUPP);
}

int main(void)
{
	begin();
	unsetenv("NETMAP_DEVICE");
	errors_say_what_to_do();
	frames_come_and_go();
	captures_choose();
	captures_look_on();
	captures_see_each_other();
	sleepers_wake();
	descriptors_tell();
	rings_are_chosen();
	frames_of_several_slots();
	openings_are_listed();
	children_go_on();
	lost_descriptors_are_told();
	finish();
	return 0;
}
