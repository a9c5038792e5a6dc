// SPDX-License-Identifier: BSD-2-Clause
/*
 * The sync loop: the program says in a CSB how far it is, and a thread that
 * has asked for the loop syncs the rings, at its own pace or when it is kicked.
 */
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include "netmap_testing.h"

#define ROUNDS 300
#define BATCH 50

/* A port in CSB mode: one ring of either direction. */
struct looped_port {
	struct netmap_port p;
	struct csb_to_device *to_device; /* TX, RX */
	struct csb_to_program *to_program;
	struct loop_eventfds_option *eventfds; /* or NULL */
	struct loop_mode_option *mode;         /* or NULL */
	uint32_t sleep_us;
	int result; /* of the loop */
	pthread_t thread;
};

static struct csb_option csb_of(struct looped_port *l)
{
	l->to_device = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK((void *)l->to_device != MAP_FAILED);
	l->to_program = (void *)(l->to_device + 32);
	return (struct csb_option){
		.head = {.type = OPTION_CSB},
		.to_device = (uintptr_t)l->to_device,
		.to_program = (uintptr_t)l->to_program,
	};
}

static int try_csb(const char *name, uint32_t flags, struct csb_option *o,
		   struct netmap_port *p)
{
	struct register_request r = {.flags = flags};
	int error = netmap_try_option(name, r, o, p);

	CHECK_EQ(o->head.status, error);
	return error;
}

static struct looped_port open_looped(const char *name)
{
	struct looped_port l = {.sleep_us = 50};
	struct csb_option o = csb_of(&l);

	CHECK_EQ(try_csb(name, REGISTER_EXCLUSIVE, &o, &l.p), 0);
	netmap_map(&l.p);
	return l;
}

static void close_looped(struct looped_port *l)
{
	netmap_close(&l->p);
	CHECK_EQ(munmap(l->to_device, 4096), 0);
}

static int ask_loop(const struct looped_port *l, enum request_type type)
{
	struct loop_request r = {.sleep_us = l->sleep_us};
	struct request_header h = {.version = NETMAP_ABI_VERSION,
				   .type = (uint16_t)type};

	if (type == REQUEST_LOOP_START) {
		h.body = (uintptr_t)&r;
		h.options = (uintptr_t)l->eventfds;
		if (l->mode) {
			l->mode->head.next = h.options;
			h.options = (uintptr_t)l->mode;
		}
	}
	return ioctl(l->p.fd, NETMAP_CONTROL, &h) < 0 ? errno : 0;
}

static void *run_loop(void *looped)
{
	struct looped_port *l = looped;

	l->result = ask_loop(l, REQUEST_LOOP_START);
	return NULL;
}

static void start_loop(struct looped_port *l)
{
	CHECK_EQ(pthread_create(&l->thread, NULL, run_loop, l), 0);
}

static void joined(struct looped_port *l)
{
	CHECK_EQ(pthread_join(l->thread, NULL), 0);
	CHECK_EQ(l->result, 0);
}

static void stop_loop(struct looped_port *l)
{
	CHECK_EQ(ask_loop(l, REQUEST_LOOP_STOP), 0);
	joined(l);
}

static uint32_t load(const uint32_t *at)
{
	return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}

static uint32_t tail_of(const struct looped_port *l, int ring)
{
	return load(&l->to_program[ring].hwtail);
}

static void set_head(const struct looped_port *l, int ring, uint32_t head)
{
	struct csb_to_device *d = &l->to_device[ring];

	__atomic_store_n(&d->cur, head, __ATOMIC_RELEASE);
	__atomic_store_n(&d->head, head, __ATOMIC_RELEASE);
}

/* Tells the loop to look, if it wants to be told. */
static void kick(const struct looped_port *l, int ring)
{
	const uint64_t one = 1;

	if (!l->eventfds)
		return;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (load(&l->to_program[ring].wants_kick))
		CHECK_EQ(write(l->eventfds->ring[ring].kick, &one, sizeof(one)),
			 sizeof(one));
}

/*
 * Until the loop has moved tail; by its eventfd, if there is one. In a direct
 * mode the module syncs nothing until it is kicked.
 */
static void await_tail(const struct looped_port *l, int ring, uint32_t was)
{
	uint64_t count;

	while (tail_of(l, ring) == was) {
		if (!l->eventfds) {
			usleep(20);
			continue;
		}
		CHECK_EQ(read(l->eventfds->ring[ring].irq, &count,
			      sizeof(count)),
			 sizeof(count));
		if (l->mode)
			kick(l, ring);
	}
}

