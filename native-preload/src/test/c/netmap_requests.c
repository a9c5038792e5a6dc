// SPDX-License-Identifier: BSD-2-Clause
/*
 * What requests answer, and how they fail: as the module does.
 */
#include <sys/mman.h>

#include "netmap_testing.h"

static int try_to_register(const char *name, struct register_request r)
{
	struct netmap_port p;
	int error = netmap_try(name, r, &p);

	if (error == 0)
		CHECK_EQ(close(p.fd), 0);
	return error;
}

static void check_unregistered(void)
{
	int fd = netmap_open();
	struct pollfd p = {fd, POLLIN, 0};

	CHECK_EQ(ioctl(fd, NETMAP_TXSYNC, NULL), -1);
	CHECK_EQ(errno, ENXIO);
	CHECK_EQ(ioctl(fd, NETMAP_RXSYNC, NULL), -1);
	CHECK_EQ(errno, ENXIO);
	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK_EQ(p.revents, POLLERR);
	CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(ioctl(fd, _IO('i', 200), NULL), -1);
	CHECK_EQ(errno, EOPNOTSUPP);
	CHECK_EQ(close(fd), 0);
}

#define FLAGS(f) ((struct register_request){.flags = (f)})
#define MODE(m) ((struct register_request){.mode = (m)})

static void check_register_errors(void)
{
	struct netmap_port p = netmap_port("vale0:1");
	struct register_request r = {.mode = MODE_ALL_NIC};

	CHECK_EQ(netmap_ask(p.fd, REQUEST_REGISTER, "vale0:2", &r), EBUSY);
	CHECK_EQ(try_to_register("vale0:1", FLAGS(REGISTER_EXCLUSIVE)), EBUSY);
	CHECK_EQ(try_to_register("no-such-nic", FLAGS(0)), ENXIO);
	CHECK_EQ(try_to_register("", FLAGS(0)), ENXIO);
	CHECK_EQ(try_to_register("vale0:3", MODE(MODE_HOST)), EINVAL);
	CHECK_EQ(try_to_register("vale0:3", MODE(99)), EINVAL);
	CHECK_EQ(try_to_register("vale0:3", FLAGS(REGISTER_ZERO_COPY)), EINVAL);
	CHECK_EQ(try_to_register("vale0:3", FLAGS(REGISTER_MONITOR_RX)),
		 EINVAL);
	r = MODE(MODE_ONE_NIC);
	r.ringid = 1;
	CHECK_EQ(try_to_register("vale0:3", r), EINVAL);
	r = (struct register_request){.mem_id = p.answer.mem_id};
	CHECK_EQ(try_to_register("vale0:1", r), 0);
	/* The module's pipes lie in the memory of their port. */
	CHECK_EQ(try_to_register("vale0:1{3", r), DIFFERS(0, EINVAL));
	netmap_close(&p);
	p = netmap_register_as("vale0:1", FLAGS(REGISTER_EXCLUSIVE));
	CHECK_EQ(try_to_register("vale0:1", FLAGS(0)), EBUSY);
	netmap_close(&p);
}

