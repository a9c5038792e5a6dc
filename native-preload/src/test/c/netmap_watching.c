// SPDX-License-Identifier: BSD-2-Clause
/*
 * Monitors of interfaces through /dev/netmap, of one ring and of all, in either
 * direction and of both, from the process that has the interface and from
 * another: they see what its syncs bring and send, or, if they are zero-copy
 * ones, what it gives back and what has been sent.
 */
#include "netmap_passing.h"
#include "veth.h"

#define FRAMES 3000
#define FEW 64

static int far_end;

static const struct register_request of_received = {
	.flags = REGISTER_MONITOR_RX};
static const struct register_request of_sent = {.flags = REGISTER_MONITOR_TX};
static const struct register_request of_both = {.flags = REGISTER_MONITOR_RX |
							 REGISTER_MONITOR_TX};
static const struct register_request of_released = {
	.flags = REGISTER_ZERO_COPY};
static const struct register_request of_one = {
	.mode = MODE_ONE_NIC,
	.flags = REGISTER_MONITOR_RX,
};

static void wait_for(const struct netmap_port *p, short events)
{
	struct pollfd fd = {p->fd, events, 0};

	CHECK_EQ(poll(&fd, 1, PATIENCE_MS), 1);
	CHECK_EQ(fd.revents, events);
}

/* Frames from the far end, by the interface's owner; back they go. */
static void bounce(const struct netmap_port *owner, uint32_t number, uint32_t n)
{
	uint8_t frame[FRAME_BYTES];

	for (uint32_t i = 0; i < n; i++) {
		number_frame(frame, number + i);
		CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
	}
	for (uint32_t got = 0; got < n;) {
		wait_for(owner, POLLIN);
		got += empty_ring(netmap_rx_ring(owner, 0), number + got);
	}
	for (uint32_t sent = 0; sent < n;) {
		wait_for(owner, POLLOUT);
		sent += fill_ring(netmap_tx_ring(owner, 0), number + sent,
				  n - sent);
		CHECK_EQ(ioctl(owner->fd, NETMAP_TXSYNC, NULL), 0);
	}
}

/* Waits, by poll or by ioctl, for so many frames from number on. */
static void sees(const struct netmap_port *m, uint32_t number, uint32_t n,
		 bool by_poll)
{
	for (uint32_t got = 0; got < n;) {
		if (by_poll)
			wait_for(m, POLLIN);
		else
			CHECK_EQ(ioctl(m->fd, NETMAP_RXSYNC, NULL), 0);
		got += take_frames(netmap_rx_ring(m, 0), number + got, n - got);
	}
}

