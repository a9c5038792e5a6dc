// SPDX-License-Identifier: BSD-2-Clause
/*
 * Ports whose rings and buffers lie in memory that the program brings (the
 * option "external memory"), and whatever it does with that memory.
 */
#include <sys/wait.h>

#include "netmap_testing.h"

#define MEMORY_SIZE (16u << 20)
#define SLOTS 64

/*
 * Several to a page: what lies across pages the module takes only where they
 * happen to be neighbours in the machine's memory.
 */
static struct external_option small_rings(void *memory)
{
	struct external_option o = netmap_external(memory, MEMORY_SIZE);

	o.pools.ifs = 4;
	o.pools.rings = 16;
	o.pools.ring_size = 2048;
	return o;
}

static struct register_request few_slots(uint32_t extra)
{
	return (struct register_request){
		.mode = MODE_ALL_NIC,
		.tx_slots = SLOTS,
		.rx_slots = SLOTS,
		.extra_buffers = extra,
	};
}

static struct netmap_port open_in(const char *name, void *memory)
{
	struct external_option o = small_rings(memory);
	struct netmap_port p;

	CHECK_EQ(netmap_try_external(name, few_slots(0), &o, &p), 0);
	return p;
}

/* A port in the memory of another, by its id. */
static struct netmap_port open_by_id(const char *name,
				     const struct netmap_port *other)
{
	struct register_request r = few_slots(0);
	struct netmap_port p;

	r.mem_id = other->answer.mem_id;
	CHECK_EQ(netmap_try(name, r, &p), 0);
	CHECK_EQ(p.answer.mem_id, other->answer.mem_id);
	p.memory = other->memory;
	p.nif = (void *)((uint8_t *)p.memory + p.answer.offset);
	return p;
}

static uint8_t *memory_of(int flags, int fd)
{
	uint8_t *memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, flags,
			       fd, 0);

	CHECK(memory != MAP_FAILED);
	return memory;
}

static void free_memory(uint8_t *memory)
{
	CHECK_EQ(munmap(memory, MEMORY_SIZE), 0);
}

