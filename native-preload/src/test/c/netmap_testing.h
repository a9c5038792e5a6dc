/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the netmap face share: small netmap programs in the two
 * usual styles, written against the ABI alone, as netmap_user.h's inline
 * functions would do it. They run on the kernel's netmap as well.
 */
#ifndef NETMAP_TESTING_H
#define NETMAP_TESTING_H

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/select.h>

#include "netmap_requests.h"
#include "testing.h"

/*
 * Whether the kernel's netmap answers. Where docs/netmap-face.md says that the
 * face differs on purpose, tests want the module's answer of the module.
 */
static inline bool on_module(void)
{
	return access("/dev/netmap", F_OK) == 0;
}

#define DIFFERS(module, face) (on_module() ? (module) : (face))

/* A registered port, mapped. */
struct netmap_port {
	int fd;
	void *memory;
	uint64_t memory_size;
	struct register_request answer;
	struct netmap_if *nif;
};

static inline int netmap_open(void)
{
	int fd;

	unsetenv("NETMAP_DEVICE"); /* the kernel's, where there is one */
	fd = open("/dev/netmap", O_RDWR | O_CLOEXEC);
	CHECK(fd >= 0);
	return fd;
}

static inline struct netmap_ring *netmap_tx_ring(const struct netmap_port *p,
						 uint32_t i)
{
	return (void *)((uint8_t *)p->nif + p->nif->ring_ofs[i]);
}

static inline struct netmap_ring *netmap_rx_ring(const struct netmap_port *p,
						 uint32_t i)
{
	uint32_t first = p->nif->tx_rings + p->nif->host_tx_rings;

	return (void *)((uint8_t *)p->nif + p->nif->ring_ofs[first + i]);
}

static inline void netmap_map(struct netmap_port *p)
{
	p->memory_size = p->answer.memsize;
	p->memory = mmap(NULL, p->memory_size, PROT_READ | PROT_WRITE,
			 MAP_SHARED, p->fd, 0);
	CHECK(p->memory != MAP_FAILED);
	p->nif = (void *)((uint8_t *)p->memory + p->answer.offset);
}

/* A request of the current interface; 0 or the errno. */
static inline int netmap_ask(int fd, enum request_type type, const char *name,
			     void *body)
{
	struct request_header h = {
		.version = NETMAP_ABI_VERSION,
		.type = (uint16_t)type,
		.body = (uintptr_t)body,
	};

	snprintf(h.name, sizeof(h.name), "%s", name);
	return ioctl(fd, NETMAP_CONTROL, &h) < 0 ? errno : 0;
}

/* Registration with an option, on a descriptor that stays open. */
static inline int netmap_try_option(const char *name, struct register_request r,
				    void *option, struct netmap_port *p)
{
	struct request_header h = {.version = NETMAP_ABI_VERSION,
				   .type = REQUEST_REGISTER,
				   .options = (uintptr_t)option,
				   .body = (uintptr_t)&p->answer};

	if (r.mode == MODE_DEFAULT)
		r.mode = MODE_ALL_NIC;
	p->fd = netmap_open();
	p->answer = r;
	snprintf(h.name, sizeof(h.name), "%s", name);
	return ioctl(p->fd, NETMAP_CONTROL, &h) < 0 ? errno : 0;
}

/*
 * In memory of the program's, which is not mapped anew; EOPNOTSUPP: the module
 * was built without it.
 */
static inline int netmap_try_external(const char *name,
				      struct register_request r,
				      struct external_option *o,
				      struct netmap_port *p)
{
	int error = netmap_try_option(name, r, o, p);

	CHECK(o->head.status == (uint32_t)error || o->head.status == 0);
	if (error)
		CHECK_EQ(close(p->fd), 0);
	p->memory = (void *)(uintptr_t)o->address;
	p->nif = (void *)((uint8_t *)p->memory + p->answer.offset);
	return error;
}

static inline struct external_option netmap_external(void *memory,
						     uint64_t size)
{
	return (struct external_option){
		.head = {.type = OPTION_EXTERNAL_MEMORY},
		.address = (uintptr_t)memory,
		.pools = {.memsize = size},
	};
}

