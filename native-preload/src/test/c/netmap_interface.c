// SPDX-License-Identifier: BSD-2-Clause
/*
 * Interfaces through /dev/netmap: the program has them alone, by both
 * interfaces and in both styles, and can have pipes in their memory, into which
 * it passes what has come by swapping buffers.
 */
#include "netmap_testing.h"
#include "veth.h"

#define FRAMES 3000
#define WINDOW 64

static int far_end;

static int try_mode(const char *name, uint32_t mode, uint16_t ringid)
{
	struct register_request r = {.mode = mode, .ringid = ringid};

	return netmap_tries(name, r);
}

static void far_sends(uint32_t number)
{
	uint8_t frame[FRAME_BYTES];

	number_frame(frame, number);
	CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
}

/* Passes over frames of other lengths. */
static void far_receives(uint32_t number)
{
	uint8_t expected[FRAME_BYTES], got[2048];

	number_frame(expected, number);
	while (recv(far_end, got, sizeof(got), 0) != FRAME_BYTES)
		;
	CHECK_EQ(memcmp(got, expected, FRAME_BYTES), 0);
}

static void wait_for(int fd, short events)
{
	struct pollfd p = {fd, events, 0};

	CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1);
	CHECK_EQ(p.revents, events);
}

/* No frames but the test's: nobody has to ask for an address. */
static void know_neighbours(void)
{
	run("ip neigh replace " FAR_ADDRESS " dev near nud permanent lladdr "
	    "$(nsenter -t %d -n ip -o link show far | "
	    "sed 's/.*ether \\([^ ]*\\).*/\\1/')",
	    (int)far_keeper);
	run_far("ip neigh replace " NEAR_ADDRESS " dev far nud permanent "
		"lladdr $(ip -o link show near | "
		"sed 's/.*ether \\([^ ]*\\).*/\\1/')");
}

/* What the host is asked comes to the port instead. */
static void check_host_is_cut_off(const struct netmap_port *p)
{
	struct netmap_ring *ring = netmap_rx_ring(p, 0);

	CHECK(!host_answers());
	wait_for(p->fd, POLLIN);
	ring->head = ring->cur = ring->tail;
}

static void check_info(void)
{
	struct port_info_request info = {0};
	struct pools_request pools = {0};
	struct header_request header = {.length = 12};
	struct netmap_port p;
	int fd = netmap_open();

	CHECK_EQ(netmap_ask(fd, REQUEST_PORT_INFO, "near", &info), 0);
	CHECK_EQ(netmap_ask(fd, REQUEST_POOLS_INFO, "near", &pools), 0);
	CHECK_EQ(netmap_ask(fd, REQUEST_PORT_INFO, "nowhere", &info), ENXIO);
	CHECK_EQ(netmap_ask(fd, REQUEST_HEADER_GET, "near", &header), 0);
	CHECK_EQ(header.length, 0);
	CHECK_EQ(netmap_ask(fd, REQUEST_HEADER_SET, "near", &header), ENXIO);
	p = netmap_register_as(
		"near", (struct register_request){.mem_id = info.mem_id});
	CHECK_EQ(p.answer.tx_rings, info.tx_rings);
	CHECK(p.answer.memsize <=
	      info.memsize); /* less where memory is short */
	CHECK_EQ(p.answer.rx_slots, info.rx_slots);
	CHECK_EQ(netmap_rx_ring(&p, 0)->nr_buf_size, pools.buffer_size);
	/* It is looked at while another has it, too. */
	CHECK_EQ(netmap_ask(fd, REQUEST_PORT_INFO, "near", &info), 0);
	netmap_close(&p);
	CHECK_EQ(close(fd), 0);
}

static void check_traffic(const struct netmap_port *p, bool by_poll)
{
	for (uint32_t i = 0; i < FRAMES; i++) {
		far_sends(i);
		if (by_poll)
			wait_for(p->fd, POLLIN);
		while (slots_in(netmap_rx_ring(p, 0)) == 0)
			CHECK_EQ(ioctl(p->fd, NETMAP_RXSYNC, NULL), 0);
		CHECK_EQ(empty_ring(netmap_rx_ring(p, 0), i), 1);
		if (by_poll)
			wait_for(p->fd, POLLOUT);
		while (slots_in(netmap_tx_ring(p, 0)) == 0)
			CHECK_EQ(ioctl(p->fd, NETMAP_TXSYNC, NULL), 0);
		CHECK_EQ(fill_ring(netmap_tx_ring(p, 0), i, 1), 1);
		CHECK_EQ(ioctl(p->fd, NETMAP_TXSYNC, NULL), 0);
		far_receives(i);
	}
}