static void send_by_csb(const struct looped_port *l, uint32_t first)
{
	struct netmap_ring *ring = netmap_tx_ring(&l->p, 0);
	uint32_t head = l->to_device[0].head;

	for (uint32_t i = 0; i < BATCH; i++) {
		await_tail(l, 0, head);
		number_frame(buffer_of(ring, head), first + i);
		ring->slot[head].len = FRAME_BYTES;
		ring->slot[head].flags = 0;
		head = next_slot(ring, head);
	}
	set_head(l, 0, head);
	kick(l, 0);
	/* In a direct mode a kick before the loop has begun is lost. */
	while (l->mode && load(&l->to_program[0].hwcur) != head) {
		usleep(100);
		kick(l, 0);
	}
}

static void receive_by_csb(const struct looped_port *l, uint32_t first)
{
	struct netmap_ring *ring = netmap_rx_ring(&l->p, 0);
	uint32_t head = l->to_device[1].head;

	for (uint32_t i = 0; i < BATCH; i++) {
		uint8_t expected[FRAME_BYTES];

		await_tail(l, 1, head);
		number_frame(expected, first + i);
		CHECK_EQ(ring->slot[head].len, FRAME_BYTES);
		CHECK_EQ(memcmp(buffer_of(ring, head), expected, FRAME_BYTES),
			 0);
		head = next_slot(ring, head);
	}
	set_head(l, 1, head);
	kick(l, 1);
}

static void receive_plainly(const struct netmap_port *p, uint32_t first)
{
	struct pollfd readable = {p->fd, POLLIN, 0};
	uint32_t n = 0;

	while (n < BATCH) {
		CHECK_EQ(poll(&readable, 1, PATIENCE_MS), 1);
		n += empty_ring(netmap_rx_ring(p, 0), first + n);
	}
	CHECK_EQ(n, BATCH);
}

/* Several laps of the rings, in both directions. */
static void exchange(const struct looped_port *l, const struct netmap_port *p)
{
	for (uint32_t i = 0; i < ROUNDS; i++) {
		send_by_csb(l, i * BATCH);
		receive_plainly(p, i * BATCH);
		CHECK_EQ(fill_ring(netmap_tx_ring(p, 0), i * BATCH + 7, BATCH),
			 BATCH);
		CHECK_EQ(ioctl(p->fd, NETMAP_TXSYNC, NULL), 0);
		receive_by_csb(l, i * BATCH + 7);
	}
}

static void check_by_looks(const char *name, const char *other)
{
	struct looped_port l = open_looped(name);
	struct netmap_port p = netmap_port(other);

	start_loop(&l);
	exchange(&l, &p);
	stop_loop(&l);
	close_looped(&l);
	netmap_close(&p);
}

static struct loop_eventfds_option *eventfds_new(void)
{
	size_t size = sizeof(struct loop_eventfds_option) +
		      2 * sizeof(struct loop_eventfds);
	struct loop_eventfds_option *o = calloc(1, size);

	o->head.type = OPTION_LOOP_EVENTFDS;
	o->head.size = size;
	for (int i = 0; i < 2; i++) {
		o->ring[i].kick = eventfd(0, EFD_CLOEXEC);
		o->ring[i].irq = eventfd(0, EFD_CLOEXEC);
		CHECK(o->ring[i].kick >= 0 && o->ring[i].irq >= 0);
	}
	return o;
}

static void eventfds_free(struct loop_eventfds_option *o)
{
	for (int i = 0; i < 2; i++) {
		close(o->ring[i].kick);
		close(o->ring[i].irq);
	}
	free(o);
}

static void check_by_kicks(uint32_t direct)
{
	struct looped_port l = open_looped("vale0:a");
	struct netmap_port p = netmap_port("vale0:b");
	struct loop_mode_option mode = {.head = {.type = OPTION_LOOP_MODE},
					.mode = direct};

	l.eventfds = eventfds_new();
	l.mode = direct ? &mode : NULL;
	/* Twice, on the same descriptor. */
	for (int i = 0; i < 2; i++) {
		start_loop(&l);
		exchange(&l, &p);
		stop_loop(&l);
		CHECK_EQ(l.eventfds->head.status, 0);
		CHECK_EQ(mode.head.status, 0);
	}
	eventfds_free(l.eventfds);
	close_looped(&l);
	netmap_close(&p);
}

