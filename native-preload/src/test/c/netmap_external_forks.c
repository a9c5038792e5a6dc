// SPDX-License-Identifier: BSD-2-Clause
/*
 * A port in external memory can be closed whatever a registration in other
 * memory, which may have much to copy, is at: by the child of a fork that came
 * meanwhile, and by a signal's handler that interrupted it.
 */
#include <pthread.h>
#include <signal.h>

#include "netmap_testing.h"

#define SMALL (16u << 20)
#define LARGE (128u << 20)
#define FORKS 40
#define SIGNALS 5

static atomic_bool done;
static struct netmap_port to_close;

static uint8_t *memory_of(size_t size, int flags)
{
	uint8_t *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			       flags | MAP_ANONYMOUS, -1, 0);

	CHECK(memory != MAP_FAILED);
	return memory;
}

static struct netmap_port open_in(const char *name, void *memory, size_t size)
{
	struct external_option o = netmap_external(memory, size);
	struct register_request r = {0};
	struct netmap_port p;

	CHECK_EQ(netmap_try_external(name, r, &o, &p), 0);
	return p;
}

/* Of private memory, all of which is copied once. */
static void open_large(void)
{
	uint8_t *memory = memory_of(LARGE, MAP_PRIVATE);
	struct netmap_port p = open_in("vale1:large", memory, LARGE);

	CHECK_EQ(close(p.fd), 0);
	CHECK_EQ(munmap(memory, LARGE), 0);
}

static void *open_and_close(void *unused)
{
	(void)unused;
	while (!atomic_load(&done))
		open_large();
	return NULL;
}

static void close_it(void *unused)
{
	(void)unused;
	alarm(PATIENCE_MS / 1000);
	CHECK_EQ(close(to_close.fd), 0);
	_exit(0);
}

static void check_forks(void)
{
	uint8_t *memory = memory_of(SMALL, MAP_SHARED);
	pthread_t thread;

	to_close = open_in("vale0:a", memory, SMALL);
	CHECK_EQ(pthread_create(&thread, NULL, open_and_close, NULL), 0);
	for (int i = 0; i < FORKS; i++) {
		usleep(10000);
		join(spawn(close_it, NULL));
	}
	atomic_store(&done, true);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(close(to_close.fd), 0);
	CHECK_EQ(munmap(memory, SMALL), 0);
}

static void on_signal(int number)
{
	int error = errno;

	(void)number;
	if (close(to_close.fd) < 0)
		abort();
	to_close.fd = -1;
	errno = error;
}

static unsigned long shared_pages(void)
{
	FILE *statm = fopen("/proc/self/statm", "re");
	unsigned long shared;

	CHECK(statm);
	CHECK_EQ(fscanf(statm, "%*s %*s %lu", &shared), 1);
	fclose(statm);
	return shared;
}

/* When half of the memory's copy is there, it is being made. */
static void *interrupt(void *thread)
{
	unsigned long before = shared_pages();

	while (shared_pages() < before + LARGE / 2 / 4096)
		if (atomic_load(&done))
			return NULL;
	pthread_kill(*(pthread_t *)thread, SIGUSR1);
	return NULL;
}

static void check_handler(void)
{
	uint8_t *memory = memory_of(SMALL, MAP_SHARED);
	struct sigaction action = {.sa_handler = on_signal};
	pthread_t self = pthread_self(), thread;

	to_close = open_in("vale0:a", memory, SMALL);
	sigaction(SIGUSR1, &action, NULL);
	atomic_store(&done, false);
	CHECK_EQ(pthread_create(&thread, NULL, interrupt, &self), 0);
	alarm(2 * PATIENCE_MS / 1000);
	open_large();
	alarm(0);
	atomic_store(&done, true);
	CHECK_EQ(pthread_join(thread, NULL), 0);
	signal(SIGUSR1, SIG_DFL);
	if (to_close.fd >= 0) {
		printf("the copy was made before it could be interrupted\n");
		CHECK_EQ(close(to_close.fd), 0);
	}
	CHECK_EQ(munmap(memory, SMALL), 0);
}

int main(void)
{
	begin();
	if (on_module())
		SKIP("the kernel's netmap copies no memory");
	if (UNDER_TSAN)
		SKIP("TSan takes each free in a handler for an error");
	for (int i = 0; i < SIGNALS; i++)
		check_handler();
	if (!UNDER_ASAN) /* whose locks are not renewed in a child */
		check_forks();
	finish();
	return 0;
}
