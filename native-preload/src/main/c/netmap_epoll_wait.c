/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits in sets that ours are in. */
#include <errno.h>

#include "libc_calls.h"
#include "netmap_epoll.h"
#include "port.h"

/* Slots that were ever shown to the program; it never becomes less. */
static uint64_t shown(const struct nmd_port *port)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; port && i < port->rings.rx; i++)
		sum += load_relaxed(&port_rx_control(port, i)->granted);
	return sum;
}

/* Slots that were sent and are free again: all but those up to tail. */
static uint64_t freed(const struct nmd_port *port)
{
	const uint32_t slots = port ? port->geometry.tx_slots : 0;
	uint64_t sum = 0;

	for (uint32_t i = 0; port && i < port->rings.tx; i++) {
		uint32_t r = port->rings.first_tx + i;
		uint64_t sent = load_relaxed(&port->area->tx[r].sent);
		uint32_t tail = index_load(&nmd_tx_ring(port, i)->tail);

		sum += sent - (geometry_slot(sent + slots - 1, slots) + slots -
			       tail % slots) %
				      slots;
	}
	return sum;
}

/* EPOLLET: whether more has come to what holds since it was told. */
static bool is_new(struct watched *w, const struct netmap_file *f,
		   uint32_t held)
{
	const struct nmd_port *port = atomic_load(&f->port);
	uint64_t rx = shown(port), tx = freed(port);
	bool error = held & EPOLLERR;
	bool news = (held & EPOLL_READS && rx != w->told_rx) ||
		    (held & EPOLL_WRITES && tx != w->told_tx) ||
		    (error && !w->told_error);

	if (news) {
		w->told_rx = rx;
		w->told_tx = tx;
	}
	w->told_error = error;
	return news;
}

static short wanted(const struct watched *w)
{
	return (short)(w->event.events & 0xffff);
}

/* Whether a sender holds frames, which the next arming takes from it. */
static bool holds(const struct nmd_port *port)
{
	const _Atomic uint64_t *held = port->area->held;

	return port->draw && (load_acquire(&held[0]) | load_acquire(&held[1]) |
			      load_acquire(&held[2]) | load_acquire(&held[3]));
}

/* Whether a frame that comes now is announced, whatever was before. */
static bool is_armed(const struct nmd_port *port)
{
	for (uint32_t i = 0; i < port->rings.rx; i++)
		if (load_acquire(&port_rx_control(port, i)->armed) != 1)
			return false;
	return !holds(port);
}

/*
 * By an edge the kernel tells of each write to the FIFO; it is left alone while
 * one is sure to come, since arming writes to it for frames that lie there.
 */
static void arm(const struct watched *w, struct netmap_file *f)
{
	const struct nmd_port *port = atomic_load(&f->port);

	if (!(w->event.events & EPOLLET) || !port || !is_armed(port))
		netmap_poll_arm(f, wanted(w));
}

/* What holds of one of ours, and has not been told; 0: nothing. */
static uint32_t news_of(struct set *s, int epfd, struct watched *w,
			struct netmap_file *f)
{
	uint32_t events = w->event.events, held;

	if (w->spent)
		return 0;
	held = (uint32_t)netmap_poll_events(f, wanted(w));
	w->full = events & EPOLL_WRITES && !(held & (EPOLL_WRITES | EPOLLERR));
	if (held && events & EPOLLET && !is_new(w, f, held))
		held = 0;
	w->spent = held && events & EPOLLONESHOT;
	watched_ask_if_changed(epfd, w, f);
	/* The others would not be told of what comes while this one is busy. */
	if (held && events & EPOLLET && !w->spent &&
	    atomic_load(&s->sleepers) > 0)
		arm(w, f);
	return held;
}

/* To be told last the next time. */
static void move_to_end(struct watched **at)
{
	struct watched *w = *at;

	*at = w->next;
	while (*at)
		at = &(*at)->next;
	w->next = NULL;
	*at = w;
}

