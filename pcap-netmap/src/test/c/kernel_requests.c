/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is asked of the kernel's netmap for a name, what its errors say, and
 * what is believed of the memory that it shows. Needs no kernel's netmap.
 */
#include "kernel_offloads.h"
#include "kernel_slots.h"
#include "testing.h"

static struct opening_plan plan_of(const char *spec, uint32_t mode)
{
	struct nmd_options options = {.size = sizeof(options),
				      .mode = mode,
				      .flags = NMD_KERNEL_DEVICE};
	struct opening_plan plan = {0};
	struct nmd_error why = {0};

	if (plan_make(&plan, spec, &options, &why) < 0) {
		printf("%s\n", why.text);
		exit(1);
	}
	CHECK(plan.kernel);
	return plan;
}

static struct kernel_request request_of(const char *spec, uint32_t mode,
					enum kernel_part part, uint32_t ring)
{
	struct opening_plan plan = plan_of(spec, mode);
	struct kernel_request request;

	CHECK_EQ(kernel_request_of(&plan, part, ring, &request, NULL), 0);
	return request;
}

static void is_request(const char *spec, const char *name, uint32_t mode,
		       uint64_t flags)
{
	struct kernel_request q = request_of(spec, NMD_RAW, KERNEL_PORT,
					     KERNEL_ALL_RINGS);

	if (strcmp(q.name, name) != 0) {
		printf("%s asks for %s\n", spec, q.name);
		exit(1);
	}
	CHECK_EQ(q.r.mode, mode);
	CHECK_EQ(q.r.flags, flags);
}

static void names_become_requests(void)
{
	const uint64_t x = REGISTER_EXCLUSIVE;

	is_request("vale0:1", "vale0:1", MODE_ALL_NIC, x);
	is_request("vale0:1/x", "vale0:1", MODE_ALL_NIC, x);
	is_request("vale0:1{3", "vale0:1{3", MODE_ALL_NIC, x);
	is_request("vale0:1}3/R", "vale0:1}3", MODE_ALL_NIC,
		   x | REGISTER_RX_ONLY);
	is_request("vale0:1-2/T", "vale0:1", MODE_ONE_NIC,
		   x | REGISTER_TX_ONLY);
	is_request("netmap:eth7{3", "eth7{3", MODE_ALL_NIC, x);
	is_request("netmap:eth7}3/T", "eth7}3", MODE_ALL_NIC,
		   x | REGISTER_TX_ONLY);
	is_request("netmap:eth7", "eth7", MODE_NIC_AND_HOST, x);
	is_request("netmap:eth7/R", "eth7", MODE_NIC_AND_HOST, x);
	is_request("netmap:eth7/x", "eth7", MODE_ALL_NIC, x);
	is_request("netmap:eth7^", "eth7", MODE_HOST, x);
	is_request("netmap:eth7*", "eth7", MODE_NIC_AND_HOST, x);
	is_request("netmap:eth7-3/x", "eth7", MODE_ONE_NIC, x);
	CHECK_EQ(request_of("vale0:1-2", NMD_RAW, KERNEL_PORT, KERNEL_ALL_RINGS)
			 .r.ringid,
		 2);
}

static void parts_are_asked_for(void)
{
	struct kernel_request q = request_of("vale0:1", NMD_CAPTURE,
					     KERNEL_RECEIVER, KERNEL_ALL_RINGS);

	CHECK_EQ(q.r.flags, REGISTER_EXCLUSIVE | REGISTER_RX_ONLY);
	CHECK_EQ(q.r.tx_rings, KERNEL_SENDERS);
	CHECK_EQ(q.r.rx_slots, KERNEL_SLOTS_MOST);
	q = request_of("netmap:eth7{1", NMD_CAPTURE, KERNEL_PORT,
		       KERNEL_ALL_RINGS);
	CHECK_EQ(q.r.rx_slots, KERNEL_PIPE_SLOTS_MOST);
	CHECK_EQ(q.r.tx_rings, 0);
	q = request_of("vale0:1", NMD_CAPTURE, KERNEL_SENDER, 1);
	CHECK_EQ(q.r.mode, MODE_ONE_NIC);
	CHECK_EQ(q.r.ringid, 1);
	CHECK_EQ(q.r.flags, REGISTER_EXCLUSIVE | REGISTER_TX_ONLY);
	q = request_of("netmap:eth7/r", NMD_RAW, KERNEL_RECEIVED,
		       KERNEL_ALL_RINGS);
	CHECK_EQ(q.r.mode, MODE_ALL_NIC);
	CHECK_EQ(q.r.flags, REGISTER_MONITOR_RX);
	q = request_of("vale0:1", NMD_CAPTURE, KERNEL_SENT, 0);
	CHECK_EQ(q.r.mode, MODE_ONE_NIC);
	CHECK_EQ(q.r.flags, REGISTER_MONITOR_TX);
}

