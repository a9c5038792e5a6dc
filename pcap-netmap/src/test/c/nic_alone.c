/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interface that one program has alone: every frame comes and goes in the
 * port's own buffers, none is lost or duplicated, the host sees none, and with
 * the program's end, whatever it is, the host has its interface again.
 */
#include <linux/if_link.h>

#include "ebpf.h"
#include "veth.h"

#define ALONE NEAR "/x"
#define SHORT 60

static int far_end;

static void far_sends(uint32_t len, uint8_t seed)
{
	uint8_t frame[2048];

	make_frame(frame, 255, 7, len, seed);
	CHECK_EQ(send(far_end, frame, len, 0), len);
}

static void is_next(const struct opened *o, uint32_t len, uint8_t seed)
{
	uint32_t at = wait_slot(o);
	uint8_t frame[2048];

	make_frame(frame, 255, 7, len, seed);
	CHECK_EQ(o->rx->slot[at].len, len);
	CHECK_EQ(memcmp(buffer_of(o->rx, at), frame, len), 0);
	give_back(o, 1);
}

static void frames_come(void)
{
	struct opened o = open_raw(ALONE);

	CHECK_EQ(o.region.buf_size, 2048);
	CHECK_EQ(o.rx->nr_buf_size, 2048);
	for (uint32_t i = 0; i < 3 * o.region.rx_slots; i++) {
		far_sends(SHORT + i % 1000, (uint8_t)i);
		is_next(&o, SHORT + i % 1000, (uint8_t)i);
	}
	CHECK_EQ(checked_stats(&o).published, 3 * o.region.rx_slots);
	CHECK_EQ(checked_stats(&o).dropped, 0);
	CHECK(!host_answers());
	nmd_close(o.port);
	CHECK(host_answers());
}

/* Waits for a frame of the length; what it began with. */
static uint8_t far_receives(uint32_t len)
{
	uint8_t got[2048];

	while (recv(far_end, got, sizeof(got), 0) != len)
		;
	return got[20];
}

static void frames_go(void)
{
	struct opened o = open_raw(ALONE);
	uint8_t frame[1000];

	for (uint32_t i = 0; i < 3 * o.region.tx_slots; i++) {
		make_frame(frame, 255, 9, sizeof(frame), (uint8_t)i);
		CHECK(nmd_wait(o.port, POLLOUT, PATIENCE_MS * 1000000ll) ==
		      POLLOUT);
		send_one(&o, frame, sizeof(frame));
		CHECK_EQ(far_receives(sizeof(frame)), (uint8_t)(i + 20));
	}
	CHECK_EQ(stats_of(&o).sent, 3 * o.region.tx_slots);
	CHECK_EQ(stats_of(&o).sent_bad, 0);
	nmd_close(o.port);
}

/* A slot's buffer may go out again as it came in, as bridges do it. */
static void buffers_are_swapped(void)
{
	struct opened o = open_raw(ALONE);

	for (uint32_t i = 0; i < 2 * o.region.rx_slots; i++) {
		uint32_t in, out, buffer;

		far_sends(100, (uint8_t)i);
		in = wait_slot(&o);
		CHECK_EQ(nmd_wait(o.port, POLLOUT, PATIENCE_MS * 1000000ll),
			 POLLOUT);
		out = o.tx->head;
		buffer = o.tx->slot[out].buf_idx;
		o.tx->slot[out].buf_idx = o.rx->slot[in].buf_idx;
		o.tx->slot[out].len = o.rx->slot[in].len;
		o.tx->slot[out].flags = NETMAP_SLOT_BUF_CHANGED;
		o.rx->slot[in].buf_idx = buffer;
		o.rx->slot[in].flags = NETMAP_SLOT_BUF_CHANGED;
		o.tx->head = o.tx->cur = next_slot(o.tx, out);
		CHECK(nmd_txsync(o.port) >= 0);
		give_back(&o, 1);
		CHECK_EQ(far_receives(100), (uint8_t)(i + 20));
	}
	nmd_close(o.port);
}

/* What is too long, too short or nowhere is passed over; the rest is sent. */
static void bad_slots_are_passed(void)
{
	struct opened o = open_raw(ALONE);
	uint8_t frame[1600];
	uint32_t nowhere;

	make_frame(frame, 255, 9, sizeof(frame), 1);
	queue_slot(o.tx, frame, 100, 0);
	queue_slot(o.tx, frame, 1519, 0);
	queue_slot(o.tx, frame, 13, 0);
	queue_slot(o.tx, frame, 200, 0);
	nowhere = o.tx->head;
	queue_slot(o.tx, frame, 100, 0);
	o.tx->slot[nowhere].buf_idx = o.region.buffers;
	queue_slot(o.tx, frame, 300, 0);
	while (stats_of(&o).sent + stats_of(&o).sent_bad < 6)
		nmd_txsync(o.port);
	CHECK_EQ(far_receives(100), 21);
	CHECK_EQ(far_receives(200), 21);
	CHECK_EQ(far_receives(300), 21);
	CHECK_EQ(stats_of(&o).sent_bad, 3);
	nmd_close(o.port);
}

