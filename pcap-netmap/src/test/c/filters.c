/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receive filter runs where frames are delivered: what it rejects takes
 * no room and is counted, what it cuts is cut, a new one gives up what it
 * rejects of the queued, senders that were already there obey it, and a program that a peer
 * scribbled into shared memory rejects instead of running.
 */
#include "testing.h"

#include "layout.h"
#include "settings.h"

#include <linux/filter.h>

static struct opened from, to;

static void open_both(void)
{
	from = open_raw("vale0:from");
	to = open_capture("vale0:to");
}

static void close_both(void)
{
	nmd_close(from.port);
	nmd_close(to.port);
}

/* Sends a frame whose byte 20 is kind. */
static void send_kind(uint8_t kind, uint32_t len)
{
	uint8_t frame[1514];

	make_frame(frame, 255, 1, len, 0);
	frame[20] = kind;
	send_one(&from, frame, len);
}

/* Accepts keep bytes of frames whose byte at offset at is kind. */
static int filter_for(uint32_t at, uint8_t kind, uint32_t keep)
{
	const struct nmd_insn prog[] = {
		{BPF_LD | BPF_B | BPF_ABS, 0, 0, at},
		{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, kind},
		{BPF_RET | BPF_K, 0, 0, keep},
		{BPF_RET | BPF_K, 0, 0, 0},
	};

	return nmd_set_filter(to.port, prog, 4);
}

static void what_is_rejected_takes_no_room(void)
{
	open_both();
	CHECK_EQ(filter_for(20, 1, 65535), 0);
	for (uint32_t i = 0; i < 3 * to.rx->num_slots; i++)
		send_kind(0, 60);
	for (int i = 0; i < 10; i++)
		send_kind((uint8_t)(i % 2), 60);
	CHECK_EQ(readable(&to), 5);
	CHECK_EQ(checked_stats(&to).filtered, 3 * to.rx->num_slots + 5);
	CHECK_EQ(checked_stats(&to).dropped, 0);
	CHECK_EQ(checked_stats(&to).accepted, 5);
	CHECK_EQ(checked_stats(&from).offered,
		 3 * (uint64_t)to.rx->num_slots + 10);
	close_both();
}

static void a_filter_cuts(void)
{
	open_both();
	CHECK_EQ(filter_for(20, 1, 40), 0);
	send_kind(1, 1000);
	CHECK_EQ(nmd_set_snaplen(to.port, 30), 0);
	send_kind(1, 1000);
	CHECK_EQ(readable(&to), 2);
	CHECK_EQ(to.rx->slot[0].len, 40);
	CHECK_EQ(to.arrivals[0].wire_len, 1000);
	CHECK_EQ(to.rx->slot[1].len, 30);
	close_both();
}

static void a_new_filter_gives_up_what_it_rejects(void)
{
	open_both();
	for (uint8_t i = 0; i < 9; i++)
		send_kind(i % 3, 60 + i);
	CHECK_EQ(readable(&to), 9);
	give_back(&to, 2);
	CHECK_EQ(filter_for(20, 1, 50), 0);
	CHECK_EQ(to.rx->head, to.rx->tail);
	CHECK_EQ(readable(&to), 2);
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t at = to.rx->head;

		CHECK_EQ(buffer_of(to.rx, at)[20], 1);
		CHECK_EQ(to.rx->slot[at].len, 64 + 3 * i); /* not cut */
		CHECK_EQ(to.arrivals[at].wire_len, 64 + 3 * i);
		give_back(&to, 1);
	}
	CHECK_EQ(readable(&to), 0);
	CHECK_EQ(checked_stats(&to).abandoned, 5);
	CHECK_EQ(checked_stats(&to).consumed, 4);
	CHECK_EQ(filter_for(20, 1, 65535), 0);
	send_kind(0, 60);
	send_kind(1, 60);
	CHECK_EQ(discard(&to), 1);
	CHECK_EQ(nmd_set_filter(to.port, NULL, 0), 0);
	send_kind(0, 60);
	CHECK_EQ(discard(&to), 1);
	close_both();
}

/* Jumps backwards are allowed, but not for ever. */
static void a_program_without_an_end(void)
{
	const struct nmd_insn endless[] = {
		{BPF_JMP | BPF_JA, 0, 0, (uint32_t)-1},
		{BPF_RET | BPF_K, 0, 0, 65535},
	};

	open_both();
	CHECK_EQ(nmd_set_filter(to.port, endless, 2), 0);
	send_kind(1, 60);
	CHECK_EQ(discard(&to), 0);
	CHECK_EQ(checked_stats(&to).filtered, 1);
	close_both();
}

static void a_bad_program_changes_nothing(void)
{
	const struct nmd_insn endless[] = {{BPF_JMP | BPF_JA, 0, 0, 0}};

	open_both();
	CHECK_EQ(filter_for(20, 1, 65535), 0);
	send_kind(1, 60);
	CHECK_EQ(nmd_set_filter(to.port, endless, 1), -EINVAL);
	CHECK_EQ(nmd_set_filter(to.port, endless, 5000), -EINVAL);
	CHECK_EQ(readable(&to), 1);
	send_kind(0, 60);
	CHECK_EQ(readable(&to), 1);
	close_both();
}