/* Headers that are no good, whatever they ask. */
static void check_headers(void)
{
	struct request_header h = {.version = NETMAP_ABI_VERSION,
				   .type = REQUEST_REGISTER,
				   .name = "vale0:1"};
	struct register_request r = {.mode = MODE_ALL_NIC};
	struct legacy_request l = {.version = 13, .name = "vale0:1"};
	int fd = netmap_open();

	CHECK_EQ(ioctl(fd, NETMAP_CONTROL, &h), -1); /* no body */
	CHECK_EQ(errno, EINVAL);
	h.body = (uintptr_t)&r;
	h.version = 13;
	CHECK_EQ(ioctl(fd, NETMAP_CONTROL, &h), -1);
	CHECK_EQ(errno, EINVAL);
	h.version = NETMAP_ABI_VERSION;
	h.reserved = 1;
	CHECK_EQ(ioctl(fd, NETMAP_CONTROL, &h), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(netmap_ask(fd, REQUEST_DELETE_PORT, "v0", &r), EINVAL);
	CHECK_EQ(netmap_ask(fd, 99, "v0", NULL), EINVAL);
	CHECK_EQ(ioctl(fd, NETMAP_REGISTER, &l), -1);
	CHECK_EQ(errno, EINVAL);
	CHECK_EQ(close(fd), 0);
}

static int register_with(struct request_option *options)
{
	struct register_request r = {.mode = MODE_ALL_NIC};
	struct request_header h = {.version = NETMAP_ABI_VERSION,
				   .type = REQUEST_REGISTER,
				   .name = "vale0:1",
				   .options = (uintptr_t)options,
				   .body = (uintptr_t)&r};
	int fd = netmap_open(), error = 0;

	if (ioctl(fd, NETMAP_CONTROL, &h) < 0)
		error = errno;
	CHECK_EQ(close(fd), 0);
	return error;
}

static void check_options(void)
{
	struct request_option unknown = {.type = 1234};
	struct request_option endless = {.type = 1234};
	uint64_t csb[2][5] = {{0}}; /* an option with its body */
	struct request_option *first = (void *)csb[0], *second = (void *)csb[1];

	CHECK_EQ(register_with(&unknown), EOPNOTSUPP);
	CHECK_EQ(unknown.status, EOPNOTSUPP);
	endless.next = (uintptr_t)&endless;
	CHECK_EQ(register_with(&endless), EMSGSIZE);
	first->type = second->type = OPTION_CSB;
	first->next = (uintptr_t)second;
	CHECK_EQ(register_with(first), EINVAL);
	CHECK_EQ(second->status, EINVAL);
}

/* Rings and slots as asked for, within the module's limits. */
static void check_rings(void)
{
	struct register_request r = {
		.tx_slots = 256, .rx_slots = 512, .tx_rings = 2, .rx_rings = 3};
	struct netmap_port p = netmap_register_as("vale0:1", r);

	CHECK_EQ(p.answer.tx_slots, 256);
	CHECK_EQ(p.answer.rx_slots, 512);
	CHECK_EQ(p.answer.tx_rings, 2);
	CHECK_EQ(p.answer.rx_rings, 3);
	CHECK_EQ(p.answer.host_tx_rings, 0);
	CHECK_EQ(p.nif->host_tx_rings, 1); /* a place, and nothing there */
	CHECK_EQ(p.nif->ring_ofs[2], 0);
	CHECK_EQ(p.nif->version, 0);
	CHECK_EQ(netmap_tx_ring(&p, 1)->num_slots, 256);
	CHECK_EQ(netmap_rx_ring(&p, 2)->num_slots, 512);
	CHECK_EQ(netmap_rx_ring(&p, 2)->ringid, 2);
	CHECK(p.answer.mem_id > 1);
	netmap_close(&p);
	r = (struct register_request){.mode = MODE_ONE_NIC,
				      .ringid = 1,
				      .tx_rings = 2,
				      .rx_rings = 2};
	p = netmap_register_as("vale0:1", r);
	CHECK(p.nif->ring_ofs[0] == 0 && p.nif->ring_ofs[1] != 0);
	CHECK(p.nif->ring_ofs[3] == 0 && p.nif->ring_ofs[4] != 0);
	CHECK_EQ(netmap_rx_ring(&p, 1)->ringid, 1);
	netmap_close(&p);
	if (UNDER_TSAN)
		return; /* ThreadSanitizer has no room for such rings */
	r = (struct register_request){.tx_slots = 1000000,
				      .rx_slots = 1000000,
				      .tx_rings = 100,
				      .rx_rings = 100};
	CHECK_EQ(netmap_try("vale0:1", r, &p), 0);
	CHECK_EQ(p.answer.tx_slots, 4096);
	CHECK_EQ(p.answer.tx_rings, 16);
	CHECK_EQ(close(p.fd), 0);
}

/* They are a list, and a slot that gets one sends what is in it. */
static void check_extra_buffers(const char *name)
{
	struct register_request r = {.extra_buffers = 5};
	struct netmap_port p = netmap_register_as(name, r), second;
	struct netmap_ring *ring = netmap_tx_ring(&p, 0);
	uint32_t n = 0;

	CHECK_EQ(p.answer.extra_buffers, 5);
	for (uint32_t i = p.nif->bufs_head; i; n++) {
		ring->slot[n].buf_idx = i;
		memcpy(&i, buffer_of(ring, n), sizeof(i));
	}
	CHECK_EQ(n, 5);
	CHECK_EQ(fill_ring(ring, 0, n), n);
	CHECK_EQ(ioctl(p.fd, NETMAP_TXSYNC, NULL), 0);
	/* They are taken; with the module there are more. */
	second = netmap_register_as(name, r);
	CHECK_EQ(second.answer.extra_buffers, DIFFERS(5, 0));
	CHECK_EQ(second.nif->bufs_head != 0, on_module());
	netmap_close(&second);
	netmap_close(&p);
}

static void check_info(void)
{
	int fd = netmap_open();
	struct port_info_request info = {0};
	struct pools_request pools = {0};
	struct header_request header = {.length = 12};
	struct legacy_request l = {.version = NETMAP_ABI_VERSION,
				   .name = "vale0:1"};
	struct netmap_port p;

	CHECK_EQ(netmap_ask(fd, REQUEST_PORT_INFO, "vale0:1", &info), 0);
	CHECK(info.tx_slots == 1024 && info.rx_rings == 1);
	CHECK_EQ(netmap_ask(fd, REQUEST_POOLS_INFO, "vale0:1", &pools), 0);
	CHECK(pools.memsize == info.memsize && pools.buffers >= 2048);
	pools.mem_id = 0;
	CHECK_EQ(netmap_ask(fd, REQUEST_POOLS_INFO, "", &pools), ENXIO);
	CHECK_EQ(netmap_ask(fd, REQUEST_HEADER_GET, "vale0:1", &header), ENXIO);
	CHECK_EQ(ioctl(fd, NETMAP_INFO, &l), 0);
	CHECK(l.tx_slots == 1024 && l.memsize == info.memsize);
	p = netmap_port("vale0:1");
	CHECK_EQ(p.answer.memsize, info.memsize);
	CHECK_EQ(netmap_ask(fd, REQUEST_HEADER_GET, "vale0:1", &header), 0);
	CHECK_EQ(header.length, 0);
	header.length = 11;
	CHECK_EQ(netmap_ask(fd, REQUEST_HEADER_SET, "vale0:1", &header),
		 EINVAL);
	netmap_close(&p);
	CHECK_EQ(close(fd), 0);
}

static int ask_named(enum request_type type, const char *name)
{
	struct attach_request any = {.registration = MODE(MODE_ALL_NIC)};
	int fd = netmap_open();
	int error = netmap_ask(fd, type, name,
			       type == REQUEST_DELETE_PORT ? NULL : &any);

	CHECK_EQ(close(fd), 0);
	return error;
}

/* A persistent port, alone and on switches: a failed test's may be there yet. */
static char alone[16], on_vale0[24], on_vale1[24], on_vale7[24];

static void name_persistent_port(void)
{
	snprintf(alone, sizeof(alone), "v%d", (int)getpid());
	snprintf(on_vale0, sizeof(on_vale0), "vale0:%s", alone);
	snprintf(on_vale1, sizeof(on_vale1), "vale1:%s", alone);
	snprintf(on_vale7, sizeof(on_vale7), "vale7:%s", alone);
}

static int new_port(const char *name)
{
	struct new_port_request r = {.tx_slots = 64, .rx_slots = 128};
	int fd = netmap_open();
	int error = netmap_ask(fd, REQUEST_NEW_PORT, name, &r);

	CHECK_EQ(close(fd), 0);
	return error;
}

/* In other processes than the one that made them. */
static void use_persistent_ports(void *unused)
{
	struct netmap_port p = netmap_port(on_vale0);
	struct netmap_port same = netmap_port(alone);
	struct netmap_port b = netmap_port("vale0:b");

	(void)unused;
	CHECK(p.answer.tx_slots == 64 && p.answer.rx_slots == 128);
	CHECK_EQ(p.answer.mem_id, same.answer.mem_id);
	CHECK_EQ(fill_ring(netmap_tx_ring(&b, 0), 3, 1), 1);
	CHECK_EQ(ioctl(b.fd, NETMAP_TXSYNC, NULL), 0);
	CHECK_EQ(ioctl(p.fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(empty_ring(netmap_rx_ring(&p, 0), 3), 1);
	CHECK_EQ(ask_named(REQUEST_DETACH, on_vale0), DIFFERS(ENXIO, EBUSY));
	netmap_close(&same);
	netmap_close(&p);
	netmap_close(&b);
}

static void make_persistent_port(void *unused)
{
	(void)unused;
	CHECK_EQ(new_port(alone), 0);
	CHECK_EQ(new_port(alone), EEXIST);
	CHECK_EQ(new_port("vale9:x"), EINVAL);
	CHECK_EQ(try_to_register(on_vale0, FLAGS(0)), EINVAL);
	CHECK_EQ(try_to_register(alone, FLAGS(0)), 0);
	CHECK_EQ(ask_named(REQUEST_ATTACH, on_vale0), 0);
	CHECK_EQ(ask_named(REQUEST_ATTACH, on_vale0), EBUSY);
	CHECK_EQ(ask_named(REQUEST_ATTACH, "vale0:none"), EINVAL);
	CHECK_EQ(ask_named(REQUEST_DELETE_PORT, alone), EBUSY);
}

static void list_persistent_port(void)
{
	struct list_request place = {0};
	int fd = netmap_open();

	CHECK_EQ(netmap_ask(fd, REQUEST_LIST, on_vale0, &place), 0);
	CHECK(on_module() || place.port_index == 0);
	CHECK_EQ(netmap_ask(fd, REQUEST_LIST, on_vale7, &place), ENOENT);
	CHECK_EQ(close(fd), 0);
}

/* Ports of null ports are not listed; of what is only called alike they are. */
static void list_alike(void)
{
	static const char alike[] = "valenullx:1";
	struct netmap_port p = netmap_port(alike);
	struct list_request place = {0};
	int fd = netmap_open();

	CHECK_EQ(netmap_ask(fd, REQUEST_LIST, alike, &place), 0);
	CHECK_EQ(close(fd), 0);
	netmap_close(&p);
}

static void check_persistent_ports(void)
{
	join(spawn(make_persistent_port, NULL));
	list_persistent_port();
	list_alike();
	CHECK_EQ(ask_named(REQUEST_DETACH, on_vale0), 0);
	CHECK_EQ(ask_named(REQUEST_DETACH, on_vale0), ENXIO);
	CHECK_EQ(ask_named(REQUEST_DELETE_PORT, alone), 0);
	CHECK_EQ(ask_named(REQUEST_DELETE_PORT, alone), ENXIO);
}

/*
 * The module loses the name of an attached port that is registered or attached
 * once more: it can neither be detached nor deleted then, as long as the module
 * is loaded.
 */
static void check_used_persistent_ports(void)
{
	join(spawn(make_persistent_port, NULL));
	join(spawn(use_persistent_ports, NULL));
	CHECK_EQ(ask_named(REQUEST_ATTACH, on_vale1), 0);
	CHECK_EQ(ask_named(REQUEST_DETACH, on_vale0), DIFFERS(ENXIO, EBUSY));
	CHECK_EQ(ask_named(REQUEST_DETACH, on_vale1), 0);
	CHECK_EQ(ask_named(REQUEST_DETACH, on_vale1), ENXIO);
	CHECK_EQ(ask_named(REQUEST_DETACH, on_vale0), DIFFERS(ENXIO, 0));
	CHECK_EQ(ask_named(REQUEST_DELETE_PORT, alone), DIFFERS(EBUSY, 0));
}

/* Also while somebody has it alone: this process, */
static void check_info_of_exclusive(void)
{
	struct register_request r = FLAGS(REGISTER_EXCLUSIVE);
	struct port_info_request info = {0};
	struct netmap_port p;
	int fd;

	r.tx_slots = 512;
	p = netmap_register_as("vale0:1", r);
	fd = netmap_open();
	CHECK_EQ(netmap_ask(fd, REQUEST_PORT_INFO, "vale0:1", &info), 0);
	CHECK_EQ(info.tx_slots, 512);
	CHECK_EQ(info.rx_slots, p.answer.rx_slots);
	CHECK_EQ(info.tx_rings, p.answer.tx_rings);
	CHECK_EQ(info.memsize, p.answer.memsize);
	CHECK_EQ(close(fd), 0);
	netmap_close(&p);
}

static void have_alone(void *event)
{
	struct register_request r = FLAGS(REGISTER_EXCLUSIVE);
	struct netmap_port p;

	r.rx_slots = 256;
	p = netmap_register_as("vale0:2", r);
	event_set(*(struct event *)event);
	pause();
	netmap_close(&p);
}

/* or another. */
static void check_info_of_others(void)
{
	struct port_info_request info = {0};
	struct event open = event_new();
	pid_t child = spawn(have_alone, &open);
	int fd = netmap_open();

	event_wait(open);
	CHECK_EQ(netmap_ask(fd, REQUEST_PORT_INFO, "vale0:2", &info), 0);
	CHECK_EQ(info.rx_slots, 256);
	CHECK_EQ(info.tx_slots, 1024);
	CHECK(info.memsize > 0);
	CHECK_EQ(close(fd), 0);
	kill_and_reap(child);
}

int main(void)
{
	begin();
	check_unregistered();
	check_register_errors();
	check_headers();
	check_options();
	check_rings();
	check_extra_buffers("vale0:1");
	check_extra_buffers("p{1");
	check_info();
	check_info_of_exclusive();
	check_info_of_others();
	name_persistent_port();
	check_persistent_ports();
	check_used_persistent_ports();
	finish();
	return 0;
}
