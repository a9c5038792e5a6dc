/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Zero-copy monitors see each frame that is given back, whole and in order, and
 * none that was given back before.
 */
#include "numbered.h"

#include <pthread.h>

static void *reading(void *opened)
{
	read_numbers(opened, 0, FRAMES);
	return NULL;
}

/* The sender waits for room, and uses no slot again that nobody has seen. */
static void a_full_pipe_shows_all(void)
{
	struct nmd_options few = {.tx_slots = FEW_SLOTS, .rx_slots = FEW_SLOTS};
	struct opened l = open_with("vale0:p{1", few);
	struct opened r = open_with("vale0:p}1", few);
	struct opened of_sent = open_with("vale0:p{1/z", LARGE);
	struct opened of_read = open_with("vale0:p}1/z", LARGE);
	struct opened copy = open_with("vale0:p}1/r", LARGE);
	pthread_t reader;

	CHECK_EQ(pthread_create(&reader, NULL, reading, &r), 0);
	send_numbers(&l, 0, FRAMES);
	CHECK_EQ(pthread_join(reader, NULL), 0);
	CHECK(nmd_txsync(l.port) >= 0);
	expect_numbers(&of_sent, 0, FRAMES);
	expect_numbers(&of_read, 0, FRAMES);
	expect_numbers(&copy, 0, FRAMES);
	CHECK_EQ(stats_of(&l).offered, 3 * FRAMES);
	CHECK_EQ(stats_of(&r).offered, FRAMES);
	nmd_close(of_sent.port);
	nmd_close(of_read.port);
	nmd_close(copy.port);
	nmd_close(l.port);
	nmd_close(r.port);
}

/* What a pipe's end sent while no monitor was there belongs to none. */
static void none_that_was_given_back_before(void)
{
	struct opened l = open_raw("vale0:p{1"), r = open_raw("vale0:p}1"), z;

	send_numbers(&l, 0, 300);
	CHECK_EQ(discard(&r), 300);
	z = open_raw("vale0:p{1/z");
	CHECK(nmd_txsync(l.port) >= 0);
	CHECK_EQ(readable(&z), 0);
	send_numbers(&l, 300, 303);
	CHECK_EQ(discard(&r), 3);
	send_numbers(&l, 303, 304);
	expect_numbers(&z, 300, 303);
	nmd_close(z.port);
	CHECK_EQ(discard(&r), 1);
	send_numbers(&l, 304, 310);
	/* On their way when it comes, and given back only then. */
	z = open_raw("vale0:p{1/z");
	CHECK_EQ(discard(&r), 6);
	CHECK(nmd_txsync(l.port) >= 0);
	expect_numbers(&z, 304, 310);
	nmd_close(z.port);
	nmd_close(l.port);
	nmd_close(r.port);
}

/* A frame of three slots, as the port's buffers cut it. */
static void send_of_three(const struct opened *o, uint32_t count)
{
	static uint8_t frame[2112];

	make_frame(frame, 1, 2, sizeof(frame), 0);
	for (uint32_t i = 0; i < 3 * count; i++)
		queue_slot(o->tx, frame, sizeof(frame),
			   i % 3 < 2 ? NETMAP_SLOT_MOREFRAG : 0);
	CHECK(nmd_txsync(o->port) >= 0);
}

/* Frames of three slots, none of them cut. */
static void expect_of_three(const struct opened *o, uint32_t count)
{
	uint32_t at = o->rx->head;

	CHECK_EQ(readable(o), 3 * count);
	for (uint32_t i = 0; i < 3 * count; i++, at = next_slot(o->rx, at)) {
		CHECK_EQ(o->rx->slot[at].len, 2112);
		CHECK_EQ(!!(o->rx->slot[at].flags & NETMAP_SLOT_MOREFRAG),
			 i % 3 < 2);
	}
	CHECK_EQ(discard(o), 3 * count);
}

/* More than one sync stages, and given back in the middle of a frame. */
static void frames_of_several_slots(const char *one, const char *two,
				    const char *monitor)
{
	struct opened a = open_raw(one), b = open_raw(two);
	struct opened z = open_raw(monitor);

	send_of_three(&b, 200);
	CHECK_EQ(readable(&a), 600);
	give_back(&a, 1);
	CHECK(nmd_txsync(b.port) >= 0);
	CHECK_EQ(readable(&a), 599);
	CHECK_EQ(readable(&z), 0);
	give_back(&a, 4);
	CHECK(nmd_txsync(b.port) >= 0);
	expect_of_three(&z, 1);
	CHECK_EQ(readable(&a), 595);
	CHECK_EQ(discard(&a), 595);
	CHECK(nmd_txsync(b.port) >= 0);
	expect_of_three(&z, 199);
	/* All the room is there again. */
	send_of_three(&b, 341);
	CHECK_EQ(readable(&a), 1023);
	CHECK_EQ(discard(&a), 1023);
	CHECK(nmd_txsync(b.port) >= 0);
	expect_of_three(&z, 341);
	CHECK_EQ(stats_of(&z).dropped, 0);
	nmd_close(z.port);
	nmd_close(a.port);
	nmd_close(b.port);
}

