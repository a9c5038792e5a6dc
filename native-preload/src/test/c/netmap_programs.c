// SPDX-License-Identifier: BSD-2-Clause
/*
 * Netmap programs in the two usual styles: legacy registration and poll or
 * select, and current registration and syncs by ioctl in a busy loop. Between
 * two processes, over a switch and over a pipe, nothing is lost or changed.
 */
#include "netmap_testing.h"

#define FRAMES 5000
#define WINDOW 64 /* unread frames at most, since a switch drops */

struct exchange {
	const char *receiver, *sender;
	atomic_uint received; /* shared with the child */
};

/* The reader, by select. */
static void receive_by_select(void *argument)
{
	struct exchange *x = argument;
	struct netmap_port p = netmap_legacy_port(x->receiver, MODE_ALL_NIC, 0);
	struct netmap_ring *ring = netmap_rx_ring(&p, 0);
	uint32_t number = 0;

	atomic_store(&x->received, 1);
	while (number < FRAMES) {
		struct timeval patience = {PATIENCE_MS / 1000, 0};
		fd_set readable;

		FD_ZERO(&readable);
		FD_SET(p.fd, &readable);
		CHECK_EQ(select(p.fd + 1, &readable, NULL, NULL, &patience), 1);
		CHECK(FD_ISSET(p.fd, &readable));
		CHECK(slots_in(ring) > 0);
		number += empty_ring(ring, number);
		atomic_store(&x->received, number + 1);
	}
	netmap_close(&p);
}

/* The reader, by poll. */
static void receive_by_poll(void *argument)
{
	struct exchange *x = argument;
	struct netmap_port p = netmap_legacy_port(x->receiver, 0, 0);
	uint32_t number = 0;

	atomic_store(&x->received, 1);
	while (number < FRAMES) {
		struct pollfd fd = {p.fd, POLLIN, 0};

		CHECK_EQ(poll(&fd, 1, PATIENCE_MS), 1);
		CHECK_EQ(fd.revents, POLLIN);
		number += empty_ring(netmap_rx_ring(&p, 0), number);
		atomic_store(&x->received, number + 1);
	}
	netmap_close(&p);
}

/* The reader, busy. */
static void receive_by_ioctl(void *argument)
{
	struct exchange *x = argument;
	struct netmap_port p = netmap_port(x->receiver);
	uint32_t number = 0;

	atomic_store(&x->received, 1);
	while (number < FRAMES) {
		CHECK_EQ(ioctl(p.fd, NETMAP_RXSYNC, NULL), 0);
		number += empty_ring(netmap_rx_ring(&p, 0), number);
		atomic_store(&x->received, number + 1);
		usleep(1);
	}
	netmap_close(&p);
}

static uint32_t allowed(struct exchange *x, uint32_t sent)
{
	uint32_t unread = sent - (atomic_load(&x->received) - 1);
	uint32_t n = unread < WINDOW ? WINDOW - unread : 0;

	return sent + n > FRAMES ? FRAMES - sent : n;
}

static void send_by_poll(struct exchange *x)
{
	struct netmap_port p = netmap_legacy_port(x->sender, 0, 0);

	for (uint32_t sent = 0; sent < FRAMES;) {
		struct pollfd fd = {p.fd, POLLOUT, 0};
		uint32_t n = allowed(x, sent);

		CHECK_EQ(poll(&fd, 1, PATIENCE_MS), 1);
		CHECK_EQ(fd.revents, POLLOUT);
		sent += fill_ring(netmap_tx_ring(&p, 0), sent, n);
		if (n == 0)
			usleep(10);
	}
	CHECK_EQ(ioctl(p.fd, NETMAP_TXSYNC, NULL), 0);
	netmap_close(&p);
}

static void send_by_ioctl(struct exchange *x)
{
	struct netmap_port p = netmap_port(x->sender);

	for (uint32_t sent = 0; sent < FRAMES;) {
		uint32_t n = allowed(x, sent);

		sent += fill_ring(netmap_tx_ring(&p, 0), sent, n);
		CHECK_EQ(ioctl(p.fd, NETMAP_TXSYNC, NULL), 0);
		if (n == 0)
			usleep(10);
	}
	netmap_close(&p);
}

static void check(void (*receive)(void *), void (*send)(struct exchange *),
		  const char *receiver, const char *sender)
{
	struct exchange *x = shared_memory(sizeof(*x));
	pid_t pid;

	x->receiver = receiver;
	x->sender = sender;
	pid = spawn(receive, x);
	while (atomic_load(&x->received) == 0)
		usleep(100);
	send(x);
	join(pid);
	munmap(x, sizeof(*x));
}

int main(void)
{
	begin();
	check(receive_by_select, send_by_poll, "vale0:1", "vale0:2");
	check(receive_by_poll, send_by_ioctl, "vale0:1", "vale0:2");
	check(receive_by_ioctl, send_by_poll, "vale0:1", "vale0:2");
	check(receive_by_ioctl, send_by_ioctl, "vale0:1", "vale0:2");
	check(receive_by_poll, send_by_poll, "vale0:1{7", "vale0:1}7");
	check(receive_by_ioctl, send_by_ioctl, "p}0", "p{0");
	finish();
	return 0;
}