static void legacy_says_the_same(void)
{
	struct kernel_request q = request_of("netmap:eth7", NMD_RAW,
					     KERNEL_PORT, KERNEL_ALL_RINGS);
	struct legacy_request l;

	CHECK(kernel_legacy_of(&q, &l));
	CHECK_EQ(strcmp(l.name, "eth7"), 0);
	CHECK_EQ(l.version, 14);
	CHECK_EQ(l.flags, MODE_NIC_AND_HOST | REGISTER_EXCLUSIVE);
	l.offset = 4096;
	l.memsize = 8192;
	kernel_legacy_answer(&l, &q);
	CHECK_EQ(q.r.offset, 4096);
	CHECK_EQ(q.r.memsize, 8192);
	q = request_of("vale0:a-long-port-name", NMD_RAW, KERNEL_PORT,
		       KERNEL_ALL_RINGS);
	CHECK(!kernel_legacy_of(&q, &l));
}

static void says(const char *spec, enum kernel_part part, int code,
		 int expected, const char *words)
{
	struct opening_plan plan = plan_of(spec, NMD_RAW);
	struct kernel_request q = request_of(spec, NMD_RAW, part,
					     KERNEL_ALL_RINGS);
	struct nmd_error why = {0};

	CHECK_EQ(kernel_error(&plan, &q, code, &why), expected);
	if (!strstr(why.text, words) || strstr(why.text, spec) != why.text ||
	    strchr(why.text, '\n')) {
		printf("%s\n", why.text);
		exit(1);
	}
}

static void errors_name_remedies(void)
{
	says("vale0:1", KERNEL_PORT, EBUSY, -EBUSY, "look on by vale0:1/rt");
	says("vale0:1/rt", KERNEL_RECEIVED, ENXIO, -ENODEV, "open vale0:1");
	says("vale0:1/rt", KERNEL_SENT, EINVAL, -ENODEV, "open vale0:1");
	says("netmap:eth7/x", KERNEL_PORT, EBUSY, -EBUSY, "by netmap:eth7/rt");
	says("netmap:eth7/r", KERNEL_RECEIVED, ENXIO, -ENODEV,
	     "open netmap:eth7 first");
	says("netmap:p{1/r", KERNEL_RECEIVED, ENXIO, -ENODEV,
	     "open netmap:p{1 first");
	says("netmap:p{1", KERNEL_PORT, ENXIO, -ENODEV, "before the brace");
	says("vale0:1-2", KERNEL_PORT, EBUSY, -EBUSY, "by vale0:1/rt");
	says("netmap:p{1", KERNEL_PORT, EBUSY, -EBUSY, "by netmap:p{1/rt");
	says("netmap:eth7", KERNEL_PORT, EINVAL, -EINVAL, "MTU");
	says("netmap:eth7", KERNEL_PORT, ENXIO, -ENODEV, "ip link");
	says("vale0:1", KERNEL_PORT, ENOMEM, -ENOMEM, "fewer slots");
	says("vale0:1", KERNEL_PORT, EPERM, -EPERM, "NETMAP_DEVICE=user");
}

/* Memory as the module would show it: a port with a ring of each direction. */
#define SLOTS 4u
#define BUFFER 2048u
#define BUFFERS 10u
#define RING_AT 512u
#define RING_SIZE 512u
#define BUFFERS_AT 4096u

struct shown {
	_Alignas(64) uint8_t bytes[BUFFERS_AT + BUFFERS * BUFFER];
};

static struct netmap_ring *ring_at(struct shown *m, uint32_t i)
{
	return (void *)(m->bytes + RING_AT + i * RING_SIZE);
}

