/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The queues of an interface, each had alone by another opening, in one process
 * or several: each gets its own queue's frames, the rest is the host's, and with
 * the last of them the host has all again.
 */
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "nic.h"
#include "port.h"
#include "two_queues.h"
#include "xdp.h"

#define MANY 300

static const struct nmd_options together = {.flags = NMD_SAME_MEMORY};

/* Whether some XDP program is attached to the interface. */
static bool is_attached(const char *interface)
{
	char command[128];

	snprintf(command, sizeof(command), "ip -o link show %s | grep -q 'xdp'",
		 interface);
	return system(command) == 0;
}

static void is_refused(const char *spec)
{
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;

	CHECK_EQ(nmd_open(spec, NULL, &port, &why), -EBUSY);
	CHECK(strstr(why.text, "another program has the interface alone"));
}

static void each_gets_its_own(void)
{
	struct opened a = open_raw("netmap:two-0/x");
	struct opened b = open_raw("netmap:two-1/x");
	struct opened far0 = open_raw("netmap:twin-0/x");
	struct opened far1 = open_raw("netmap:twin-1/x");

	for (int i = 0; i < MANY; i++) {
		send_number(&far1, (uint8_t)(i + 1));
		passes(&far0, &a, (uint8_t)i);
		CHECK_EQ(next_number(&b), number_of((uint8_t)(i + 1)));
		passes(&a, &far0, (uint8_t)i);
		passes(&b, &far1, (uint8_t)i);
	}
	is_refused("netmap:two-0/x");
	is_refused("netmap:two-1/x");
	is_refused("netmap:two/x");
	CHECK_EQ(listed(), 4);
	nmd_close(a.port);
	passes(&far1, &b, 9);
	is_refused("netmap:two/x");
	nmd_close(b.port);
	CHECK(!is_attached("two"));
	a = open_raw("netmap:two/x");
	is_refused("netmap:two-1/x");
	nmd_close(a.port);
	CHECK(!is_attached("two"));
	nmd_close(far0.port);
	nmd_close(far1.port);
}

struct owner {
	const char *spec;
	struct event ready;
};

/* Sends all that comes back. */
static void reflect(void *argument)
{
	const struct owner *owner = argument;
	struct opened o = open_raw(owner->spec);

	event_set(owner->ready);
	for (;;)
		send_number(&o, (uint8_t)(next_number(&o) - 14));
}

static pid_t reflector(const char *spec)
{
	struct owner owner = {spec, event_new()};
	pid_t pid = spawn(reflect, &owner);

	event_wait(owner.ready);
	close(owner.ready.fd);
	return pid;
}

static void comes_back(const struct opened *o, uint8_t number)
{
	send_number(o, number);
	CHECK_EQ(next_number(o), number_of(number));
}

/* Whoever is killed, also the one that came first: the others go on. */
static void processes_come_and_go(void)
{
	struct opened far0 = open_raw("netmap:twin-0/x");
	struct opened far1 = open_raw("netmap:twin-1/x");
	pid_t first = reflector("netmap:two-0/x");
	pid_t second = reflector("netmap:two-1/x");
	int host = packet_socket("two");

	comes_back(&far0, 1);
	comes_back(&far1, 2);
	kill_and_reap(first);
	comes_back(&far1, 3);
	send_number(&far0, 4);
	host_gets(host, 4);
	first = reflector("netmap:two-0/x");
	comes_back(&far0, 5);
	kill_and_reap(second);
	comes_back(&far0, 6);
	CHECK(is_attached("two"));
	kill_and_reap(first);
	CHECK(!is_attached("two"));
	send_number(&far1, 7);
	host_gets(host, 7);
	close(host);
	nmd_close(far0.port);
	nmd_close(far1.port);
}

/* By the slots' own addresses: each opening has a mapping of its own. */
static bool same_memory(const struct opened *a, const struct opened *b)
{
	uint32_t buffer = a->tx->slot[a->tx->head].buf_idx;
	uint8_t *there = (uint8_t *)b->tx + b->tx->buf_ofs +
			 (size_t)buffer * b->tx->nr_buf_size;
	uint8_t before = *there;
	bool same;

	buffer_of(a->tx, a->tx->head)[0] ^= 0xff;
	same = *there != before;
	buffer_of(a->tx, a->tx->head)[0] ^= 0xff;
	return same;
}