static int enable_csb(int fd, struct csb_option *o)
{
	struct request_header h = {.version = NETMAP_ABI_VERSION,
				   .type = REQUEST_CSB_ENABLE,
				   .options = (uintptr_t)o};

	return ioctl(fd, NETMAP_CONTROL, &h) < 0 ? errno : 0;
}

static void await_loop(const struct looped_port *l)
{
	while (load(&l->to_program[0].wants_kick))
		usleep(100);
}

/* Calls are refused meanwhile; CSB and loop are there once. */
static void check_mode(void)
{
	struct looped_port l = open_looped("vale0:a"), again = l;
	struct csb_option o = csb_of(&again);
	struct pollfd p = {l.p.fd, POLLIN | POLLOUT, 0};

	CHECK_EQ(l.to_program[0].hwtail, netmap_tx_ring(&l.p, 0)->tail);
	CHECK_EQ(l.to_program[1].hwtail, 0);
	CHECK_EQ(l.to_program[0].wants_kick, 1);
	CHECK_EQ(l.to_device[1].wants_irq, 1);
	CHECK(ioctl(l.p.fd, NETMAP_TXSYNC, NULL) < 0 && errno == EBUSY);
	CHECK(ioctl(l.p.fd, NETMAP_RXSYNC, NULL) < 0 && errno == EBUSY);
	CHECK_EQ(poll(&p, 1, 0), 1);
	CHECK_EQ(p.revents, POLLERR);
	start_loop(&l);
	await_loop(&l);
	CHECK_EQ(ask_loop(&l, REQUEST_LOOP_START), EBUSY);
	CHECK_EQ(enable_csb(l.p.fd, &o), EBUSY);
	CHECK_EQ(o.head.status, EBUSY);
	stop_loop(&l);
	CHECK_EQ(enable_csb(l.p.fd, &o), 0);
	CHECK_EQ(o.head.status, 0);
	/* Stopped before it has begun, it ends at once. */
	CHECK_EQ(ask_loop(&l, REQUEST_LOOP_STOP), 0);
	CHECK_EQ(ask_loop(&l, REQUEST_LOOP_START), 0);
	CHECK_EQ(munmap(again.to_device, 4096), 0);
	close_looped(&l);
}

static void check_csb_errors(void)
{
	struct looped_port l = {0};
	struct csb_option o = csb_of(&l), bad = o;
	struct register_request r = {.mode = MODE_ALL_NIC,
				     .flags = REGISTER_EXCLUSIVE};

	/* What cannot be leaves the descriptor as it was. */
	CHECK_EQ(try_csb("vale0:a", 0, &o, &l.p), EINVAL);
	CHECK_EQ(netmap_ask(l.p.fd, REQUEST_REGISTER, "vale0:a", &r), 0);
	CHECK_EQ(ask_loop(&l, REQUEST_LOOP_START), EINVAL);
	CHECK_EQ(enable_csb(l.p.fd, NULL), EINVAL);
	bad.to_device += 8;
	CHECK_EQ(enable_csb(l.p.fd, &bad), EINVAL);
	bad.to_device = 64;
	CHECK_EQ(enable_csb(l.p.fd, &bad), EFAULT);
	bad = o;
	bad.to_program = 64;
	CHECK_EQ(enable_csb(l.p.fd, &bad), EFAULT);
	CHECK_EQ(bad.head.status, EFAULT);
	CHECK_EQ(ioctl(l.p.fd, NETMAP_TXSYNC, NULL), 0); /* no CSB mode yet */
	CHECK_EQ(enable_csb(l.p.fd, &o), 0);
	CHECK_EQ(close(l.p.fd), 0);
	l.p.fd = netmap_open();
	CHECK_EQ(ask_loop(&l, REQUEST_LOOP_START), ENXIO);
	CHECK_EQ(ask_loop(&l, REQUEST_LOOP_STOP), ENXIO);
	CHECK_EQ(close(l.p.fd), 0);
	CHECK_EQ(munmap(l.to_device, 4096), 0);
}

