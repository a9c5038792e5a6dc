// SPDX-License-Identifier: BSD-2-Clause
/*
 * An interface and its host rings in one registration: slots with NS_FORWARD
 * pass from one side to the other, where the ring has NR_FORWARD, and buffers
 * can be swapped between all rings.
 */
#include "netmap_testing.h"
#include "veth.h"

static void ask_host(void *unused)
{
	(void)unused;
	CHECK(host_answers());
}

static void no_answer(void *unused)
{
	(void)unused;
	CHECK(!host_answers());
}

static struct netmap_port open_both(void)
{
	struct register_request r = {.mode = MODE_NIC_AND_HOST};
	struct netmap_port p;
	int error = netmap_try("near", r, &p);

	if (error == EINVAL || error == EOPNOTSUPP)
		SKIP("no AF_XDP sockets or no host rings in this kernel");
	CHECK_EQ(error, 0);
	netmap_map(&p);
	return p;
}

static uint32_t rx_rings_of(const struct netmap_port *p)
{
	return p->nif->rx_rings + p->nif->host_rx_rings;
}

static struct netmap_ring *host_tx(const struct netmap_port *p)
{
	return netmap_tx_ring(p, p->nif->tx_rings);
}

static struct netmap_ring *host_rx(const struct netmap_port *p)
{
	return netmap_rx_ring(p, p->nif->rx_rings);
}

static void check_rings(const struct netmap_port *p)
{
	const uint8_t *buffers;

	CHECK_EQ(p->nif->host_tx_rings, 1);
	CHECK_EQ(p->nif->host_rx_rings, 1);
	CHECK_EQ(p->answer.host_tx_rings, 1);
	CHECK_EQ(p->answer.tx_rings, p->nif->tx_rings);
	CHECK_EQ(p->answer.rx_rings, p->nif->rx_rings);
	buffers = (uint8_t *)host_tx(p) + host_tx(p)->buf_ofs;
	for (uint32_t i = 0; i < rx_rings_of(p); i++) {
		const struct netmap_ring *rx = netmap_rx_ring(p, i);
		const struct netmap_ring *tx = netmap_tx_ring(p, i);

		CHECK((void *)rx != (void *)p->nif);
		CHECK((void *)tx != (void *)p->nif);
		CHECK_EQ(rx->ringid, i);
		CHECK((uint8_t *)rx + rx->buf_ofs == buffers);
		CHECK((uint8_t *)tx + tx->buf_ofs == buffers);
	}
}

/* Gives all back that has come, with these flags; how many slots. */
static uint32_t return_all(const struct netmap_port *p, uint16_t flags)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < rx_rings_of(p); i++) {
		struct netmap_ring *ring = netmap_rx_ring(p, i);

		for (; slots_in(ring) > 0; n++) {
			ring->slot[ring->head].flags |= flags;
			ring->head = ring->cur = next_slot(ring, ring->head);
		}
	}
	return n;
}

static void set_rings(const struct netmap_port *p, uint32_t flags)
{
	for (uint32_t i = 0; i < rx_rings_of(p); i++)
		netmap_rx_ring(p, i)->flags = flags;
}

/* Until the other has its answer, or has seen that there is none. */
static void forward_while(pid_t asking, const struct netmap_port *p,
			  uint16_t flags, bool by_poll)
{
	struct pollfd readable = {p->fd, POLLIN, 0};
	uint32_t passed = 0;
	int status;

	while (waitpid(asking, &status, WNOHANG) == 0) {
		if (by_poll) {
			poll(&readable, 1, 10);
		} else {
			CHECK_EQ(ioctl(p->fd, NETMAP_RXSYNC, NULL), 0);
			CHECK_EQ(ioctl(p->fd, NETMAP_TXSYNC, NULL), 0);
		}
		passed += return_all(p, flags);
	}
	CHECK_EQ(status, 0);
	CHECK(passed > 0);
}

static void check_forwarding(void)
{
	struct netmap_port p = open_both();

	check_rings(&p);
	set_rings(&p, NETMAP_RING_FORWARD);
	forward_while(spawn(ask_host, NULL), &p, NETMAP_SLOT_FORWARD, true);
	forward_while(spawn(ask_host, NULL), &p, NETMAP_SLOT_FORWARD, false);
	/* Neither what is not marked nor what rings do not forward passes. */
	forward_while(spawn(no_answer, NULL), &p, 0, true);
	set_rings(&p, 0);
	forward_while(spawn(no_answer, NULL), &p, NETMAP_SLOT_FORWARD, true);
	netmap_close(&p);
	CHECK(host_answers());
}

/* Moves what there is and room for by swapping buffers. */
static void swap_over(struct netmap_ring *from, struct netmap_ring *to)
{
	while (slots_in(from) > 0 && slots_in(to) > 0) {
		struct netmap_slot *in = &from->slot[from->head];
		struct netmap_slot *out = &to->slot[to->head];
		uint32_t buffer = out->buf_idx;

		out->buf_idx = in->buf_idx;
		out->len = in->len;
		in->buf_idx = buffer;
		out->flags = in->flags = NETMAP_SLOT_BUF_CHANGED;
		from->head = from->cur = next_slot(from, from->head);
		to->head = to->cur = next_slot(to, to->head);
	}
}

static void check_swapping(void)
{
	struct netmap_port p = open_both();
	struct pollfd readable = {p.fd, POLLIN, 0};
	pid_t pid = spawn(ask_host, NULL);
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		poll(&readable, 1, 10);
		for (uint32_t i = 0; i < p.nif->rx_rings; i++)
			swap_over(netmap_rx_ring(&p, i), host_tx(&p));
		swap_over(host_rx(&p), netmap_tx_ring(&p, 0));
		CHECK_EQ(ioctl(p.fd, NETMAP_TXSYNC, NULL), 0);
	}
	CHECK_EQ(status, 0);
	netmap_close(&p);
}

/* A long ping, whose frames fill their slots. */
static void ask_at_length(void *unused)
{
	(void)unused;
	run("nsenter -t %d -n ping -c 20 -i 0.01 -W 2 -s 1400 " NEAR_ADDRESS
	    " >/dev/null",
	    (int)far_keeper);
}

static void check_many(void)
{
	struct netmap_port p = open_both();

	set_rings(&p, NETMAP_RING_FORWARD);
	forward_while(spawn(ask_at_length, NULL), &p, NETMAP_SLOT_FORWARD,
		      true);
	netmap_close(&p);
}

/* Numbers that make no sense end at the port. */
static void check_nonsense(void)
{
	struct netmap_port p = open_both();
	struct pollfd readable = {p.fd, POLLIN, 0};
	pid_t pid = spawn(no_answer, NULL);
	int status;

	set_rings(&p, NETMAP_RING_FORWARD);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		poll(&readable, 1, 10);
		for (uint32_t i = 0; i < rx_rings_of(&p); i++) {
			struct netmap_ring *ring = netmap_rx_ring(&p, i);

			if (slots_in(ring) > 0)
				ring->slot[ring->head].len = UINT16_MAX;
		}
		return_all(&p, NETMAP_SLOT_FORWARD);
	}
	CHECK_EQ(status, 0);
	netmap_close(&p);
}

int main(void)
{
	veth_begin();
	check_forwarding();
	check_swapping();
	check_many();
	check_nonsense();
	CHECK(host_answers());
	veth_end();
	return 0;
}
