/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interface that is had alone: its filter runs in the kernel, so that
 * whoever waits on the descriptor in whatever way, also by a system call of its
 * own, is woken for what the filter takes only, and a blocking read that
 * follows, or does not, never ends with nothing.
 */
#include "veth.h"
#include "waiting_testing.h"

static int far_end;

static void far_sends(uint8_t value)
{
	uint8_t frame[60];

	make_frame(frame, 255, 7, sizeof(frame), 0);
	frame[14] = value;
	CHECK_EQ(send(far_end, frame, sizeof(frame), 0), sizeof(frame));
}

static void streams(void *unused)
{
	(void)unused;
	for (int i = 0; i < FRAMES; i++) {
		far_sends(i % EVERY == EVERY - 1 ? WANTED : 1);
		if (i % 10 == 0)
			usleep(200);
	}
}

/* One frame or all there are for each wait. */
static void reads_by(pcap_t *p, const struct way *way)
{
	int fd = pcap_get_selectable_fd(p);
	int epoll = way->epoll_events ? epoll_on(fd, way->epoll_events) : -1;
	int most = way->epoll_events & EPOLLET ? -1 : 1;
	struct seen seen = {0};
	pid_t sender = spawn(streams, NULL);

	while (seen.packets < FRAMES / EVERY) {
		int read;

		wait_by(way, fd, epoll);
		read = dispatch(p, most, &seen);
		if (read <= 0) {
			printf("%s: read %d\n", way->name, read);
			exit(1);
		}
		CHECK_EQ(seen.last, WANTED);
	}
	join(sender);
	if (epoll >= 0)
		close(epoll);
}

/* Without a wait before it. */
static void reads_wait(pcap_t *p)
{
	struct seen seen = {0};
	pid_t sender = spawn(streams, NULL);

	while (seen.packets < FRAMES / EVERY)
		CHECK(dispatch(p, 1, &seen) > 0);
	join(sender);
}

static void nobody_is_woken_for_nothing(pcap_t *p)
{
	struct timespec brief = {0, 20000000};
	struct pollfd fd = {pcap_fileno(p), POLLIN, 0};

	for (int i = 0; i < 10; i++)
		far_sends(1);
	CHECK_EQ(syscall(SYS_ppoll, &fd, 1, &brief, NULL, KERNEL_SIGSET), 0);
}

int main(void)
{
	pcap_t *p;

	if (!kernel_has(6, 9))
		SKIP("before Linux 6.9 the filter runs when frames are read");
	veth_begin();
	far_end = far_socket();
	p = activated(NEAR "/x");
	filter(p, "ether[14] = 200");
	for (size_t i = 0; i < WAYS; i++)
		reads_by(p, &ways[i]);
	reads_wait(p);
	nobody_is_woken_for_nothing(p);
	pcap_close(p);
	veth_end();
	return 0;
}
