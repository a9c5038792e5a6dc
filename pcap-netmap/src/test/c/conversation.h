/* SPDX-License-Identifier: BSD-2-Clause */
/* A TCP connection of the host's over a pair of interfaces, for tests. */
#ifndef CONVERSATION_H
#define CONVERSATION_H

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "veth.h"

#define PORT 7077
#define CHUNK 65536

static inline struct sockaddr_in server_address(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
				 .sin_port = htons(PORT)};

	inet_pton(AF_INET, FAR_ADDRESS, &at.sin_addr);
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

/* Sends back all that comes, in another process's namespace. */
static inline void echoes(void *ready)
{
	static uint8_t bytes[CHUNK];
	struct sockaddr_in at = server_address();
	int listener, fd;
	ssize_t n;

	go_far();
	listener = socket(AF_INET, SOCK_STREAM, 0);
	CHECK_EQ(bind(listener, (struct sockaddr *)&at, sizeof(at)), 0);
	CHECK_EQ(listen(listener, 1), 0);
	event_set(*(struct event *)ready);
	fd = accept(listener, NULL, NULL);
	CHECK(fd >= 0);
	while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		send_all(fd, bytes, (size_t)n);
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

static inline int connect_far(void)
{
	struct sockaddr_in at = server_address();
	int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;

	CHECK(fd >= 0);
	CHECK_EQ(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

#endif
