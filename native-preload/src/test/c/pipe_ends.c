// SPDX-License-Identifier: BSD-2-Clause
/*
 * A handle on an end of a pipe reads that end, with filter, lengths and
 * arrival times. What it sends is never lost: on a full pipe a nonblocking
 * handle says EAGAIN, a blocking one waits for the reader.
 */
#include "pcap_testing.h"

#define COUNT 3000
#define RING 1024 /* slots of a pipe's rings */

static void number_frame(uint8_t *frame, int i)
{
	make_frame(frame, 2, 1, 60, 0);
	frame[14] = (uint8_t)i;
}

/* Takes one frame and checks its number. */
static void expect(const struct opened *o, int i)
{
	CHECK_EQ(nmd_wait(o->port, POLLIN, -1), POLLIN);
	CHECK_EQ(buffer_of(o->rx, o->rx->head)[14], (uint8_t)i);
	CHECK_EQ(o->rx->slot[o->rx->head].len, 60);
	give_back(o, 1);
}

static void check_reading(const char *end, const char *other_end)
{
	struct opened other = open_raw(other_end);
	struct seen seen = {0};
	pcap_t *p;

	feed(&other, 1, 2); /* waits there for the other end */
	p = nonblocking(end);
	CHECK_EQ(dispatch(p, -1, &seen), 2);
	CHECK_EQ(seen.last, 2);
	CHECK_EQ(seen.header.len, 60);
	CHECK(seen.header.ts.tv_sec > 1000000000);
	filter(p, "ether[14] = 7");
	feed(&other, 5, 5);
	CHECK_EQ(dispatch(p, -1, &seen), 1);
	CHECK_EQ(seen.last, 7);
	pcap_close(p);
	nmd_close(other.port);
}

/* As tcpdump does, which opens first and then sets its filter. */
static void check_waiting_for_a_filter(void)
{
	struct opened other = open_raw("vale0:p}1");
	struct seen seen = {0};
	pcap_t *p;

	feed(&other, 1, 9);
	p = nonblocking("vale0:p{1");
	pcap_get_selectable_fd(p);
	filter(p, "ether[14] > 5 and ether[14] < 8");
	CHECK_EQ(dispatch(p, -1, &seen), 2);
	CHECK_EQ(seen.last, 7);
	CHECK_EQ(dispatch(p, -1, &seen), 0);
	pcap_close(p);
	nmd_close(other.port);
}

static void check_nonblocking(void)
{
	struct opened other = open_raw("vale0:p}1");
	pcap_t *p = nonblocking("vale0:p{1");
	uint8_t frame[60];
	int sent = 0;

	for (number_frame(frame, sent); pcap_inject(p, frame, 60) == 60;
	     number_frame(frame, sent))
		sent++;
	CHECK_EQ(sent, RING - 1);
	CHECK_EQ(errno, EAGAIN);
	CHECK_EQ(pcap_inject(p, frame, 60), ABI_ERROR);
	expect(&other, 0);
	CHECK_EQ(pcap_inject(p, frame, 60), 60);
	CHECK_EQ(pcap_inject(p, frame, 60), ABI_ERROR);
	pcap_close(p);
	for (int i = 1; i <= sent; i++)
		expect(&other, i);
	CHECK_EQ(readable(&other), 0);
	nmd_close(other.port);
}

static void inject_and_close(void *unused)
{
	pcap_t *p = activated("vale0:p{1");
	uint8_t frame[60];

	(void)unused;
	for (int i = 0; i < COUNT; i++) {
		number_frame(frame, i);
		CHECK_EQ(pcap_inject(p, frame, 60), 60);
	}
	pcap_close(p);
}

static void check_blocking(void)
{
	struct opened other = open_raw("vale0:p}1");
	pid_t pid = spawn(inject_and_close, NULL);

	while (readable(&other) < RING - 1)
		CHECK_EQ(nmd_wait(other.port, POLLIN, -1), POLLIN);
	for (int i = 0; i < COUNT; i++)
		expect(&other, i);
	join(pid);
	CHECK_EQ(readable(&other), 0);
	nmd_close(other.port);
}

int main(void)
{
	begin();
	check_reading("vale0:p{1", "vale0:p}1");
	/* No interface has to be there, none is touched. */
	check_reading("netmap:lo}1", "netmap:lo{1");
	check_waiting_for_a_filter();
	check_nonblocking();
	check_blocking();
	finish();
	return 0;
}
