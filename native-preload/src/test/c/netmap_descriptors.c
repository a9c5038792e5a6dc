// SPDX-License-Identifier: BSD-2-Clause
/*
 * What becomes of a port's descriptor: duplicated, inherited, passed to another
 * process, closed with all others; the port goes with the last of them, and
 * not before.
 */
#include <pthread.h>

#include "netmap_epoll_testing.h"
#include "netmap_passing.h"

static bool can_be_had_alone(const char *name)
{
	struct register_request alone = {.flags = REGISTER_EXCLUSIVE};
	struct netmap_port p;
	int error = netmap_try(name, alone, &p);

	CHECK(error == 0 || error == EBUSY);
	if (error == 0)
		CHECK_EQ(close(p.fd), 0);
	return error == 0;
}

/* One frame from p arrives at other. */
static void check_sends(int fd, const struct netmap_port *p, int other_fd,
			const struct netmap_port *other)
{
	CHECK_EQ(fill_ring(netmap_tx_ring(p, 0), 7, 1), 1);
	CHECK_EQ(ioctl(fd, NETMAP_TXSYNC, NULL), 0);
	CHECK_EQ(ioctl(other_fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(empty_ring(netmap_rx_ring(other, 0), 7), 1);
	CHECK_EQ(ioctl(other_fd, NETMAP_RXSYNC, NULL), 0);
}

static void check_duplicates(void)
{
	struct netmap_port a = netmap_port("vale0:1");
	struct netmap_port b = netmap_port("vale0:2");
	int copy = dup(a.fd), high = fcntl(copy, F_DUPFD_CLOEXEC, 200);

	CHECK_EQ(close(a.fd), 0);
	check_sends(copy, &a, b.fd, &b);
	CHECK_EQ(dup2(high, copy), copy);
	check_sends(copy, &a, b.fd, &b);
	CHECK_EQ(close(high), 0);
	check_sends(copy, &a, b.fd, &b);
	CHECK(!can_be_had_alone("vale0:1"));
	CHECK_EQ(close(copy), 0);
	/* The mapping stays, and with the module the port by it. */
	CHECK_EQ(can_be_had_alone("vale0:1"), DIFFERS(false, true));
	CHECK_EQ(a.nif->tx_rings, 1);
	munmap(a.memory, a.memory_size);
	CHECK(can_be_had_alone("vale0:1"));
	netmap_close(&b);
}

/* Registered under all numbers that it has, mapped twice. */
static void check_registered_later(void)
{
	int fd = netmap_open(), copy = dup(fd);
	struct register_request r = {.mode = MODE_ALL_NIC};
	struct netmap_port p, b = netmap_port("vale0:2");
	uint8_t *second;

	CHECK_EQ(netmap_ask(copy, REQUEST_REGISTER, "vale0:1", &r), 0);
	p = (struct netmap_port){.fd = fd, .answer = r};
	netmap_map(&p);
	second = mmap(NULL, r.memsize, PROT_READ | PROT_WRITE, MAP_SHARED, copy,
		      0);
	CHECK(second != MAP_FAILED && second != p.memory);
	p.nif = (void *)(second + r.offset);
	check_sends(fd, &p, b.fd, &b);
	CHECK_EQ(munmap(second, r.memsize), 0);
	CHECK_EQ(close(copy), 0);
	netmap_close(&p);
	netmap_close(&b);
}

struct family {
	struct netmap_port a, b;
	struct event parent_closed, child_done;
};

static void child_goes_on(void *argument)
{
	struct family *f = argument;

	event_wait(f->parent_closed);
	check_sends(f->a.fd, &f->a, f->b.fd, &f->b);
	CHECK(!can_be_had_alone("vale0:1"));
	netmap_close(&f->a);
	CHECK(can_be_had_alone("vale0:1"));
	netmap_close(&f->b);
	event_set(f->child_done);
}

static void check_fork(void)
{
	struct family f = {netmap_port("vale0:1"), netmap_port("vale0:2"),
			   event_new(), event_new()};
	pid_t pid = spawn(child_goes_on, &f);

	netmap_close(&f.a);
	netmap_close(&f.b);
	event_set(f.parent_closed);
	event_wait(f.child_done);
	join(pid);
}

/* It opens, registers and passes, as netmap's fd_server does, and ends. */
static void serve_descriptors(void *argument)
{
	int socket = *(int *)argument;
	struct netmap_port a = netmap_port("vale0:1");
	struct netmap_port b = netmap_port("vale0:2");

	pass(socket, a.fd, &a.answer);
	pass(socket, b.fd, &b.answer);
}

static void check_passing(void)
{
	int sockets[2];
	struct netmap_port a, b;
	pid_t pid;

	CHECK_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sockets), 0);
	pid = spawn(serve_descriptors, &sockets[1]);
	a = receive_passed(sockets[0]);
	b = receive_passed(sockets[0]);
	join(pid);
	check_sends(a.fd, &a, b.fd, &b);
	check_sends(b.fd, &b, a.fd, &a);
	CHECK(!can_be_had_alone("vale0:1"));
	netmap_close(&a);
	CHECK(can_be_had_alone("vale0:1"));
	netmap_close(&b);
	close(sockets[0]);
	close(sockets[1]);
}