/* Of more slots than can be shown, and slots that are no frame: counted. */
static void frames_that_cannot_be_shown(void)
{
	struct nmd_options small = {.rx_slots = 1024, .buf_size = 64};
	struct opened b = open_raw("vale0:b"), a = open_with("vale0:a", small);
	struct opened z = open_raw("vale0:a/z");
	static uint8_t data[2112];

	make_frame(data, 1, 2, sizeof(data), 0);
	for (int i = 0; i < 10; i++)
		queue_slot(b.tx, data, sizeof(data),
			   i < 9 ? NETMAP_SLOT_MOREFRAG : 0);
	send_numbers(&b, 0, 1);
	CHECK_EQ(readable(&a), 331);
	give_back(&a, 300);
	CHECK_EQ(readable(&a), 31);
	give_back(&a, 31);
	expect_numbers(&z, 0, 1);
	CHECK_EQ(stats_of(&z).dropped, 1);
	send_numbers(&b, 1, 3);
	CHECK_EQ(readable(&a), 2);
	a.rx->slot[a.rx->head].buf_idx = UINT32_MAX;
	give_back(&a, 2);
	expect_numbers(&z, 2, 3);
	CHECK_EQ(stats_of(&z).dropped, 2);
	CHECK_EQ(stats_of(&a).offered, 4);
	nmd_close(z.port);
	nmd_close(a.port);
	nmd_close(b.port);
}

static void give_back_as_open(const struct opened *o)
{
	for (uint32_t at = o->rx->head; at != o->rx->tail;
	     at = next_slot(o->rx, at))
		o->rx->slot[at].flags |= NETMAP_SLOT_MOREFRAG;
	o->rx->head = o->rx->cur = o->rx->tail;
}

/*
 * A reader that writes into what it gives back that more follows, which does
 * not, has its room again, and nothing to look for; the frames are counted.
 */
static void frames_that_never_end(const char *one, const char *two,
				  const char *monitor)
{
	struct nmd_options few = {.tx_slots = FEW_SLOTS, .rx_slots = FEW_SLOTS};
	struct opened a = open_with(one, few), b = open_with(two, few);
	struct opened z = open_raw(monitor);

	for (uint32_t n = 0; n < 500; n += 10) {
		send_numbers(&b, n, n + 10);
		CHECK_EQ(readable(&a), 10);
		give_back_as_open(&a);
		CHECK_EQ(readable(&a), 0);
		CHECK(nmd_txsync(b.port) >= 0);
	}
	CHECK_EQ(nmd_arm(a.port), 0);
	CHECK_EQ(readable(&z), 0);
	CHECK_EQ(stats_of(&z).dropped, 50);
	send_numbers(&b, 500, 503);
	CHECK_EQ(discard(&a), 3);
	CHECK(nmd_txsync(b.port) >= 0);
	expect_numbers(&z, 500, 503);
	nmd_close(z.port);
	nmd_close(a.port);
	nmd_close(b.port);
}

/* What others can write into the header tells a reader of no monitor. */
static void an_epoch_and_a_monitor_that_are_none(void)
{
	struct opened a = open_raw("vale0:a"), b = open_raw("vale0:b");

	send_numbers(&b, 0, 3);
	CHECK_EQ(readable(&a), 3);
	store_release(&vale_header(a.port->vale)->epoch, 0);
	store_relaxed(&a.port->area->rx[0].watched, 1);
	CHECK_EQ(discard(&a), 3);
	CHECK_EQ(readable(&a), 0);
	nmd_close(a.port);
	nmd_close(b.port);
}

/* Each ring for itself, also where a monitor looks at one of them. */
static void several_rings(void)
{
	struct nmd_options two = {.tx_rings = 2, .rx_rings = 2};
	struct opened a = open_with("vale0:a", two);
	struct opened b = open_with("vale0:b", two);
	struct opened all = open_raw("vale0:a/z");
	struct opened one = open_raw("vale0:a-1/z");
	struct netmap_ring *second = nmd_rx_ring(a.port, 1);

	CHECK_EQ(all.region.rx_rings, 2);
	send_numbers(&b, 0, 3);
	b.tx = nmd_tx_ring(b.port, 1);
	send_numbers(&b, 3, 5);
	CHECK_EQ(readable(&a), 5);
	second->head = second->cur = second->tail;
	CHECK_EQ(readable(&a), 3);
	CHECK_EQ(readable(&one), 0);
	CHECK_EQ(readable(&all), 2);
	CHECK_EQ(slots_in(all.rx), 0);
	CHECK_EQ(discard(&all), 2);
	CHECK_EQ(readable(&one), 2);
	CHECK_EQ(discard(&a), 3);
	CHECK_EQ(slots_in(all.rx), 0);
	CHECK_EQ(readable(&all), 3);
	CHECK_EQ(discard(&all), 3);
	CHECK_EQ(readable(&one), 2);
	nmd_close(one.port);
	nmd_close(all.port);
	nmd_close(a.port);
	nmd_close(b.port);
}

int main(void)
{
	begin();
	a_full_pipe_shows_all();
	none_that_was_given_back_before();
	frames_of_several_slots("vale0:a", "vale0:b", "vale0:a/z");
	frames_of_several_slots("vale0:p}1", "vale0:p{1", "vale0:p}1/z");
	frames_of_several_slots("vale0:p}1", "vale0:p{1", "vale0:p{1/z");
	frames_that_cannot_be_shown();
	frames_that_never_end("vale0:a", "vale0:b", "vale0:a/z");
	frames_that_never_end("vale0:p}1", "vale0:p{1", "vale0:p}1/z");
	frames_that_never_end("vale0:p}1", "vale0:p{1", "vale0:p{1/z");
	an_epoch_and_a_monitor_that_are_none();
	several_rings();
	finish();
	return 0;
}