static void check_directions(void)
{
	struct netmap_port owner = netmap_port("near");
	struct netmap_port rx = netmap_register_as("near", of_received);
	struct netmap_port tx = netmap_register_as("near", of_sent);
	struct netmap_port both = netmap_register_as("near", of_both);
	struct netmap_port one = netmap_register_as("near", of_one);

	CHECK(rx.answer.mem_id != owner.answer.mem_id);
	for (uint32_t i = 0; i < FRAMES; i += FEW) {
		bounce(&owner, i, FEW);
		sees(&rx, i, FEW, true);
		sees(&tx, i, FEW, true);
		sees(&one, i, FEW, false);
		sees(&both, i, FEW, false);
		sees(&both, i, FEW, false);
	}
	CHECK_EQ(ioctl(rx.fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(slots_in(netmap_rx_ring(&rx, 0)), 0);
	netmap_close(&rx);
	netmap_close(&tx);
	netmap_close(&both);
	netmap_close(&one);
	bounce(&owner, 0, FEW);
	netmap_close(&owner);
}

/* Some that the far end sends are in the owner's ring, and stay there. */
static void receive(const struct netmap_port *owner, uint32_t number,
		    uint32_t n)
{
	uint8_t frame[FRAME_BYTES];

	for (uint32_t i = 0; i < n; i++) {
		number_frame(frame, number + i);
		CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
	}
	while (slots_in(netmap_rx_ring(owner, 0)) < n)
		CHECK_EQ(ioctl(owner->fd, NETMAP_RXSYNC, NULL), 0);
}

/* What the owner has done with them is seen when it gives them back. */
static void check_released(void)
{
	struct netmap_port owner = netmap_port("near");
	struct netmap_port z = netmap_register_as("near", of_released);
	struct netmap_ring *in = netmap_rx_ring(&owner, 0);
	struct netmap_ring *out = netmap_tx_ring(&owner, 0);
	struct netmap_ring *seen = netmap_rx_ring(&z, 0);

	CHECK(z.answer.flags & REGISTER_MONITOR_RX);
	CHECK(z.answer.flags & REGISTER_MONITOR_TX);
	for (uint32_t i = 0; i < FRAMES; i += FEW) {
		receive(&owner, i, FEW);
		CHECK_EQ(ioctl(z.fd, NETMAP_RXSYNC, NULL), 0);
		CHECK_EQ(slots_in(seen), 0);
		for (uint32_t n = 0; n < FEW; n++) {
			number_frame(buffer_of(in, in->head), i + n + 1);
			in->head = in->cur = next_slot(in, in->head);
		}
		CHECK_EQ(ioctl(owner.fd, NETMAP_RXSYNC, NULL), 0);
		wait_for(&z, POLLIN);
		CHECK_EQ(seen->slot[seen->head].flags & NETMAP_SLOT_TXMON, 0);
		sees(&z, i + 1, FEW, true);
		CHECK_EQ(fill_ring(out, i, FEW), FEW);
		for (uint32_t got = 0; got < FEW;) {
			CHECK_EQ(ioctl(owner.fd, NETMAP_TXSYNC, NULL), 0);
			CHECK_EQ(ioctl(z.fd, NETMAP_RXSYNC, NULL), 0);
			if (slots_in(seen) > 0)
				CHECK(seen->slot[seen->head].flags &
				      NETMAP_SLOT_TXMON);
			got += take_frames(seen, i + got, FEW - got);
		}
	}
	netmap_close(&z);
	netmap_close(&owner);
}

static void check_refusals(void)
{
	const struct register_request none_such = {
		.mode = MODE_ONE_NIC,
		.ringid = 99,
		.flags = REGISTER_MONITOR_TX,
	};
	struct netmap_port owner;

	CHECK_EQ(netmap_tries("near", of_received), EINVAL);
	CHECK_EQ(netmap_tries("near", of_both), EINVAL);
	CHECK_EQ(netmap_tries("nowhere", of_sent), ENXIO);
	owner = netmap_port("near");
	CHECK_EQ(netmap_tries("near", none_such), EINVAL);
	CHECK_EQ(netmap_tries("near", of_both), 0);
	netmap_close(&owner);
	CHECK_EQ(netmap_tries("near", of_sent), EINVAL);
}

static void watch(void *argument)
{
	const struct event *events = argument;
	struct netmap_port m = netmap_register_as("near", of_sent);

	event_set(events[0]);
	for (uint32_t i = 0;; i += FEW) {
		sees(&m, i, FEW, true);
		event_set(events[1]);
	}
}

/* Another process looks on, and is killed; the owner does not notice. */
static void check_processes(void)
{
	struct event events[2] = {event_new(), event_new()};
	struct netmap_port owner = netmap_port("near");
	pid_t pid = spawn(watch, events);

	event_wait(events[0]);
	for (uint32_t i = 0; i < FRAMES; i += FEW) {
		bounce(&owner, i, FEW);
		event_wait(events[1]);
	}
	kill_and_reap(pid);
	bounce(&owner, 0, FEW);
	netmap_close(&owner);
}

static void serve_monitor(void *argument)
{
	struct netmap_port m = netmap_register_as("near", of_received);

	pass(*(int *)argument, m.fd, &m.answer);
}

/* Who was passed a monitor, without having opened it, goes on with it. */
static void check_passing(void)
{
	struct netmap_port owner = netmap_port("near"), m;
	int sockets[2];
	pid_t pid;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets), 0);
	pid = spawn(serve_monitor, &sockets[1]);
	m = receive_passed(sockets[0]);
	join(pid);
	for (uint32_t i = 0; i < FRAMES; i += FEW) {
		bounce(&owner, i, FEW);
		sees(&m, i, FEW, i % (2 * FEW) == 0);
	}
	netmap_close(&m);
	netmap_close(&owner);
	CHECK_EQ(close(sockets[0]), 0);
	CHECK_EQ(close(sockets[1]), 0);
}

int main(void)
{
	veth_begin();
	skip_without_xdp();
	far_end = far_socket();
	check_directions();
	check_released();
	check_refusals();
	check_processes();
	check_passing();
	CHECK_EQ(close(far_end), 0);
	if (!on_module())
		CHECK_EQ(listed(), 0);
	veth_end();
	return 0;
}