/* One that there was no room for: whoever sleeps is to look at it. */
static void pass_on(struct set *s, int epfd, struct watched *w)
{
	struct netmap_file *f = atomic_load(&s->sleepers) > 0 ? watched_file(w)
							      : NULL;

	if (!f)
		return;
	watched_ask(epfd, w, f);
	netmap_file_give_back(f);
}

static int tell_ours(struct set *s, int epfd, struct epoll_event *events,
		     int most)
{
	struct watched **at = &s->watched, *first_told = NULL;
	int n = 0;

	while (*at && *at != first_told && n < most) {
		struct watched *w = *at;
		struct netmap_file *f = watched_file(w);

		if (!f) {
			set_forget(s, at);
			continue;
		}
		events[n].events = news_of(s, epfd, w, f);
		events[n].data = w->event.data;
		netmap_file_give_back(f);
		if (events[n].events == 0) {
			at = &w->next;
			continue;
		}
		n++;
		first_told = first_told ? first_told : w;
		move_to_end(at);
	}
	if (n == most && *at && *at != first_told)
		pass_on(s, epfd, *at);
	return n;
}

/* Arms ours; whether to look again soon. */
static bool arm_ours(struct set *s)
{
	bool impatient = false;

	for (struct watched *w = s->watched; w; w = w->next) {
		struct netmap_file *f = w->spent ? NULL : watched_file(w);

		if (!f)
			continue;
		arm(w, f);
		impatient |= netmap_poll_impatient(f, wanted(w));
		netmap_file_give_back(f);
	}
	return impatient;
}

static bool has(uint32_t events, uint32_t names)
{
	return (events & names) == names;
}

/* The socket of an interface may tell an error. */
static bool is_mark_of(const struct watched *w, const struct epoll_event *e)
{
	const uint32_t errors = EPOLLERR | EPOLLHUP, events = e->events;

	if (e->data.u64 != w->event.data.u64 ||
	    events & ~(EPOLL_READS | EPOLL_WRITES | errors))
		return false;
	return has(events, EPOLL_READS) || has(events, EPOLL_WRITES) ||
	       (w->nic && !(events & ~errors));
}

static bool is_mark(const struct set *s, const struct epoll_event *e)
{
	const struct watched *lists[] = {s->watched, s->spare};

	for (int i = 0; i < 2; i++)
		for (const struct watched *w = lists[i]; w; w = w->next)
			if (is_mark_of(w, e))
				return true;
	return false;
}

/* Leaves out what the kernel says of ours; how many are left. */
static int without_ours(const struct set *s, struct epoll_event *events, int n)
{
	int left = 0;

	for (int i = 0; i < n; i++)
		if (!is_mark(s, &events[i]))
			events[left++] = events[i];
	return left;
}

/*
 * Instead of what the kernel says of ours, what holds. What it says for nothing
 * it shall not go on saying, to who polls the set.
 */
static int look_again(struct set *s, int epfd, struct epoll_event *events,
		      int n, int most)
{
	int state = set_lock(s), left = without_ours(s, events, n), told = 0;

	if (left < n) {
		told = tell_ours(s, epfd, events + left, most - left);
		if (told == 0)
			arm_ours(s);
	}
	set_unlock(s, state);
	return left + told;
}

/* A wait, with what a thread that is cancelled in it has to give back. */
struct waiting {
	struct set *set;
	int epfd;
	const sigset_t *mask;
	bool sleeps;
};

static void wake_up(struct waiting *w)
{
	if (w->sleeps)
		atomic_fetch_sub(&w->set->sleepers, 1);
	w->sleeps = false;
}

/* The others, where ours had all the room the last time. */
static int others_first(struct waiting *w, struct epoll_event *events, int most)
{
	int n, state;

	if (!atomic_load(&w->set->others_first))
		return 0;
	n = libc_calls.epoll_pwait(w->epfd, events, most, 0, w->mask);
	if (n <= 0)
		return n;
	state = set_lock(w->set);
	n = without_ours(w->set, events, n);
	set_unlock(w->set, state);
	return n;
}