/* Registration by the current interface, on a descriptor of its own. */
static inline int netmap_try(const char *name, struct register_request r,
			     struct netmap_port *p)
{
	int error;

	if (r.mode == MODE_DEFAULT)
		r.mode = MODE_ALL_NIC;
	p->fd = netmap_open();
	p->answer = r;
	error = netmap_ask(p->fd, REQUEST_REGISTER, name, &p->answer);
	if (error)
		CHECK_EQ(close(p->fd), 0);
	return error;
}

/* The same for its error alone: what it opens is closed. */
static inline int netmap_tries(const char *name, struct register_request r)
{
	struct netmap_port p;
	int error = netmap_try(name, r, &p);

	if (error == 0)
		CHECK_EQ(close(p.fd), 0);
	return error;
}

/* For tests of "near", which a program has alone (veth.h). */
static inline void skip_without_xdp(void)
{
	int error = netmap_tries("near", (struct register_request){0});

	if (error == EOPNOTSUPP)
		SKIP("the kernel has no AF_XDP sockets");
	CHECK_EQ(error, 0);
}

static inline struct netmap_port netmap_register_as(const char *name,
						    struct register_request r)
{
	struct netmap_port p;

	CHECK_EQ(netmap_try(name, r, &p), 0);
	netmap_map(&p);
	return p;
}

static inline struct netmap_port netmap_port(const char *name)
{
	return netmap_register_as(name, (struct register_request){0});
}

/* The same by the legacy interface. */
static inline struct netmap_port
netmap_legacy_port(const char *name, uint32_t flags, uint16_t ringid)
{
	struct legacy_request l = {
		.version = NETMAP_ABI_VERSION,
		.flags = flags,
		.ringid = ringid,
	};
	struct netmap_port p = {.fd = netmap_open()};

	snprintf(l.name, sizeof(l.name), "%s", name);
	CHECK_EQ(ioctl(p.fd, NETMAP_REGISTER, &l), 0);
	p.answer = (struct register_request){
		.offset = l.offset,
		.memsize = l.memsize,
		.tx_slots = l.tx_slots,
		.rx_slots = l.rx_slots,
		.tx_rings = l.tx_rings,
		.rx_rings = l.rx_rings,
		.mem_id = l.mem_id,
	};
	netmap_map(&p);
	return p;
}

static inline void netmap_close(struct netmap_port *p)
{
	CHECK_EQ(munmap(p->memory, p->memory_size), 0);
	CHECK_EQ(close(p->fd), 0);
}

/* A frame that says its number. */
#define FRAME_BYTES 60

static inline void number_frame(uint8_t *frame, uint32_t number)
{
	make_frame(frame, 255, 1, FRAME_BYTES, 0);
	memcpy(frame + 14, &number, sizeof(number));
}

/* Fills at most n free slots of a TX ring; how many. */
static inline uint32_t fill_ring(struct netmap_ring *ring, uint32_t number,
				 uint32_t n)
{
	uint32_t done = 0;

	for (; done < n && slots_in(ring) > 0; done++) {
		uint8_t frame[FRAME_BYTES];

		number_frame(frame, number + done);
		queue_slot(ring, frame, sizeof(frame), 0);
	}
	return done;
}

/* Takes at most n frames of an RX ring, which go on from number; how many. */
static inline uint32_t take_frames(struct netmap_ring *ring, uint32_t number,
				   uint32_t n)
{
	uint32_t done = 0;

	for (; done < n && slots_in(ring) > 0; done++) {
		uint8_t expected[FRAME_BYTES];

		number_frame(expected, number + done);
		CHECK_EQ(ring->slot[ring->head].len, FRAME_BYTES);
		CHECK_EQ(memcmp(buffer_of(ring, ring->head), expected,
				FRAME_BYTES),
			 0);
		ring->head = ring->cur = next_slot(ring, ring->head);
	}
	return done;
}

/* Takes all. */
static inline uint32_t empty_ring(struct netmap_ring *ring, uint32_t number)
{
	return take_frames(ring, number, UINT32_MAX);
}

#endif
