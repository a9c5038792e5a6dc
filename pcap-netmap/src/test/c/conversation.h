/* SPDX-License-Identifier: BSD-2-Clause */
/* A TCP connection of the host's over a pair of interfaces, for tests. */
#ifndef CONVERSATION_H
#define CONVERSATION_H

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "veth.h"

#define PORT 7077
#define CHUNK 65536

static inline struct sockaddr_in address_of(const char *host)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons(PORT)};

	inet_pton(AF_INET, host, &at.sin_addr);
	return at;
}

static inline void send_all(int fd, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		CHECK(n > 0);
		bytes += n;
		len -= (size_t)n;
	}
}

static inline void receive_all(int fd, uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = recv(fd, bytes, len, 0);

		CHECK(n > 0);
		bytes += n;
		len -= (size_t)n;
	}
}

/* Sends back all that comes, until it ends. */
static inline void echo_at(const char *host, struct event *ready)
{
	static uint8_t bytes[CHUNK];
	struct sockaddr_in at = address_of(host);
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd, one = 1;
	ssize_t n;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	CHECK_EQ(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
	CHECK_EQ(listen(listener, 1), 0);
	event_set(*ready);
	fd = accept(listener, NULL, NULL);
	CHECK(fd >= 0);
	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		send_all(fd, bytes, (size_t)n);
}

/* The far host's, in a process of its own. */
static inline void echoes(void *ready)
{
	go_far();
	echo_at(FAR_ADDRESS, ready);
}

/* The near host's. */
static inline void echoes_near(void *ready)
{
	echo_at(NEAR_ADDRESS, ready);
}

/* A transfer there and back, whose every byte is checked. */
static inline void transfer(int fd, uint32_t chunks)
{
	static uint8_t sent[CHUNK], got[CHUNK];

	for (uint32_t i = 0; i < chunks; i++) {
		memset(sent, (int)(i + 1), sizeof(sent));
		send_all(fd, sent, sizeof(sent));
		receive_all(fd, got, sizeof(got));
		CHECK_EQ(memcmp(sent, got, sizeof(got)), 0);
	}
}

/* One character there and back, as somebody types it. */
static inline void keystroke(int fd)
{
	uint8_t c = 'k';

	send_all(fd, &c, 1);
	receive_all(fd, &c, 1);
	CHECK_EQ(c, 'k');
}

static inline int connect_to(const char *host)
{
	struct sockaddr_in at = address_of(host);
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	CHECK(fd >= 0);
	CHECK_EQ(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* From the near host. */
static inline int connect_far(void)
{
	return connect_to(FAR_ADDRESS);
}

/* From the far host. */
static inline int connect_near(void)
{
	int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), fd;

	CHECK(here >= 0);
	go_far();
	fd = connect_to(NEAR_ADDRESS);
	CHECK_EQ(setns(here, CLONE_NEWNET), 0);
	close(here);
	return fd;
}

#endif