/* Moves what has come to one opening out by the other, without copying. */
static void swap_across(const struct opened *in, const struct opened *out)
{
	uint32_t from = wait_slot(in), to, buffer;

	CHECK_EQ(nmd_wait(out->port, POLLOUT, PATIENCE_MS * 1000000ll),
		 POLLOUT);
	to = out->tx->head;
	buffer = out->tx->slot[to].buf_idx;
	out->tx->slot[to].buf_idx = in->rx->slot[from].buf_idx;
	out->tx->slot[to].len = in->rx->slot[from].len;
	in->rx->slot[from].buf_idx = buffer;
	give_back(in, 1);
	out->tx->head = out->tx->cur = next_slot(out->tx, to);
	CHECK(nmd_txsync(out->port) >= 0);
}

static void buffers_cross(void)
{
	struct opened far0 = open_raw("netmap:twin-0/x");
	struct opened far1 = open_raw("netmap:twin-1/x");
	struct opened a = open_with("netmap:two-0/x", together);
	struct opened b = open_with("netmap:two-1/x", together);

	CHECK(same_memory(&a, &b));
	for (uint32_t i = 0; i < 2 * a.region.rx_slots; i++) {
		send_number(&far0, (uint8_t)i);
		swap_across(&a, &b);
		CHECK_EQ(next_number(&far1), number_of((uint8_t)i));
		send_number(&far1, (uint8_t)i);
		swap_across(&b, &a);
		CHECK_EQ(next_number(&far0), number_of((uint8_t)i));
	}
	/* The memory stays while one has it; its first queue is not had again. */
	nmd_close(a.port);
	passes(&far1, &b, 5);
	a = open_with("netmap:two-0/x", together);
	CHECK(!same_memory(&a, &b));
	passes(&far0, &a, 6);
	passes(&far1, &b, 7);
	nmd_close(b.port);
	passes(&far0, &a, 8);
	nmd_close(a.port);
	nmd_close(far0.port);
	nmd_close(far1.port);
	CHECK_EQ(listed(), 0);
}

/* The filter is in the memory that they have in common, for both queues. */
static void filters_are_common(void)
{
	static const struct nmd_insn none[] = {{0x06, 0, 0, 0}};
	struct opened far0 = open_raw("netmap:twin-0/x");
	struct opened far1 = open_raw("netmap:twin-1/x");
	struct opened a = open_with("netmap:two-0/x", together);
	struct opened b = open_with("netmap:two-1/x", together);

	CHECK(same_memory(&a, &b));
	CHECK_EQ(nmd_set_filter(a.port, none, 1), 0);
	CHECK_EQ(nmd_set_filter(b.port, NULL, 0), 0);
	passes(&far0, &a, 1);
	passes(&far1, &b, 2);
	nmd_close(a.port);
	nmd_close(b.port);
	nmd_close(far0.port);
	nmd_close(far1.port);
}

static void only_who_asks_shares(void)
{
	struct opened a = open_raw("netmap:two-0/x");
	struct opened b = open_with("netmap:two-1/x", together);

	CHECK(!same_memory(&a, &b));
	nmd_close(a.port);
	nmd_close(b.port);
}

static void opens_beside(void *unused)
{
	struct opened far1 = open_raw("netmap:twin-1/x");
	struct opened b = open_with("netmap:two-1/x", together);

	(void)unused;
	passes(&far1, &b, 3);
	nmd_close(b.port);
	nmd_close(far1.port);
}

/* Another process has memory of its own. */
static void processes_share_nothing(void)
{
	struct opened a = open_with("netmap:two-0/x", together);
	struct opened far0 = open_raw("netmap:twin-0/x");

	join(spawn(opens_beside, NULL));
	passes(&far0, &a, 4);
	nmd_close(a.port);
	nmd_close(far0.port);
}

/* An AF_XDP socket without a program, as one of another project's. */
static struct opened strangers(const char *spec)
{
	struct opened o = open_raw(spec);

	nic_fd_close(&o.port->nic->xdp->link);
	return o;
}

static void finds_a_stranger(const char *spec, struct nmd_options options)
{
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;

	options.size = sizeof(options);
	CHECK_EQ(nmd_open(spec, &options, &port, &why), -EBUSY);
	CHECK(strstr(why.text, "another AF_XDP socket has it"));
}