static void check_registrations(void)
{
	struct register_request one = {.mode = MODE_ONE_NIC};
	struct netmap_port p = netmap_legacy_port("near", MODE_ALL_NIC, 0);

	check_host_is_cut_off(&p);
	check_traffic(&p, true);
	CHECK_EQ(try_mode("near", MODE_ALL_NIC, 0), DIFFERS(0, EBUSY));
	netmap_close(&p);
	CHECK(host_answers());
	p = netmap_register_as("near", one);
	check_traffic(&p, false);
	netmap_close(&p);
	p = netmap_legacy_port("near", 0, LEGACY_ONE_RING);
	CHECK(p.nif->ring_ofs[0] != 0);
	netmap_close(&p);
	CHECK_EQ(try_mode("near", MODE_ONE_NIC, 99), EINVAL);
	CHECK_EQ(try_mode("nowhere", MODE_ALL_NIC, 0), ENXIO);
}

/* Copies what there is from one ring to another. */
static void copy_over(struct netmap_ring *from, struct netmap_ring *to)
{
	while (slots_in(from) > 0 && slots_in(to) > 0) {
		const struct netmap_slot *slot = &from->slot[from->head];

		queue_slot(to, buffer_of(from, from->head), slot->len, 0);
		from->head = from->cur = next_slot(from, from->head);
	}
}

static void ask_host(void *unused)
{
	(void)unused;
	CHECK(host_answers());
}

/* The interface and its host rings, joined: the host does not notice. */
static void check_host_rings(void)
{
	struct netmap_port nic, host;
	struct pollfd fds[2];
	pid_t pid;
	int status;

	if (try_mode("near", MODE_HOST, 0) == EINVAL) {
		printf("no host rings in this kernel: not tested\n");
		return;
	}
	nic = netmap_port("near");
	host = netmap_legacy_port("near", MODE_HOST, 0);
	CHECK(host.nif->ring_ofs[0] == 0 &&
	      host.nif->ring_ofs[host.nif->tx_rings] != 0);
	pid = spawn(ask_host, NULL);
	fds[0] = (struct pollfd){nic.fd, POLLIN, 0};
	fds[1] = (struct pollfd){host.fd, POLLIN, 0};
	while (waitpid(pid, &status, WNOHANG) == 0) {
		poll(fds, 2, 10);
		copy_over(netmap_rx_ring(&nic, 0),
			  netmap_tx_ring(&host, host.nif->tx_rings));
		copy_over(netmap_rx_ring(&host, host.nif->rx_rings),
			  netmap_tx_ring(&nic, 0));
		CHECK_EQ(ioctl(nic.fd, NETMAP_TXSYNC, NULL), 0);
		CHECK_EQ(ioctl(host.fd, NETMAP_TXSYNC, NULL), 0);
	}
	CHECK_EQ(status, 0);
	netmap_close(&host);
	netmap_close(&nic);
}

/* What the rings' slots and the extra buffers have: none twice. */
static void check_buffers(const struct netmap_ring *const *rings, int n)
{
	static uint8_t seen[1 << 17];

	memset(seen, 0, sizeof(seen));
	for (int r = 0; r < n; r++)
		for (uint32_t i = 0; i < rings[r]->num_slots; i++) {
			CHECK(rings[r]->slot[i].buf_idx < sizeof(seen));
			CHECK_EQ(seen[rings[r]->slot[i].buf_idx]++, 0);
		}
}

/* Moves what there is and room for from one ring to another; how many. */
static uint32_t swap_over(struct netmap_ring *from, struct netmap_ring *to)
{
	uint32_t n = 0;

	for (; slots_in(from) > 0 && slots_in(to) > 0; n++) {
		struct netmap_slot *in = &from->slot[from->head];
		struct netmap_slot *out = &to->slot[to->head];
		struct netmap_slot old = *out;

		*out = *in;
		out->flags = NETMAP_SLOT_BUF_CHANGED;
		in->buf_idx = old.buf_idx;
		in->flags = NETMAP_SLOT_BUF_CHANGED;
		from->head = from->cur = next_slot(from, from->head);
		to->head = to->cur = next_slot(to, to->head);
	}
	return n;
}