static void show_port(struct shown *m)
{
	struct netmap_if *nif = (void *)m->bytes;
	uint32_t buffer = 2;

	memset(m, 0, sizeof(*m));
	nif->tx_rings = nif->rx_rings = 1;
	nif->host_tx_rings = nif->host_rx_rings = 1;
	nif->ring_ofs[0] = RING_AT;
	nif->ring_ofs[2] = RING_AT + RING_SIZE;
	for (uint32_t i = 0; i < 2; i++) {
		struct netmap_ring *ring = ring_at(m, i);

		ring->num_slots = SLOTS;
		ring->nr_buf_size = BUFFER;
		ring->buf_ofs = BUFFERS_AT - RING_AT - i * RING_SIZE;
		for (uint32_t s = 0; s < SLOTS; s++)
			ring->slot[s].buf_idx = buffer++;
	}
	ring_at(m, 0)->tail = SLOTS - 1;
}

static int look(struct shown *m, struct kernel_device *d, uint64_t offset)
{
	struct kernel_request q = {
		.r = {.mode = MODE_ALL_NIC, .offset = offset}};

	*d = (struct kernel_device){.map = m->bytes, .size = sizeof(*m)};
	return kernel_device_look(d, &q);
}

static void forget(struct kernel_device *d)
{
	free(d->memory);
	d->memory = NULL;
}

static void sound_memory_is_taken(void)
{
	static struct shown m;
	struct kernel_device d;
	const struct kernel_ring *rx;

	show_port(&m);
	CHECK_EQ(look(&m, &d, 0), 0);
	CHECK_EQ(d.count[KERNEL_TX], 1);
	CHECK_EQ(d.count[KERNEL_HOST_RX], 1);
	CHECK(d.rings[KERNEL_TX][0].ring == ring_at(&m, 0));
	CHECK(!d.rings[KERNEL_HOST_TX][0].ring);
	rx = &d.rings[KERNEL_RX][0];
	CHECK(rx->ring == ring_at(&m, 1));
	CHECK_EQ(rx->slots, SLOTS);
	CHECK_EQ(rx->buffer_count, BUFFERS);
	CHECK(rx->buffers == m.bytes + BUFFERS_AT);
	forget(&d);
}

/* Each is one thing that memory of others may say and must not be believed. */
static void nonsense_is_refused(void)
{
	static struct shown m;
	struct netmap_if *nif = (void *)m.bytes;
	struct kernel_device d;

	for (int what = 0; what < 9; what++) {
		uint64_t offset = 0;

		show_port(&m);
		switch (what) {
		case 0:
			offset = sizeof(m);
			break;
		case 1:
			offset = UINT64_MAX - 7;
			break;
		case 2:
			nif->tx_rings = UINT32_MAX;
			break;
		case 3:
			nif->ring_ofs[0] = -8;
			break;
		case 4:
			nif->ring_ofs[2] = sizeof(m) - 64;
			break;
		case 5:
			ring_at(&m, 1)->num_slots = UINT32_MAX;
			break;
		case 6:
			ring_at(&m, 1)->num_slots = 1;
			break;
		case 7:
			ring_at(&m, 0)->buf_ofs = INT64_MIN;
			break;
		default:
			ring_at(&m, 0)->nr_buf_size = 0;
		}
		if (look(&m, &d, offset) != -EPROTO) {
			printf("nonsense %d is believed\n", what);
			exit(1);
		}
		forget(&d);
	}
}