static void close_all_and_check(void *argument)
{
	(void)argument;
	CHECK_EQ(close_range(3, ~0u, 0), 0);
	CHECK(!can_be_had_alone("vale0:1")); /* the parent has it */
}

/* A daemon closes all numbers, of which two are the same port's. */
static void check_closing_all(void)
{
	struct netmap_port a = netmap_port("vale0:1");

	CHECK(dup(a.fd) >= 0);
	join(spawn(close_all_and_check, NULL));
	closefrom(3);
	CHECK_EQ(can_be_had_alone("vale0:1"), DIFFERS(false, true));
	munmap(a.memory, a.memory_size);
	CHECK(can_be_had_alone("vale0:1"));
}

static void *send_soon(void *argument)
{
	usleep(50000);
	send_a_frame(argument);
	return NULL;
}

static void check_epoll(void)
{
	struct netmap_port a = netmap_port("vale0:1");
	struct netmap_port b = netmap_port("vale0:2");
	struct epoll_event e = {.events = EPOLLIN, .data.u64 = 11};
	struct event other = event_new();
	int set = epoll_create1(EPOLL_CLOEXEC);
	pthread_t thread;

	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, a.fd, &e), 0);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, a.fd, &e), -1);
	CHECK_EQ(errno, EEXIST);
	e.data.u64 = 12;
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, other.fd, &e), 0);
	CHECK_EQ(wait_in(set, 0).events, 0);
	CHECK_EQ(wait_in(set, 30).events, 0);

	CHECK_EQ(pthread_create(&thread, NULL, send_soon, &b), 0);
	e = wait_in(set, PATIENCE_MS);
	CHECK(e.events == EPOLLIN && e.data.u64 == 11);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(wait_in(set, 0).events, EPOLLIN); /* by level */
	CHECK_EQ(empty_ring(netmap_rx_ring(&a, 0), 0), 1);
	CHECK_EQ(wait_in(set, 0).events, 0);
	event_set(other);
	e = wait_in(set, PATIENCE_MS);
	CHECK(e.events == EPOLLIN && e.data.u64 == 12);
	event_wait(other);

	e = (struct epoll_event){.events = EPOLLIN | EPOLLET, .data.u64 = 13};
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_MOD, a.fd, &e), 0);
	send_a_frame(&b);
	CHECK_EQ(wait_in(set, PATIENCE_MS).data.u64, 13);
	CHECK_EQ(wait_in(set, 10).events, 0); /* told by the edge */
	send_a_frame(&b);
	CHECK_EQ(wait_in(set, PATIENCE_MS).data.u64, 13);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_DEL, a.fd, NULL), 0);
	send_a_frame(&b);
	CHECK_EQ(wait_in(set, 10).events, 0);
	CHECK_EQ(close(set), 0);
	CHECK_EQ(close(other.fd), 0);
	netmap_close(&a);
	netmap_close(&b);
}

