/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pipes of the kernel's netmap, of switches and of interfaces, and who counts
 * as another one there. As kernel_ports: the netmap face answers where the
 * kernel has none.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/ioctl.h>

#include "kernel_testing.h"
#include "netmap_requests.h"

#define MANY 20000

static void *reads_all(void *opened)
{
	const struct opened *o = opened;

	for (uint32_t i = 0; i < MANY; i++)
		expect(o, 1, FRAME, (uint8_t)i);
	return NULL;
}

/* A pipe loses nothing: its sender waits for room. */
static void pipes_wait(const char *one_end, const char *other_end)
{
	struct opened left = kernel_raw(one_end);
	struct opened right = kernel_raw(other_end);
	pthread_t reader;

	CHECK_EQ(pthread_create(&reader, NULL, reads_all, &right), 0);
	for (uint32_t i = 0; i < MANY; i++)
		send_frame(&left, 1, FRAME, (uint8_t)i);
	/* What had no room at the last sync waits for the next. */
	while (slots_in(left.tx) < left.region.tx_slots - 1) {
		CHECK(nmd_txsync(left.port) >= 0);
		usleep(1000);
	}
	CHECK_EQ(pthread_join(reader, NULL), 0);
	send_frame(&right, 2, FRAME, 7);
	expect(&left, 2, FRAME, 7);
	nmd_close(left.port);
	nmd_close(right.port);
}

/* A capture of one end, a monitor of the other, and who comes too late. */
static void pipes_without_a_switch(void)
{
	struct opened left = kernel_raw("netmap:nmpipe{2");
	struct opened right = kernel_capture("netmap:nmpipe}2");
	struct opened sent = kernel_raw("netmap:nmpipe{2/t");

	CHECK(is_listed("netmap", "nmpipe{2"));
	CHECK_EQ(refused("netmap:nmpipe}2", NMD_RAW, "netmap:nmpipe}2/rt"),
		 -EBUSY);
	accept_only(&right, 2);
	send_frame(&left, 1, FRAME, 1);
	send_frame(&left, 2, FRAME, 2);
	expect(&right, 2, FRAME, 2);
	expect(&sent, 1, FRAME, 1);
	expect(&sent, 2, FRAME, 2);
	send_frame(&right, 3, FRAME, 3);
	expect(&left, 3, FRAME, 3);
	nmd_close(sent.port);
	nmd_close(right.port);
	nmd_close(left.port);
}

/* Another program's, by the module's own interface. */
static int register_foreign(const char *name)
{
	struct register_request r = {.mode = MODE_ALL_NIC};
	struct request_header header = {
		.version = NETMAP_ABI_VERSION,
		.type = REQUEST_REGISTER,
		.body = (uintptr_t)&r,
	};
	int fd = open("/dev/netmap", O_RDWR);

	CHECK(fd >= 0);
	snprintf(header.name, sizeof(header.name), "%s", name);
	CHECK_EQ(ioctl(fd, NETMAP_CONTROL, &header), 0);
	return fd;
}

/* Who is on the switch: openings, also two of one port, and other programs. */
static void others_are_counted(void)
{
	struct opened a = kernel_raw("vale10:a"), far = kernel_raw("vale11:b");
	struct opened c = kernel_capture("vale10:c"), left, right;
	int foreign;

	CHECK_EQ(nmd_peers(a.port), 1);
	left = kernel_capture("vale10:c");
	CHECK_EQ(nmd_peers(a.port), 2);
	CHECK_EQ(nmd_peers(c.port), 2);
	CHECK_EQ(nmd_peers(far.port), 0);
	nmd_close(left.port);
	foreign = register_foreign("vale10:foreign");
	CHECK_EQ(nmd_peers(a.port), 2);
	close(foreign);
	left = kernel_raw("vale10:p{1");
	CHECK_EQ(nmd_peers(left.port), 0);
	CHECK_EQ(nmd_peers(a.port), 2);
	right = kernel_raw("vale10:p}1");
	CHECK_EQ(nmd_peers(left.port), 1);
	nmd_close(right.port);
	CHECK_EQ(nmd_peers(left.port), 0);
	nmd_close(left.port);
	CHECK_EQ(nmd_peers(a.port), 1);
	nmd_close(c.port);
	nmd_close(far.port);
	nmd_close(a.port);
}

int main(void)
{
	begin();
	unsetenv("NETMAP_DEVICE");
	pipes_wait("vale3:p{1", "vale3:p}1");
	pipes_wait("netmap:nmpipe{1", "netmap:nmpipe}1");
	pipes_without_a_switch();
	others_are_counted();
	finish();
	return 0;
}