struct reader {
	atomic_uint received; /* and one, when it is there */
};

/* An ordinary end of the pipe, in a process of its own; it sends all back. */
static void read_pipe(void *argument)
{
	struct reader *reader = argument;
	struct netmap_port p = netmap_port("near}0");
	uint32_t number = 0;

	atomic_store(&reader->received, 1);
	while (number < FRAMES) {
		uint32_t n;

		wait_for(p.fd, POLLIN);
		n = empty_ring(netmap_rx_ring(&p, 0), number);
		for (uint32_t sent = 0; sent < n;) {
			sent += fill_ring(netmap_tx_ring(&p, 0), number + sent,
					  n - sent);
			CHECK_EQ(ioctl(p.fd, NETMAP_TXSYNC, NULL), 0);
		}
		number += n;
		atomic_store(&reader->received, number + 1);
	}
	netmap_close(&p);
}

static void in_memory_of(const struct netmap_port *owner, const char *name,
			 struct netmap_port *p)
{
	struct register_request r = {.mem_id = owner->answer.mem_id,
				     .flags = REGISTER_EXCLUSIVE};

	CHECK_EQ(netmap_try(name, r, p), 0);
	CHECK_EQ(p->answer.mem_id, owner->answer.mem_id);
	CHECK_EQ(p->answer.memsize, owner->answer.memsize);
	p->memory = owner->memory;
	p->nif = (void *)((uint8_t *)p->memory + p->answer.offset);
}

/* far --> near --> pipe --> reader --> pipe --> near --> far. */
static void pass_all(struct netmap_port *nic, const struct netmap_port *pipe,
		     const struct reader *reader)
{
	uint32_t sent = 0, back = 0;

	while (back < FRAMES) {
		struct pollfd fds[2] = {{nic->fd, POLLIN, 0},
					{pipe->fd, POLLIN, 0}};
		uint32_t n;

		while (sent < FRAMES && sent - back < WINDOW)
			far_sends(sent++);
		CHECK(poll(fds, 2, PATIENCE_MS) > 0);
		swap_over(netmap_rx_ring(nic, 0), netmap_tx_ring(pipe, 0));
		CHECK_EQ(ioctl(pipe->fd, NETMAP_TXSYNC, NULL), 0);
		n = swap_over(netmap_rx_ring(pipe, 0), netmap_tx_ring(nic, 0));
		CHECK_EQ(ioctl(nic->fd, NETMAP_TXSYNC, NULL), 0);
		for (; n > 0; n--)
			far_receives(back++);
	}
	CHECK_EQ(atomic_load(&reader->received), FRAMES + 1);
}

static void check_pipe_in_memory(void)
{
	struct register_request extra = {.extra_buffers = 7};
	struct netmap_port nic = netmap_register_as("near", extra), pipe;
	struct reader *reader = shared_memory(sizeof(*reader));
	const struct netmap_ring *rings[4];
	pid_t pid;

	CHECK_EQ(nic.answer.extra_buffers, 7);
	in_memory_of(&nic, "near{0", &pipe);
	pid = spawn(read_pipe, reader);
	while (atomic_load(&reader->received) == 0)
		usleep(100);
	pass_all(&nic, &pipe, reader);
	join(pid);
	rings[0] = netmap_tx_ring(&nic, 0);
	rings[1] = netmap_rx_ring(&nic, 0);
	rings[2] = netmap_tx_ring(&pipe, 0);
	rings[3] = netmap_rx_ring(&pipe, 0);
	check_buffers(rings, 4);
	/* The pipe keeps the interface's memory, and with it the interface. */
	CHECK_EQ(close(nic.fd), 0);
	CHECK(!host_answers());
	CHECK_EQ(fill_ring(netmap_tx_ring(&pipe, 0), 0, 1), 1);
	CHECK_EQ(ioctl(pipe.fd, NETMAP_TXSYNC, NULL), 0);
	CHECK_EQ(close(pipe.fd), 0);
	/* And the module's, as long as it is mapped. */
	CHECK_EQ(host_answers(), DIFFERS(false, true));
	CHECK_EQ(munmap(nic.memory, nic.memory_size), 0);
	CHECK(host_answers());
	munmap(reader, sizeof(*reader));
}

/*
 * Indices and buffers that make no sense are put in order or passed over. Not
 * so by the module, whose pipes hand on any slot.
 */
