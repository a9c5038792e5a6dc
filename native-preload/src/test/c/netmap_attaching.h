/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tests of attached interfaces share: "near" attached to the switch vale0,
 * and frames between that and the far end of its wire.
 */
#ifndef NETMAP_ATTACHING_H
#define NETMAP_ATTACHING_H

#include "netmap_testing.h"
#include "veth.h"

#define FRAMES 200
#define ATTACHED "vale0:near"

/* A packet socket at the other end of the wire. */
static int far_end;

static inline int ask(uint16_t request, const char *name, void *r)
{
	int fd = netmap_open(), error = netmap_ask(fd, request, name, r);

	CHECK_EQ(close(fd), 0);
	return error;
}

static inline int attach(const char *name, uint32_t mode)
{
	struct attach_request r = {.registration = {.mode = mode}};

	return ask(REQUEST_ATTACH, name, &r);
}

static inline int detach(const char *name)
{
	struct detach_request r = {0};

	return ask(REQUEST_DETACH, name, &r);
}

static inline bool is_listed(const char *name)
{
	struct list_request r = {0};

	return ask(REQUEST_LIST, name, &r) == 0 && r.port_index != 254;
}

static inline int try_port(const char *name)
{
	struct netmap_port p;
	int error = netmap_try(name, (struct register_request){0}, &p);

	if (error == 0)
		CHECK_EQ(close(p.fd), 0);
	return error;
}

static inline void wait_for(const struct netmap_port *p, short events)
{
	struct pollfd poller = {p->fd, events, 0};

	CHECK_EQ(poll(&poller, 1, PATIENCE_MS), 1);
}

/*
 * Whether something is there to read. The module's emulated adapter leaves what
 * comes while it hands on a frame until more comes, so there who has sent a
 * frame in vain sends it again.
 */
static inline bool is_readable(int fd)
{
	struct pollfd poller = {fd, POLLIN, 0};
	int n = poll(&poller, 1, DIFFERS(100, PATIENCE_MS));

	CHECK(n == 1 || on_module());
	return n == 1;
}

static inline void far_sends(uint32_t number)
{
	uint8_t frame[FRAME_BYTES];

	number_frame(frame, number);
	CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
}

static inline void sends(const struct netmap_port *p, uint32_t number)
{
	while (slots_in(netmap_tx_ring(p, 0)) == 0)
		wait_for(p, POLLOUT);
	CHECK_EQ(fill_ring(netmap_tx_ring(p, 0), number, 1), 1);
	CHECK_EQ(ioctl(p->fd, NETMAP_TXSYNC, NULL), 0);
}

static inline bool is_frame(uint32_t number, const uint8_t *frame, long length)
{
	uint8_t expected[FRAME_BYTES];

	number_frame(expected, number);
	return length == FRAME_BYTES &&
	       memcmp(frame, expected, FRAME_BYTES) == 0;
}

/* Frames of other numbers and lengths are earlier ones and others'. */
static inline void far_receives(const struct netmap_port *p, uint32_t number)
{
	uint8_t got[2048];

	do
		while (!is_readable(far_end))
			sends(p, number);
	while (!is_frame(number, got, recv(far_end, got, sizeof(got), 0)));
}

static inline void receives(const struct netmap_port *p, uint32_t number)
{
	struct netmap_ring *ring = netmap_rx_ring(p, 0);
	bool found = false;

	while (!found) {
		while (slots_in(ring) == 0)
			if (!is_readable(p->fd))
				far_sends(number);
		found = is_frame(number, buffer_of(ring, ring->head),
				 ring->slot[ring->head].len);
		ring->head = ring->cur = next_slot(ring, ring->head);
	}
}

/* Between the wire and a port of the switch, both ways. */
static inline void frames_pass(const struct netmap_port *p)
{
	for (uint32_t i = 0; i < FRAMES; i++) {
		far_sends(i);
		receives(p, i);
		sends(p, i);
		far_receives(p, i);
	}
}

static inline void check_attached(void)
{
	struct netmap_port p = netmap_port("vale0:1");

	CHECK(is_listed(ATTACHED));
	CHECK(!host_answers());
	frames_pass(&p);
	CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), EBUSY);
	CHECK_EQ(attach("vale1:near", MODE_ALL_NIC), EBUSY);
	CHECK_EQ(try_port("near"), EBUSY);
	CHECK_EQ(try_port(ATTACHED), EBUSY);
	CHECK_EQ(detach("vale1:near"), ENXIO);
	netmap_close(&p);
}

static inline void check_detached(void)
{
	CHECK(host_answers());
	CHECK(!is_listed(ATTACHED));
	CHECK_EQ(detach(ATTACHED), ENXIO);
	CHECK_EQ(try_port("near"), 0);
}

static inline void begin_attaching(void)
{
	const int room = 1 << 22;

	veth_begin();
	if (try_port("near") == EOPNOTSUPP)
		SKIP("the kernel has no AF_XDP sockets");
	far_end = far_socket();
	/* The module's frames take up whole pages there. */
	CHECK_EQ(setsockopt(far_end, SOL_SOCKET, SO_RCVBUFFORCE, &room,
			    sizeof(room)),
		 0);
}

#endif
