/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interface's life and its users': a link that goes and comes back, an
 * interface that disappears, processes that fork, close everything, lack the
 * capability or are killed.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sys/syscall.h>

#include "veth.h"

#define SHORT 60

static int far_end;

static void far_sends(uint8_t seed)
{
	uint8_t frame[SHORT];

	make_frame(frame, 255, 7, sizeof(frame), seed);
	CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
}

static uint8_t next_seed(const struct opened *o)
{
	uint32_t at = wait_slot(o);
	uint8_t seed = (uint8_t)(buffer_of(o->rx, at)[20] - 20);

	give_back(o, 1);
	return seed;
}

static int refused(const char *spec, char *text)
{
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;
	int r = nmd_open(spec, NULL, &port, &why);

	CHECK(port == NULL);
	CHECK_EQ(why.code, r);
	strcpy(text, why.text);
	return r;
}

static void what_cannot_be_opened_is_told(void)
{
	char text[512];

	CHECK_EQ(refused("netmap:none", text), -ENODEV);
	CHECK(strstr(text, "there is no interface none"));
	run("ip link add idle type veth peer name idler");
	CHECK_EQ(refused("netmap:idle", text), -ENETDOWN);
	CHECK(strstr(text, "ip link set idle up"));
	run("ip link del idle");
	CHECK_EQ(listed(), 0);
}

static void without_the_capability(void *unused)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
	struct opened port;
	char text[512];

	(void)unused;
	CHECK_EQ(syscall(SYS_capset, &header, none), 0);
	CHECK_EQ(refused(NEAR, text), -EPERM);
	CHECK(strstr(text, "CAP_NET_RAW"));
	port = open_capture("vale0:1"); /* needs none */
	nmd_close(port.port);
}

static void a_lost_link_comes_back(const char *spec)
{
	struct opened o = open_capture(spec);
	struct pollfd p = {nmd_fd(o.port), POLLIN, 0};

	far_sends(1);
	CHECK_EQ(next_seed(&o), 1);
	run("ip link set near down");
	CHECK_EQ(nmd_arm(o.port), 0);
	CHECK_EQ(poll(&p, 1, PATIENCE_MS), 1); /* something to look at */
	CHECK_EQ(nmd_wait(o.port, POLLIN, 50000000), 0);
	CHECK_EQ(nmd_peers(o.port), 0);
	run("ip link set near up");
	far_sends(2);
	CHECK_EQ(next_seed(&o), 2);
	nmd_close(o.port);
}

/* What came before is read first. */
static void an_interface_that_disappears_ends_reads(void)
{
	struct opened o = open_capture("netmap:doomed");
	uint8_t frame[SHORT];
	int fd = packet_socket("doom");

	make_frame(frame, 255, 7, sizeof(frame), 3);
	CHECK_EQ(send(fd, frame, sizeof(frame), 0), sizeof(frame));
	close(fd);
	CHECK_EQ(nmd_wait(o.port, POLLIN, PATIENCE_MS * 1000000ll), POLLIN);
	run("ip link del doomed");
	CHECK_EQ(readable(&o), 1);
	CHECK_EQ(buffer_of(o.rx, o.rx->head)[20], 3 + 20);
	o.rx->head = o.rx->cur = o.rx->tail;
	CHECK_EQ(nmd_wait(o.port, POLLIN, PATIENCE_MS * 1000000ll), -ENODEV);
	CHECK_EQ(nmd_rxsync(o.port), -ENODEV);
	queue_slot(o.tx, frame, sizeof(frame), 0);
	CHECK(nmd_txsync(o.port) < 0);
	nmd_close(o.port);
}

static void reads_one(void *opened)
{
	CHECK_EQ(next_seed(opened), 5);
}

static void a_child_reads_on(void)
{
	struct opened o = open_capture(NEAR);
	pid_t child = spawn(reads_one, &o);

	far_sends(5);
	join(child);
	nmd_close(o.port);
	CHECK_EQ(listed(), 0);
}

static void a_closed_descriptor_is_noticed(void)
{
	struct opened o = open_capture(NEAR);
	int keep = fcntl(1, F_DUPFD, 200);

	closefrom(3);
	CHECK_EQ(dup2(1, keep), keep);
	CHECK_EQ(nmd_rxsync(o.port), -EBADF);
	CHECK_EQ(nmd_arm(o.port), -EBADF);
	nmd_close(o.port);
	close(keep);
	far_end = far_socket();
}

static void *interrupts(void *port)
{
	usleep(20000);
	nmd_interrupt(port);
	return NULL;
}

static void an_interrupt_ends_a_wait(void)
{
	struct opened o = open_capture(NEAR);
	pthread_t thread;

	CHECK_EQ(pthread_create(&thread, NULL, interrupts, o.port), 0);
	CHECK_EQ(nmd_wait(o.port, POLLIN, -1), -EINTR);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	nmd_close(o.port);
}

static void is_killed(void *ready)
{
	struct opened o = open_with(NEAR,
				    (struct nmd_options){.mode = NMD_CAPTURE,
							 .flags = NMD_PROMISC});

	event_set(*(struct event *)ready);
	for (;;)
		nmd_wait(o.port, POLLIN, -1);
}

static bool promiscuous(void)
{
	return system("ip -d link show near | grep -q 'promiscuity [1-9]'") ==
	       0;
}

static void nothing_is_left_of_the_killed(void)
{
	struct event ready = event_new();
	pid_t child = spawn(is_killed, &ready);

	event_wait(ready);
	CHECK(promiscuous());
	kill_and_reap(child);
	CHECK(!promiscuous());
	CHECK_EQ(listed(), 0);
	close(ready.fd);
}

int main(void)
{
	veth_begin();
	far_end = far_socket();
	what_cannot_be_opened_is_told();
	join(spawn(without_the_capability, NULL));
	a_lost_link_comes_back(NEAR);
	a_lost_link_comes_back(NEAR "/x");
	a_child_reads_on();
	an_interrupt_ends_a_wait();
	nothing_is_left_of_the_killed();
	a_closed_descriptor_is_noticed();
	run("ip link add doomed type veth peer name doom");
	run("ip link set doomed up && ip link set doom up");
	an_interface_that_disappears_ends_reads();
	veth_end();
	return 0;
}