/* How long to sleep, if ours have nothing to tell; says that it is asleep. */
static int fall_asleep(struct waiting *w, int64_t timeout_ns)
{
	if (timeout_ns == 0)
		return 0;
	if (arm_ours(w->set) &&
	    (timeout_ns < 0 || timeout_ns > NETMAP_POLL_AGAIN_NS))
		timeout_ns = NETMAP_POLL_AGAIN_NS;
	w->sleeps = true;
	atomic_fetch_add(&w->set->sleepers, 1);
	return netmap_poll_ms(timeout_ns);
}

/* One look at all, or one sleep: < 0: failed, 0: nothing yet. */
static int round_of(struct waiting *w, struct epoll_event *events, int most,
		    int64_t timeout_ns)
{
	int first = others_first(w, events, most), n, others, timeout_ms = 0;
	struct set *s = w->set;
	int state;

	if (first < 0)
		return -1;
	state = set_lock(s);
	n = first + tell_ours(s, w->epfd, events + first, most - first);
	atomic_store(&s->others_first, first == 0 && n == most);
	if (n == 0)
		timeout_ms = fall_asleep(w, timeout_ns);
	set_unlock(s, state);
	if (n == most || first > 0)
		return n;
	others = libc_calls.epoll_pwait(w->epfd, events + n, most - n,
					timeout_ms, w->mask);
	wake_up(w);
	if (others <= 0)
		return n > 0 ? n : others;
	if (n == 0)
		return look_again(s, w->epfd, events, others, most);
	state = set_lock(s);
	n += without_ours(s, events + n, others);
	set_unlock(s, state);
	return n;
}

static int wait_ours(struct waiting *w, struct epoll_event *events, int most,
		     int64_t timeout_ns)
{
	int64_t deadline = netmap_poll_deadline(timeout_ns), left = timeout_ns;

	if (most <= 0) {
		errno = EINVAL;
		return -1;
	}
	for (;;) {
		int n = round_of(w, events, most, left);

		if (n != 0 || left == 0)
			return n;
		left = netmap_poll_left(timeout_ns, deadline);
	}
}

static void give_back(void *waiting)
{
	struct waiting *w = waiting;

	wake_up(w);
	set_give_back(w->set);
}

/* Gives the set back, also of a thread that was cancelled while it slept. */
static int wait_taken(struct set *s, int epfd, struct epoll_event *events,
		      int most, int64_t timeout_ns, const sigset_t *mask)
{
	struct waiting w = {.set = s, .epfd = epfd, .mask = mask};
	int result;

	pthread_cleanup_push(give_back, &w);
	result = wait_ours(&w, events, most, timeout_ns);
	pthread_cleanup_pop(1);
	return result;
}

int netmap_epoll_look(int epfd, struct epoll_event *events, int n, int most)
{
	struct set *s = n > 0 ? set_take(epfd) : NULL;

	if (!s)
		return n;
	n = look_again(s, epfd, events, n, most);
	set_give_back(s);
	return n;
}

int netmap_epoll_wait(int epfd, struct epoll_event *events, int most,
		      int64_t timeout_ns, const sigset_t *mask)
{
	int64_t deadline = netmap_poll_deadline(timeout_ns), left = timeout_ns;

	for (;;) {
		struct set *s = set_take(epfd);
		int told, n;

		if (s)
			return wait_taken(s, epfd, events, most, left, mask);
		told = libc_calls.epoll_pwait(epfd, events, most,
					      netmap_poll_ms(left), mask);
		n = netmap_epoll_look(epfd, events, told, most);
		if (n != 0 || told == 0)
			return n;
		left = netmap_poll_left(timeout_ns, deadline);
	}
}