static void finds_a_stranger_by_all(void *unused)
{
	(void)unused;
	finds_a_stranger("netmap:two/x", (struct nmd_options){0});
}

/* As long as an opening waits for one queue, the host has the others. */
static void the_host_goes_on_meanwhile(const struct opened *far0)
{
	int host = packet_socket("two"), sent = 0, got = 0;
	struct pollfd poller = {host, POLLIN, 0};
	pid_t waiter = spawn(finds_a_stranger_by_all, NULL);
	int status = 0;
	uint8_t bytes[2048];

	for (; waitpid(waiter, &status, WNOHANG) == 0; usleep(10000))
		if (sent < MANY) {
			send_number(far0, 1);
			sent++;
		}
	CHECK_EQ(status, 0);
	while (got <= sent / 2) {
		CHECK_EQ(poll(&poller, 1, PATIENCE_MS), 1);
		got += recv(host, bytes, sizeof(bytes), 0) == FRAME;
	}
	close(host);
}

/* What was refused leaves the queue as it was, also in memory it shares. */
static void refused_is_as_if_not_asked(void)
{
	struct opened stranger = strangers("netmap:two-1/x");
	struct opened far0 = open_raw("netmap:twin-0/x");
	struct opened a, b;

	the_host_goes_on_meanwhile(&far0);
	a = open_with("netmap:two-0/x", together);
	finds_a_stranger("netmap:two-1/x", together);
	passes(&far0, &a, 1);
	nmd_close(stranger.port);
	b = open_with("netmap:two-1/x", together);
	CHECK(same_memory(&a, &b));
	nmd_close(a.port);
	nmd_close(b.port);
	nmd_close(far0.port);
	CHECK_EQ(listed(), 0);
}

/* What the documentation names, of which the last is for memory. */
static void keep_rights(bool lock)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct some[2] = {
		{.effective = 1u << CAP_NET_RAW | 1u << CAP_NET_ADMIN |
			      (lock ? 1u << CAP_IPC_LOCK : 0)},
		{.effective = 1u << (CAP_BPF - 32)},
	};

	for (int i = 0; i < 2; i++)
		some[i].permitted = some[i].effective;
	CHECK_EQ(syscall(SYS_capset, &header, some), 0);
}

/* They open an interface; they share none. */
static void is_told_what_sharing_takes(void *unused)
{
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;

	(void)unused;
	keep_rights(true);
	CHECK_EQ(nmd_open("netmap:two-1/x", NULL, &port, &why), -EBUSY);
	CHECK(strstr(why.text, "needs CAP_SYS_ADMIN"));
	CHECK(!strstr(why.text, "xdp off"));
}

static void sharing_takes_a_right(void)
{
	struct opened a = open_raw("netmap:two-0/x");

	join(spawn(is_told_what_sharing_takes, NULL));
	nmd_close(a.port);
}

static void opens_with_the_rights_that_are_named(void *lock)
{
	const struct rlimit usual = {8 << 20, 8 << 20};
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;

	CHECK_EQ(setrlimit(RLIMIT_MEMLOCK, &usual), 0);
	keep_rights(*(bool *)lock);
	if (*(bool *)lock) {
		nmd_close(open_raw("netmap:two/x").port);
		return;
	}
	CHECK_EQ(nmd_open("netmap:two/x", NULL, &port, &why), -ENOMEM);
	CHECK(strstr(why.text, "CAP_IPC_LOCK"));
	CHECK(strstr(why.text, "ulimit -l"));
	CHECK(strstr(why.text, " KiB, are more memory"));
	/* In fewer slots it needs none. */
	nmd_close(
		open_with("netmap:two/x", (struct nmd_options){.tx_slots = 256,
							       .rx_slots = 256})
			.port);
}

static void memory_takes_a_right(void)
{
	bool lock = true;

	join(spawn(opens_with_the_rights_that_are_named, &lock));
	lock = false;
	join(spawn(opens_with_the_rights_that_are_named, &lock));
}

int main(void)
{
	veth_begin_alone();
	make_pair();
	each_gets_its_own();
	processes_come_and_go();
	buffers_cross();
	filters_are_common();
	only_who_asks_shares();
	processes_share_nothing();
	refused_is_as_if_not_asked();
	sharing_takes_a_right();
	memory_takes_a_right();
	veth_end();
	return 0;
}