static void rings_are_read_with_care(void)
{
	static struct shown m;
	struct kernel_device d;
	const struct kernel_ring *tx, *rx;
	uint32_t head, tail;

	show_port(&m);
	CHECK_EQ(look(&m, &d, 0), 0);
	tx = &d.rings[KERNEL_TX][0];
	rx = &d.rings[KERNEL_RX][0];
	CHECK_EQ(kernel_ring_room(tx), SLOTS - 1);
	/* A frame of two slots that wraps, and one whose end has not come. */
	rx->ring->head = 3;
	rx->ring->tail = 2;
	rx->ring->slot[3].flags = NETMAP_SLOT_MOREFRAG;
	rx->ring->slot[3].len = rx->ring->slot[0].len = 60;
	rx->ring->slot[1].flags = NETMAP_SLOT_MOREFRAG;
	CHECK_EQ(kernel_frame_slots(rx, 3, 2), 2);
	CHECK_EQ(kernel_frame_slots(rx, 1, 2), 0);
	kernel_swap(rx, 3, tx, 2);
	CHECK_EQ(tx->ring->head, 2);
	CHECK_EQ(tx->ring->slot[0].buf_idx, 9);
	CHECK_EQ(tx->ring->slot[1].buf_idx, 6);
	CHECK_EQ(tx->ring->slot[0].flags,
		 NETMAP_SLOT_MOREFRAG | NETMAP_SLOT_BUF_CHANGED);
	CHECK_EQ(rx->ring->slot[3].buf_idx, 2);
	CHECK_EQ(kernel_ring_room(tx), 1);
	/* Nobody's buffers, and indices past the end. */
	rx->ring->slot[0].buf_idx = BUFFERS;
	CHECK(!kernel_slot_read(rx, 0).bytes);
	rx->ring->slot[0].buf_idx = 2;
	rx->ring->slot[0].len = BUFFER + 1;
	CHECK(!kernel_slot_read(rx, 0).bytes);
	rx->ring->tail = SLOTS;
	CHECK(!kernel_ring_span(rx, &head, &tail));
	tx->ring->head = UINT32_MAX;
	CHECK_EQ(kernel_ring_room(tx), 0);
	kernel_swap(rx, 0, tx, 1); /* touches nothing */
	forget(&d);
}

/* An IPv4 or IPv6 header, addresses of ones, and what follows it. */
static uint32_t make_ip(uint8_t *frame, bool v6, uint8_t protocol,
			uint32_t payload)
{
	uint8_t *ip = frame + 14;
	uint32_t header = v6 ? 40 : 20;

	memset(frame, 0, 14 + header + payload);
	frame[12] = v6 ? 0x86 : 0x08;
	frame[13] = v6 ? 0xdd : 0x00;
	ip[0] = v6 ? 0x60 : 0x45;
	if (v6) {
		ip[5] = (uint8_t)payload;
		ip[6] = protocol;
		memset(ip + 8, 1, 32);
	} else {
		ip[3] = (uint8_t)(header + payload);
		ip[9] = protocol;
		memset(ip + 12, 1, 8);
	}
	for (uint32_t i = 8; i < payload; i++)
		ip[header + i] = (uint8_t)(7 * i);
	return header;
}

static uint32_t pseudo_sum(bool v6, uint8_t protocol, uint32_t payload)
{
	return (v6 ? 16u : 4u) * 0x0101u + protocol + payload;
}

static uint32_t folded(uint32_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return s;
}

static void checksums_are_finished(bool v6, uint8_t protocol, uint32_t payload)
{
	uint8_t frame[256], before[256];
	uint32_t header = make_ip(frame, v6, protocol, payload), s;
	uint8_t *at = frame + 14 + header,
		*field = at + (protocol == 6 ? 16 : 6);

	field[0] = field[1] = 0;
	s = folded(pseudo_sum(v6, protocol, payload));
	field[0] = (uint8_t)(s >> 8);
	field[1] = (uint8_t)s;
	kernel_finish_checksum(frame, 14 + header + payload);
	s = pseudo_sum(v6, protocol, payload);
	for (uint32_t i = 0; i < payload; i++)
		s += (uint32_t)at[i] << (i % 2 ? 0 : 8);
	CHECK_EQ(folded(s), 0xffff);
	/* One that is finished, true or not, stays. */
	field[0] ^= 0x55;
	memcpy(before, frame, sizeof(before));
	kernel_finish_checksum(frame, 14 + header + payload);
	CHECK_EQ(memcmp(before, frame, sizeof(before)), 0);
	for (uint32_t length = 0; length < 14 + header + payload; length++)
		kernel_finish_checksum(frame, length);
}

int main(void)
{
	begin();
	names_become_requests();
	parts_are_asked_for();
	legacy_says_the_same();
	errors_name_remedies();
	sound_memory_is_taken();
	nonsense_is_refused();
	rings_are_read_with_care();
	for (int v6 = 0; v6 < 2; v6++) {
		checksums_are_finished(v6, 6, 61);
		checksums_are_finished(v6, 6, 20);
		checksums_are_finished(v6, 17, 33);
	}
	finish();
	return 0;
}