/*
 * A number in a set that is another file's by now is not in the set. It goes
 * first: both are files that have not been used before.
 */
static void check_another_file(void)
{
	struct netmap_port a = netmap_port("vale0:1");
	struct netmap_port b = netmap_port("vale0:2");
	struct netmap_port from = netmap_port("vale0:3");
	struct epoll_event e = {.events = EPOLLIN, .data.u64 = 21};
	int set = epoll_create1(EPOLL_CLOEXEC), number = a.fd;

	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, number, &e), 0);
	netmap_close(&a);
	CHECK_EQ(dup2(b.fd, number), number);
	e.data.u64 = 22;
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, number, &e), 0);
	CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, number, &e), -1);
	CHECK_EQ(errno, EEXIST);
	send_a_frame(&from);
	CHECK_EQ(wait_in(set, PATIENCE_MS).data.u64, 22);
	CHECK_EQ(close(set), 0);
	CHECK_EQ(close(number), 0);
	netmap_close(&b);
	netmap_close(&from);
}

/* Several at once, ours and others, by poll. */
static void check_poll_of_many(void)
{
	struct netmap_port a = netmap_port("vale0:1");
	struct netmap_port b = netmap_port("vale0:2");
	struct event other = event_new();
	struct pollfd fds[] = {{other.fd, POLLIN, 0},
			       {a.fd, POLLIN, 0},
			       {-1, POLLIN, 0},
			       {b.fd, POLLIN, 0}};
	pthread_t thread;

	CHECK_EQ(poll(fds, 4, 0), 0);
	CHECK_EQ(poll(fds, 4, 20), 0);
	CHECK_EQ(pthread_create(&thread, NULL, send_soon, &b), 0);
	CHECK_EQ(poll(fds, 4, PATIENCE_MS), 1);
	CHECK(fds[1].revents == POLLIN && !fds[0].revents && !fds[3].revents);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	event_set(other);
	CHECK_EQ(poll(fds, 4, PATIENCE_MS), 2);
	CHECK(fds[0].revents == POLLIN && fds[1].revents == POLLIN);
	fds[3].events = POLLIN | POLLOUT;
	CHECK_EQ(poll(fds, 4, PATIENCE_MS), 3);
	CHECK_EQ(fds[3].revents, POLLOUT);
	event_wait(other);
	CHECK_EQ(close(other.fd), 0);
	netmap_close(&a);
	netmap_close(&b);
}

/* A full pipe is not writable until the other end has read. */
static void check_full_pipe(void)
{
	struct netmap_port a = netmap_port("vale0:p{1");
	struct netmap_port b = netmap_port("vale0:p}1");
	struct netmap_ring *ring = netmap_tx_ring(&a, 0);
	struct pollfd fd = {a.fd, POLLOUT, 0};
	uint32_t sent = 0;

	do {
		sent += fill_ring(ring, sent, 100);
		CHECK_EQ(ioctl(a.fd, NETMAP_TXSYNC, NULL), 0);
	} while (slots_in(ring) > 0);
	CHECK_EQ(poll(&fd, 1, 0), 0);
	CHECK_EQ(poll(&fd, 1, 20), 0);
	CHECK_EQ(ioctl(b.fd, NETMAP_RXSYNC, NULL), 0);
	CHECK(empty_ring(netmap_rx_ring(&b, 0), 0) > 0);
	CHECK_EQ(ioctl(b.fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(poll(&fd, 1, PATIENCE_MS), 1);
	CHECK_EQ(fd.revents, POLLOUT);
	netmap_close(&a);
	netmap_close(&b);
}

int main(void)
{
	begin();
	check_another_file();
	check_duplicates();
	check_registered_later();
	check_fork();
	check_passing();
	check_epoll();
	check_poll_of_many();
	check_full_pipe();
	check_closing_all();
	finish();
	return 0;
}