/* Nonsense in a slot that is given back costs no buffer. */
static void no_buffer_is_lost(void)
{
	struct opened o = open_raw(ALONE);

	for (uint32_t i = 0; i < 2 * o.region.rx_slots; i++) {
		uint32_t at;

		far_sends(SHORT, (uint8_t)i);
		at = wait_slot(&o);
		o.rx->slot[at].buf_idx = UINT32_MAX;
		give_back(&o, 1);
	}
	CHECK_EQ(checked_stats(&o).dropped, 0);
	nmd_close(o.port);
}

static void filters_and_lengths_hold(void)
{
	struct opened o = open_capture(ALONE);
	const struct nmd_insn prog[] = {
		{0x30, 0, 0, 14},
		{0x15, 0, 1, 30 + 14},
		{0x06, 0, 0, 40},
		{0x06, 0, 0, 0},
	};
	uint32_t at;

	far_sends(SHORT, 31);
	far_sends(SHORT, 30);
	while (readable(&o) < 2)
		CHECK(nmd_wait(o.port, POLLIN, PATIENCE_MS * 1000000ll) >= 0);
	CHECK_EQ(nmd_set_filter(o.port, prog, 4), 0);
	CHECK_EQ(readable(&o), 1);
	CHECK_EQ(o.rx->slot[o.rx->head].len, SHORT); /* came before it */
	CHECK_EQ(buffer_of(o.rx, o.rx->head)[14], 30 + 14);
	give_back(&o, 1);
	for (uint32_t i = 0; i < 2 * o.region.rx_slots; i++)
		far_sends(SHORT, 31), nmd_rxsync(o.port);
	far_sends(SHORT, 30);
	at = wait_slot(&o);
	CHECK_EQ(o.rx->slot[at].len, 40);
	CHECK_EQ(o.arrivals[at].wire_len, SHORT);
	CHECK_EQ(checked_stats(&o).filtered, 2 * o.region.rx_slots);
	nmd_close(o.port);
}

/* Captures are what most programs send by. */
static void others_send_beside(void)
{
	struct opened o = open_raw(ALONE), shared = open_capture(NEAR);
	struct nmd_stats own;
	uint8_t frame[300];

	own = stats_of(&o);
	for (uint8_t i = 0; i < 100; i++) {
		make_frame(frame, 255, 9, sizeof(frame), i);
		CHECK_EQ(
			nmd_wait(shared.port, POLLOUT, PATIENCE_MS * 1000000ll),
			POLLOUT);
		send_one(&shared, frame, sizeof(frame));
		CHECK_EQ(far_receives(sizeof(frame)), i + 20);
	}
	CHECK_EQ(stats_of(&shared).sent, 100);
	CHECK_EQ(stats_of(&shared).sent_bad, 0);
	CHECK_EQ(stats_of(&o).sent, own.sent);
	nmd_close(shared.port);
	nmd_close(o.port);
}

static void nobody_else_gets_in(void)
{
	struct opened o = open_raw(ALONE), tap = open_capture(NEAR);
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;
	struct nmd_info info[2];

	CHECK_EQ(nmd_open(ALONE, NULL, &port, &why), -EBUSY);
	CHECK(strstr(why.text, "\"nmcap list\" shows which"));
	CHECK_EQ(nmd_list(info, 2, NULL), 2);
	CHECK_EQ(strcmp(info[0].path, alone_path()), 0);
	CHECK_EQ(strcmp(info[1].path, "shared"), 0);
	nmd_close(tap.port);
	nmd_close(o.port);
	CHECK_EQ(listed(), 0);
}

/* A program of somebody else's stays, and is named. */
static void a_foreign_program_is_not_replaced(void)
{
	const struct bpf_insn pass[] = {EBPF_SET(BPF_REG_0, XDP_PASS),
					EBPF_EXIT};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)pass,
		.insn_cnt = 2,
		.license = (uintptr_t) "GPL",
		.prog_name = "stranger",
	};
	int program = ebpf(BPF_PROG_LOAD, &attr);
	int link = ebpf_attach(program, (int)if_nametoindex("near"), BPF_XDP,
			       XDP_FLAGS_DRV_MODE);
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;
	struct opened o;

	CHECK(link >= 0);
	CHECK_EQ(nmd_open(ALONE, NULL, &port, &why), -EBUSY);
	CHECK(strstr(why.text, "\"stranger\""));
	CHECK(strstr(why.text, "ip link set near xdp off"));
	CHECK(host_answers());
	close(link);
	close(program);
	o = open_raw(ALONE);
	nmd_close(o.port);
}