static void pass(const struct netmap_port *from, const struct netmap_port *to,
		 uint32_t first, uint32_t n)
{
	CHECK_EQ(fill_ring(netmap_tx_ring(from, 0), first, n), n);
	CHECK_EQ(ioctl(from->fd, NETMAP_TXSYNC, NULL), 0);
	CHECK_EQ(ioctl(to->fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(empty_ring(netmap_rx_ring(to, 0), first), n);
}

/* More than a ring's worth, so that each slot is used more than once. */
static void pass_many(const struct netmap_port *a, const struct netmap_port *b)
{
	for (uint32_t i = 0; i < 40; i++) {
		pass(a, b, i * 100, 30);
		pass(b, a, i * 100 + 7, 30);
	}
}

/* The parts do not overlap, and the netmap_if is the port's. */
static void check_layout(const struct netmap_port *p, const char *name)
{
	struct netmap_ring *tx = netmap_tx_ring(p, 0);
	struct netmap_ring *rx = netmap_rx_ring(p, 0);
	uint8_t *buffers = (uint8_t *)tx + tx->buf_ofs;
	uint8_t *memory = p->memory;

	CHECK_EQ(strcmp(p->nif->name, name), 0);
	CHECK(p->answer.memsize > 0 && p->answer.memsize <= MEMORY_SIZE);
	CHECK(buffers == (uint8_t *)rx + rx->buf_ofs);
	CHECK(memory <= (uint8_t *)p->nif && (void *)p->nif < (void *)tx);
	CHECK((uint8_t *)tx < buffers && (uint8_t *)rx < buffers);
	CHECK_EQ(tx->nr_buf_size, 2048);
	CHECK_EQ(tx->num_slots, p->answer.tx_slots);
	for (uint32_t i = 0; i < tx->num_slots; i++)
		CHECK(buffer_of(tx, i) + tx->nr_buf_size <=
		      memory + p->answer.memsize);
}

/* Of all kinds; and what the program had in it is there no less. */
static void check_kinds(void)
{
	int file = memfd_create("external", MFD_CLOEXEC);
	uint8_t *memories[3];

	CHECK_EQ(ftruncate(file, MEMORY_SIZE), 0);
	memories[0] = memory_of(MAP_SHARED, file);
	memories[1] = memory_of(MAP_SHARED | MAP_ANONYMOUS, -1);
	memories[2] = memory_of(MAP_PRIVATE | MAP_ANONYMOUS, -1);
	CHECK_EQ(close(file), 0);
	for (int i = 0; i < 3; i++) {
		uint8_t *last = memories[i] + MEMORY_SIZE - 1;
		struct netmap_port a, b = netmap_port("vale0:b");

		*last = 0x5a;
		a = open_in("vale0:a", memories[i]);
		CHECK_EQ(*last, 0x5a);
		check_layout(&a, "vale0:a");
		pass_many(&a, &b);
		CHECK_EQ(close(a.fd), 0);
		netmap_close(&b);
		memset(memories[i], 1, MEMORY_SIZE); /* it is the program's */
		free_memory(memories[i]);
	}
}

/* What the program brings is what others that map the file see. */
static void check_file(void)
{
	int file = memfd_create("external", MFD_CLOEXEC);
	struct netmap_port a, again;
	uint8_t *memory, *other;

	CHECK_EQ(ftruncate(file, MEMORY_SIZE), 0);
	memory = memory_of(MAP_SHARED, file);
	other = memory_of(MAP_SHARED, file);
	a = open_in("vale0:a", memory);
	CHECK_EQ(memcmp(other, memory, MEMORY_SIZE), 0);
	CHECK_EQ(strcmp((char *)other + a.answer.offset, "vale0:a"), 0);
	/* The same pages, wherever they are, are the same memory. */
	again = open_in("vale0:b", other);
	CHECK_EQ(again.answer.mem_id, a.answer.mem_id);
	CHECK(again.answer.offset != a.answer.offset);
	pass_many(&a, &again);
	CHECK_EQ(close(again.fd), 0);
	CHECK_EQ(close(a.fd), 0);
	free_memory(other);
	free_memory(memory);
	CHECK_EQ(close(file), 0);
}

/* Frames go from one port to another by their buffers. */
static void forward(const struct netmap_port *in, const struct netmap_port *out)
{
	struct netmap_ring *rx = netmap_rx_ring(in, 0);
	struct netmap_ring *tx = netmap_tx_ring(out, 0);

	CHECK_EQ(ioctl(in->fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(ioctl(out->fd, NETMAP_TXSYNC, NULL), 0); /* for room */
	while (slots_in(rx) > 0 && slots_in(tx) > 0) {
		struct netmap_slot *from = &rx->slot[rx->head];
		struct netmap_slot *to = &tx->slot[tx->head];
		uint32_t buffer = to->buf_idx;

		to->buf_idx = from->buf_idx;
		to->len = from->len;
		to->flags = from->flags = NETMAP_SLOT_BUF_CHANGED;
		from->buf_idx = buffer;
		rx->head = rx->cur = next_slot(rx, rx->head);
		tx->head = tx->cur = next_slot(tx, tx->head);
	}
	CHECK_EQ(ioctl(out->fd, NETMAP_TXSYNC, NULL), 0);
}

/* A port and a pipe in one memory, and buffers that belong to neither. */
static void check_shared(void)
{
	uint8_t *memory = memory_of(MAP_SHARED | MAP_ANONYMOUS, -1);
	struct external_option o = small_rings(memory);
	struct netmap_port a, pipe, sender, end;
	uint32_t extra = 0, buffer;

	CHECK_EQ(netmap_try_external("vale0:a", few_slots(100), &o, &a), 0);
	CHECK_EQ(o.pools.buffer_size, 2048);
	CHECK_EQ(a.answer.extra_buffers, 100);
	for (buffer = a.nif->bufs_head; buffer; extra++) {
		struct netmap_ring *tx = netmap_tx_ring(&a, 0);

		memcpy(&buffer,
		       (uint8_t *)tx + tx->buf_ofs + buffer * tx->nr_buf_size,
		       sizeof(buffer));
	}
	CHECK_EQ(extra, 100);
	pipe = open_by_id("vale0:a{1", &a);
	sender = netmap_port("vale0:s");
	end = netmap_port("vale0:a}1");
	for (uint32_t i = 0; i < 40; i++) {
		CHECK_EQ(fill_ring(netmap_tx_ring(&sender, 0), i * 100, 30),
			 30);
		CHECK_EQ(ioctl(sender.fd, NETMAP_TXSYNC, NULL), 0);
		forward(&a, &pipe);
		CHECK_EQ(ioctl(end.fd, NETMAP_RXSYNC, NULL), 0);
		CHECK_EQ(empty_ring(netmap_rx_ring(&end, 0), i * 100), 30);
		CHECK_EQ(ioctl(end.fd, NETMAP_RXSYNC, NULL), 0);
	}
	netmap_close(&end);
	netmap_close(&sender);
	CHECK_EQ(close(pipe.fd), 0);
	CHECK_EQ(close(a.fd), 0);
	free_memory(memory);
}

/* All buffers come back: the memory is had again and again. */
static void check_again(void)
{
	uint8_t *memory = memory_of(MAP_SHARED | MAP_ANONYMOUS, -1);
	struct netmap_port keeper = open_in("vale1:k", memory);

	for (uint32_t i = 0; i < 50; i++) {
		struct netmap_port a = open_in("vale1:a", memory);

		CHECK_EQ(a.answer.mem_id, keeper.answer.mem_id);
		pass(&a, &keeper, i, 20);
		CHECK_EQ(close(a.fd), 0);
	}
	CHECK_EQ(close(keeper.fd), 0);
	free_memory(memory);
}

/* The pages stay the port's, whatever becomes of the program's mapping. */
static void check_unmapped(void)
{
	uint8_t *memory = memory_of(MAP_SHARED | MAP_ANONYMOUS, -1);
	struct netmap_port a = open_in("vale0:a", memory);
	struct netmap_port b = netmap_port("vale0:b"), other;

	CHECK_EQ(fill_ring(netmap_tx_ring(&a, 0), 1, 5), 5);
	free_memory(memory);
	CHECK_EQ(ioctl(a.fd, NETMAP_TXSYNC, NULL), 0);
	CHECK_EQ(ioctl(b.fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(empty_ring(netmap_rx_ring(&b, 0), 1), 5);
	/* Others at its place are not its pages. */
	CHECK(mmap(memory, MEMORY_SIZE, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == memory);
	other = open_in("vale0:c", memory);
	CHECK(other.answer.mem_id != a.answer.mem_id);
	pass_many(&other, &b);
	CHECK_EQ(close(other.fd), 0);
	CHECK_EQ(close(a.fd), 0);
	netmap_close(&b);
	free_memory(memory);
}

static void refused(struct external_option o, int error)
{
	struct register_request r = {0};
	struct netmap_port p;

	CHECK_EQ(netmap_try_external("vale0:a", r, &o, &p), error);
}

static void check_errors(void)
{
	uint8_t *memory = memory_of(MAP_SHARED | MAP_ANONYMOUS, -1);
	struct external_option o = netmap_external(memory, MEMORY_SIZE);

	o.pools.ring_size = 1 << 20;
	o.pools.rings = 64; /* they do not fit */
	refused(o, ENOMEM);
	o = netmap_external(memory, MEMORY_SIZE);
	o.pools.buffer_size = 70000; /* 239 of them fit */
	o.pools.buffers = 4;
	refused(o, ENOMEM);
	o = netmap_external(memory, MEMORY_SIZE);
	o.pools.rings = 1;
	refused(o, ENOMEM);
	/* Less than the default's buffers. */
	refused(netmap_external(memory, 1 << 20), ENOMEM);
	o = netmap_external(memory, MEMORY_SIZE);
	o.pools.ring_size = 512; /* rings of 1024 slots are larger */
	refused(o, ENOMEM);
	CHECK_EQ(mprotect(memory + MEMORY_SIZE / 2, 4096, PROT_READ), 0);
	refused(netmap_external(memory, MEMORY_SIZE), EFAULT);
	CHECK_EQ(munmap(memory + MEMORY_SIZE / 2, 4096), 0);
	refused(netmap_external(memory, MEMORY_SIZE), EFAULT);
	free_memory(memory);
	refused(netmap_external(memory, MEMORY_SIZE), EFAULT);
	refused(netmap_external(NULL, MEMORY_SIZE), EFAULT);
}

static void check_is_all(const uint8_t *memory, uint8_t value)
{
	for (size_t i = 0; i < MEMORY_SIZE; i++)
		CHECK_EQ(memory[i], value);
}

/* Only whole pages of private memory may become what a child shares. */
static void check_heap(void)
{
	uint8_t *heap = malloc(MEMORY_SIZE + 64), *memory = heap + 64;
	uint8_t *page = memory + 4096 - (uintptr_t)memory % 4096;
	pid_t child;

	memset(memory, 3, MEMORY_SIZE);
	CHECK((uintptr_t)memory % 4096 != 0);
	refused(netmap_external(memory, MEMORY_SIZE), EINVAL);
	refused(netmap_external(page, MEMORY_SIZE - 4096 - 100), EINVAL);
	check_is_all(memory, 3);
	child = fork();
	if (child == 0) {
		memset(memory, 4, MEMORY_SIZE);
		_exit(0);
	}
	CHECK_EQ(waitpid(child, NULL, 0), child);
	check_is_all(memory, 3);
	free(heap);
}

/* A file that ends within a page has that one to itself. */
static void check_odd_file(void)
{
	size_t size = MEMORY_SIZE - 100;
	int file = memfd_create("external", MFD_CLOEXEC);
	struct external_option o;
	struct register_request r = {0};
	struct netmap_port p;
	uint8_t *memory;

	CHECK_EQ(ftruncate(file, (off_t)size), 0);
	memory = memory_of(MAP_SHARED, file);
	refused(netmap_external(memory + 64, size - 64), EINVAL);
	o = netmap_external(memory, size);
	CHECK_EQ(netmap_try_external("vale0:a", r, &o, &p), 0);
	CHECK_EQ(close(p.fd), 0);
	free_memory(memory);
	CHECK_EQ(close(file), 0);
}

/* A child has the port as well; its exit takes nothing away. */
static void check_fork(void)
{
	uint8_t *memory = memory_of(MAP_SHARED | MAP_ANONYMOUS, -1);
	struct netmap_port a = open_in("vale0:a", memory);
	struct netmap_port b = netmap_port("vale0:b");
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (!on_module()) /* which lets it */
			refused(netmap_external(memory, MEMORY_SIZE), EBUSY);
		CHECK_EQ(fill_ring(netmap_tx_ring(&a, 0), 3, 4), 4);
		CHECK_EQ(ioctl(a.fd, NETMAP_TXSYNC, NULL), 0);
		exit(0);
	}
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	CHECK_EQ(ioctl(b.fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(empty_ring(netmap_rx_ring(&b, 0), 3), 4);
	pass(&b, &a, 9, 10);
	CHECK_EQ(close(a.fd), 0);
	netmap_close(&b);
	free_memory(memory);
}

static void skip_without(void)
{
	uint8_t *memory = memory_of(MAP_SHARED | MAP_ANONYMOUS, -1);
	struct external_option o = netmap_external(memory, MEMORY_SIZE);
	struct register_request r = {0};
	struct netmap_port p;
	int error = netmap_try_external("vale0:a", r, &o, &p);

	if (on_module() && error == EOPNOTSUPP)
		SKIP("this kernel's netmap has no external memory");
	CHECK_EQ(error, 0);
	CHECK_EQ(close(p.fd), 0);
	free_memory(memory);
}

int main(void)
{
	begin();
	skip_without();
	check_kinds();
	check_file();
	check_shared();
	check_again();
	check_unmapped();
	check_errors();
	if (!on_module()) { /* which takes memory within pages */
		check_heap();
		check_odd_file();
	}
	check_fork();
	finish();
	return 0;
}