/* The filter sees a frame as a whole, however its sender cut it. */
static void frames_of_several_slots_are_filtered_whole(void)
{
	struct opened thin = open_with("vale0:thin",
				       (struct nmd_options){.buf_size = 64});
	uint8_t frame[300];

	open_both();
	CHECK_EQ(filter_for(250, 7, 65535), 0);
	for (uint8_t kind = 6; kind < 9; kind++) {
		make_frame(frame, 255, 1, sizeof(frame), 0);
		frame[250] = kind;
		for (uint32_t at = 0; at < sizeof(frame); at += 60)
			queue_slot(thin.tx, frame + at, 60,
				   at + 60 < sizeof(frame)
					   ? NETMAP_SLOT_MOREFRAG
					   : 0);
		CHECK(nmd_txsync(thin.port) > 0);
	}
	CHECK_EQ(readable(&to), 1);
	CHECK_EQ(to.rx->slot[0].len, sizeof(frame));
	CHECK_EQ(buffer_of(to.rx, 0)[250], 7);
	CHECK_EQ(checked_stats(&to).filtered, 2);
	nmd_close(thin.port);
	close_both();
}

/* Shared memory as a malicious peer would leave it. */
static void scribbled_programs_do_not_run(void)
{
	struct area *area;
	struct nmd_insn *prog;
	uint64_t seq;

	open_both();
	area = to.region.base;
	CHECK_EQ(filter_for(20, 1, 65535), 0);
	seq = atomic_load(&area->settings_seq);
	prog = settings_prog(area, seq);
	send_kind(1, 60);
	CHECK_EQ(discard(&to), 1);
	/* Half written, by a program that was killed or stopped: not seen. */
	memset(settings_of(area, seq + 1), 0xff, sizeof(struct rx_settings));
	memset(settings_prog(area, seq + 1), 0xff, AREA_FILTER_SIZE);
	send_kind(1, 60);
	CHECK_EQ(discard(&to), 1);
	prog[0] = (struct nmd_insn){BPF_JMP | BPF_JA, 0, 0, UINT32_MAX};
	atomic_fetch_add(&area->settings_seq, 2);
	send_kind(1, 60);
	CHECK_EQ(discard(&to), 0);
	atomic_store(&settings_now(area)->filter_length, UINT32_MAX);
	atomic_fetch_add(&area->settings_seq, 2);
	send_kind(1, 60);
	CHECK_EQ(discard(&to), 0);
	CHECK_EQ(checked_stats(&to).filtered + checked_stats(&to).dropped, 2);
	/* The next filter mends it. */
	CHECK_EQ(filter_for(20, 1, 65535), 0);
	send_kind(1, 60);
	CHECK_EQ(discard(&to), 1);
	close_both();
}

#define FLIPS 100

struct flips {
	struct event ready;
	_Atomic bool enough;
	_Atomic uint64_t offered;
};

static void send_both_kinds(void *argument)
{
	struct flips *flips = argument;
	struct opened o = open_raw("vale0:sender");
	uint8_t frame[60];

	make_frame(frame, 255, 1, sizeof(frame), 0);
	event_set(flips->ready);
	while (!atomic_load(&flips->enough)) {
		for (int i = 0; i < 100; i++) {
			frame[20] = (uint8_t)(i % 2);
			queue_slot(o.tx, frame, sizeof(frame), 0);
		}
		CHECK(nmd_txsync(o.port) > 0);
	}
	atomic_store(&flips->offered, stats_of(&o).offered);
	event_set(flips->ready);
	for (;;)
		pause();
}

/* Reads a while; every frame is of the kind. */
static void read_kind(uint8_t kind)
{
	for (uint32_t got = 0; got < 500;) {
		CHECK_EQ(nmd_wait(to.port, POLLIN, -1), POLLIN);
		for (; to.rx->head != to.rx->tail; got++) {
			CHECK_EQ(buffer_of(to.rx, to.rx->head)[20], kind);
			to.rx->head = next_slot(to.rx, to.rx->head);
		}
		to.rx->cur = to.rx->head;
	}
}

/* While a sender is busy: after a change no frame of the old filter comes. */
static void filters_change_midstream(void)
{
	struct flips *flips = shared_memory(sizeof(*flips));
	struct nmd_stats s;
	pid_t pid;

	to = open_capture("vale0:to");
	flips->ready = event_new();
	pid = spawn(send_both_kinds, flips);
	event_wait(flips->ready);
	for (int i = 0; i < FLIPS; i++) {
		CHECK_EQ(filter_for(20, (uint8_t)(i % 2), 65535), 0);
		read_kind((uint8_t)(i % 2));
	}
	atomic_store(&flips->enough, true);
	event_wait(flips->ready);
	discard(&to);
	s = checked_stats(&to);
	CHECK_EQ(flips->offered, s.accepted + s.dropped + s.filtered);
	CHECK(s.consumed >= FLIPS * 500);
	kill_and_reap(pid);
	nmd_close(to.port);
	munmap(flips, sizeof(*flips));
}

static void list_says_who_filters(void)
{
	struct nmd_info info[2];

	open_both();
	CHECK_EQ(filter_for(20, 1, 65535), 0);
	CHECK_EQ(nmd_list(info, 2, NULL), 2);
	CHECK_EQ(info[0].filter_length + info[1].filter_length, 4);
	close_both();
}

int main(void)
{
	begin();
	what_is_rejected_takes_no_room();
	a_filter_cuts();
	a_new_filter_gives_up_what_it_rejects();
	a_program_without_an_end();
	a_bad_program_changes_nothing();
	frames_of_several_slots_are_filtered_whole();
	scribbled_programs_do_not_run();
	filters_change_midstream();
	list_says_who_filters();
	finish();
	return 0;
}