/* All queues by one opening, or one of them. */
static void queues_are_rings(void)
{
	struct opened o;
	uint8_t frame[SHORT];
	int fd;

	run("ip link add two numrxqueues 2 numtxqueues 2 type veth peer name "
	    "twin numrxqueues 2 numtxqueues 2");
	run("ip link set two up && ip link set twin up");
	fd = packet_socket("twin");
	o = open_raw("netmap:two/x");
	CHECK_EQ(o.region.rx_rings, 2);
	CHECK_EQ(o.region.tx_rings, 2);
	make_frame(frame, 255, 7, SHORT, 1);
	for (int i = 0; i < 100; i++)
		CHECK_EQ(send(fd, frame, SHORT, 0), SHORT);
	for (uint32_t n = 0; n < 100; n += discard(&o))
		CHECK_EQ(nmd_wait(o.port, POLLIN, PATIENCE_MS * 1000000ll),
			 POLLIN);
	queue_slot(ring_of(&o, 0, 1), frame, SHORT, 0);
	CHECK(nmd_txsync(o.port) >= 0);
	nmd_close(o.port);
	o = open_raw("netmap:two-1/x");
	nmd_close(o.port);
	close(fd);
	run("ip link del two");
}

/* A driver without XDP of its own leaves it to the network stack. */
static void generic_mode_works(void)
{
	struct nmd_info info;
	struct opened o;
	uint8_t frame[SHORT];

	if (system("ip link add bridge0 type bridge 2>&-") != 0) {
		printf("no bridges in this kernel: generic XDP not tested\n");
		return;
	}
	run("ip link set near master bridge0 && ip link set bridge0 up");
	o = open_raw("netmap:bridge0/x");
	CHECK_EQ(nmd_list(&info, 1, NULL), 1);
	CHECK_EQ(strcmp(info.path, "xdp generic copy"), 0);
	for (uint32_t i = 0; i < 2 * o.region.rx_slots; i++) {
		far_sends(SHORT, (uint8_t)i);
		is_next(&o, SHORT, (uint8_t)i);
	}
	make_frame(frame, 255, 9, SHORT, 1);
	send_one(&o, frame, SHORT);
	CHECK_EQ(far_receives(SHORT), 21);
	nmd_close(o.port);
	run("ip link del bridge0");
}

static void is_killed(void *ready)
{
	struct opened o = open_raw(ALONE);

	event_set(*(struct event *)ready);
	for (;;)
		nmd_wait(o.port, POLLIN, -1);
}

static void a_kill_gives_the_host_its_interface(void)
{
	struct event ready = event_new();
	pid_t child = spawn(is_killed, &ready);

	event_wait(ready);
	CHECK(!host_answers());
	kill_and_reap(child);
	CHECK(host_answers());
	CHECK_EQ(listed(), 0);
	close(ready.fd);
}

static void a_lost_interface_ends_reads(void)
{
	struct opened o = open_raw("netmap:doomed/x");

	run("ip link del doomed");
	CHECK_EQ(nmd_wait(o.port, POLLIN, PATIENCE_MS * 1000000ll), -ENODEV);
	nmd_close(o.port);
}

static void a_ring_that_is_none_is_refused(void)
{
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;
	struct opened o = open_raw("netmap:near-0/x");

	far_sends(SHORT, 1);
	is_next(&o, SHORT, 1);
	nmd_close(o.port);
	CHECK_EQ(nmd_open("netmap:near-1/x", NULL, &port, &why), -EINVAL);
}

/* Who asks for one direction's rings has those, and they work. */
static void one_side_is_enough(void)
{
	struct opened o = open_raw(ALONE "R");
	uint8_t frame[SHORT];

	far_sends(SHORT, 4);
	is_next(&o, SHORT, 4);
	nmd_close(o.port);
	o = open_raw(ALONE "T");
	make_frame(frame, 255, 9, SHORT, 6);
	send_one(&o, frame, SHORT);
	CHECK_EQ(far_receives(SHORT), 26);
	nmd_close(o.port);
}

int main(void)
{
	veth_begin();
	far_end = far_socket();
	frames_come();
	frames_go();
	one_side_is_enough();
	buffers_are_swapped();
	bad_slots_are_passed();
	no_buffer_is_lost();
	filters_and_lengths_hold();
	others_send_beside();
	nobody_else_gets_in();
	a_foreign_program_is_not_replaced();
	a_ring_that_is_none_is_refused();
	queues_are_rings();
	generic_mode_works();
	a_kill_gives_the_host_its_interface();
	run("ip link add doomed type veth peer name doom");
	run("ip link set doomed up && ip link set doom up");
	a_lost_interface_ends_reads();
	veth_end();
	return 0;
}