static void check_nonsense(void)
{
	struct netmap_port nic = netmap_port("near"), pipe, other;
	struct netmap_ring *ring;

	in_memory_of(&nic, "near{1", &pipe);
	other = netmap_port("near}1");
	ring = netmap_tx_ring(&pipe, 0);
	CHECK_EQ(fill_ring(ring, 0, 1), 1);
	ring->slot[0].buf_idx = ~0u;
	CHECK_EQ(fill_ring(ring, 0, 1), 1);
	CHECK_EQ(ioctl(pipe.fd, NETMAP_TXSYNC, NULL), 0);
	CHECK_EQ(ioctl(other.fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(empty_ring(netmap_rx_ring(&other, 0), 0), 1);
	ring->head = 1000000;
	CHECK_EQ(ioctl(pipe.fd, NETMAP_TXSYNC, NULL), 0);
	CHECK_EQ(ring->head, 2);
	CHECK_EQ(ring->cur, 2);
	netmap_close(&other);
	CHECK_EQ(close(pipe.fd), 0);
	netmap_close(&nic);
}

/* As many as there are buffers for, and all of them again. */
static void check_all_lent(void)
{
	for (int round = 0; round < 2; round++) {
		struct netmap_port nic = netmap_port("near"), pipe[64];
		struct register_request r = {.mem_id = nic.answer.mem_id};
		int n = 0, error = 0;

		while (n < 64 && error == 0) {
			char name[16];

			snprintf(name, sizeof(name), "near{%d", n);
			error = netmap_try(name, r, &pipe[n]);
			n += error == 0;
		}
		CHECK_EQ(error, ENOMEM);
		CHECK(n > 0);
		CHECK_EQ(close(pipe[--n].fd), 0);
		CHECK_EQ(netmap_try("near{x", r, &pipe[n]), 0);
		for (; n >= 0; n--)
			CHECK_EQ(close(pipe[n].fd), 0);
		netmap_close(&nic);
	}
}

/* A frame beyond the interface's MTU is none; those around it are sent. */
static void check_too_long(void)
{
	struct netmap_port p = netmap_port("near");
	struct netmap_ring *ring = netmap_tx_ring(&p, 0);
	struct pollfd fd = {p.fd, POLLOUT, 0};

	for (int by_poll = 0; by_poll < 2; by_poll++) {
		uint32_t at = ring->head;

		CHECK_EQ(fill_ring(ring, 0, 3), 3);
		at = next_slot(ring, at);
		ring->slot[at].len = 2000;
		if (by_poll) {
			CHECK_EQ(poll(&fd, 1, 1000), 1);
			CHECK_EQ(fd.revents, POLLOUT);
		} else {
			CHECK_EQ(ioctl(p.fd, NETMAP_TXSYNC, NULL), 0);
		}
		far_receives(0);
		far_receives(2);
	}
	netmap_close(&p);
}

/* In memory that the program brings. */
static void check_external(void)
{
	size_t size = 32 << 20;
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct external_option o = netmap_external(memory, size);
	struct register_request r = {.extra_buffers = 8};
	struct netmap_port p;
	int error;

	CHECK(memory != MAP_FAILED);
	o.pools.rings = 8;
	o.pools.ring_size = 131072;
	error = netmap_try_external("near", r, &o, &p);
	if (on_module() && error == EOPNOTSUPP)
		return;
	CHECK_EQ(error, 0);
	CHECK_EQ(p.answer.extra_buffers, 8);
	CHECK_EQ(strcmp(p.nif->name, "near"), 0);
	check_traffic(&p, false);
	check_traffic(&p, true);
	CHECK_EQ(close(p.fd), 0);
	CHECK_EQ(munmap(memory, size), 0);
}

int main(void)
{
	const int room = 1 << 22;

	veth_begin();
	skip_without_xdp();
	know_neighbours();
	far_end = far_socket();
	/* The module's frames take up whole pages there. */
	CHECK_EQ(setsockopt(far_end, SOL_SOCKET, SO_RCVBUFFORCE, &room,
			    sizeof(room)),
		 0);
	check_info();
	check_registrations();
	check_host_rings();
	check_pipe_in_memory();
	if (!on_module())
		check_nonsense();
	check_all_lent();
	check_too_long();
	check_external();
	CHECK(host_answers());
	veth_end();
	return 0;
}