static void check_eventfd_errors(struct looped_port *l)
{
	struct loop_eventfds_option *o = l->eventfds = eventfds_new();
	int pair[2];

	o->head.size -= sizeof(struct loop_eventfds);
	CHECK_EQ(ask_loop(l, REQUEST_LOOP_START), EINVAL);
	CHECK_EQ(o->head.status, EINVAL);
	o->head.size += sizeof(struct loop_eventfds);
	CHECK_EQ(pipe2(pair, O_CLOEXEC), 0);
	CHECK_EQ(dup2(pair[0], o->ring[1].irq), o->ring[1].irq);
	/* The module's call returns these as if it had succeeded. */
	CHECK_EQ(ask_loop(l, REQUEST_LOOP_START), DIFFERS(0, EINVAL));
	CHECK_EQ(close(o->ring[0].kick), 0);
	CHECK_EQ(ask_loop(l, REQUEST_LOOP_START), DIFFERS(0, EBADF));
	o->ring[0].kick = -1;
	close(pair[0]);
	close(pair[1]);
}

static void check_loop_errors(void)
{
	struct looped_port l = open_looped("vale0:a");
	struct loop_mode_option mode = {.head = {.type = OPTION_LOOP_MODE},
					.mode = 4};

	l.sleep_us = 1000001;
	CHECK_EQ(ask_loop(&l, REQUEST_LOOP_START), EINVAL);
	l.sleep_us = 10;
	l.mode = &mode;
	CHECK_EQ(ask_loop(&l, REQUEST_LOOP_START), EINVAL);
	CHECK_EQ(mode.head.status, EINVAL);
	l.mode = NULL;
	check_eventfd_errors(&l);
	/* Direct syncs need a kick for each ring. */
	mode.mode = LOOP_DIRECT_TX;
	l.mode = &mode;
	CHECK_EQ(ask_loop(&l, REQUEST_LOOP_START), EINVAL);
	eventfds_free(l.eventfds);
	close_looped(&l);
}

/* Indices that make no sense move nothing, and nobody is hurt. */
static void check_nonsense(void)
{
	static const uint32_t bad[] = {~0u, 1024, 1000000};
	struct looped_port l = open_looped("vale0:a");
	struct netmap_port p = netmap_port("vale0:b");

	start_loop(&l);
	send_by_csb(&l, 0);
	receive_plainly(&p, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		uint32_t tx = l.to_device[0].head, rx = l.to_device[1].head;

		set_head(&l, 0, bad[i]);
		set_head(&l, 1, rx + 1 + (uint32_t)i); /* beyond tail */
		usleep(2000);
		set_head(&l, 0, tx);
		set_head(&l, 1, rx);
	}
	CHECK_EQ(ioctl(p.fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(slots_in(netmap_rx_ring(&p, 0)), 0);
	exchange(&l, &p);
	stop_loop(&l);
	close_looped(&l);
	netmap_close(&p);
}

/* Another process with the descriptor stops it. */
static void check_stop_by_other(void)
{
	struct looped_port l = open_looped("vale0:a");
	int status;
	pid_t child;

	start_loop(&l);
	await_loop(&l);
	child = fork();
	if (child == 0)
		_exit(ask_loop(&l, REQUEST_LOOP_STOP));
	joined(&l);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	close_looped(&l);
}

static void ask_start(void *looped)
{
	ask_loop(looped, REQUEST_LOOP_START);
}

/* Its process is killed, and dead, but nobody has waited for it. */
static pid_t killed_in_loop(struct looped_port *l)
{
	pid_t child = spawn(ask_start, l);
	siginfo_t how;

	await_loop(l);
	CHECK_EQ(kill(child, SIGKILL), 0);
	if (!on_module()) /* whose loop only ends when it is stopped */
		CHECK_EQ(waitid(P_PID, (id_t)child, &how, WEXITED | WNOWAIT),
			 0);
	return child;
}

static void check_killed(bool stop)
{
	struct looped_port l = open_looped("vale0:a");
	struct netmap_port p = netmap_port("vale0:b");
	pid_t killed = killed_in_loop(&l);

	if (stop)
		CHECK_EQ(ask_loop(&l, REQUEST_LOOP_STOP), 0);
	start_loop(&l);
	exchange(&l, &p);
	stop_loop(&l);
	CHECK_EQ(ending_of(killed), -SIGKILL);
	close_looped(&l);
	netmap_close(&p);
}

int main(void)
{
	begin();
	check_csb_errors();
	check_loop_errors();
	check_mode();
	check_by_looks("vale0:a", "vale0:b");
	check_by_looks("vale0:a{1", "vale0:a}1");
	check_by_kicks(0);
	check_by_kicks(LOOP_DIRECT_TX | LOOP_DIRECT_RX);
	check_nonsense();
	check_stop_by_other();
	check_killed(true);
	if (!on_module())
		check_killed(false);
	finish();
	return 0;
}
