/* SPDX-License-Identifier: BSD-2-Clause */
#include "statistics.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report.h"

static struct report *complain(const char *call)
{
	fprintf(stderr, "nmrun: --stats: %s: %s\n", call, strerror(errno));
	return NULL;
}

/*
 * Programs reach the file through nmrun's own descriptor table, so that they
 * inherit nothing that they might close or trip over.
 */
struct report *statistics_begin(void)
{
	int fd = memfd_create("nmrun-stats", MFD_CLOEXEC);
	struct report *table;
	char path[64];

	if (fd < 0 || ftruncate(fd, sizeof(*table)) < 0)
		return complain("memfd_create");
	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	if (table == MAP_FAILED)
		return complain("mmap");
	table->magic = REPORT_MAGIC;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getpid(), fd);
	setenv("PCAP_NETMAP_STATS", path, 1);
	return table;
}

static void print_entry(const struct report_entry *e)
{
	const char *mapped = strcmp(e->device, e->spec) != 0 ? e->spec : "";

	fprintf(stderr,
		"nmrun: %.127s%s%.127s (%.31s[%" PRIu32 "]): ", e->device,
		*mapped ? "=" : "", mapped, e->program, e->pid);
	if (atomic_load(&e->state) == REPORT_REFUSED)
		fprintf(stderr, "not opened: %.511s\n", e->reason);
	/* Killed, or still running: it has not written its counters. */
	else if (atomic_load(&e->state) == REPORT_OPEN && !e->written)
		fprintf(stderr, "not closed, counters unknown\n");
	else
		fprintf(stderr,
			"%" PRIu64 " received, %" PRIu64 " read, %" PRIu64
			" dropped, %" PRIu64 " filtered, %" PRIu64 " sent\n",
			e->received, e->read, e->dropped, e->filtered, e->sent);
}

static bool is_idle(const struct report_entry *e)
{
	return atomic_load(&e->state) != REPORT_REFUSED && e->written &&
	       !e->received && !e->filtered && !e->sent;
}

/*
 * A socket that only asked for an interface's address, or a handle that a
 * program opened to try it, beside what it used: not worth a line.
 */
static bool says_nothing(const struct report *table, uint32_t taken, uint32_t i)
{
	const struct report_entry *e = &table->entries[i];

	for (uint32_t k = 0; is_idle(e) && k < taken; k++) {
		const struct report_entry *other = &table->entries[k];

		if (k != i && other->pid == e->pid &&
		    strcmp(other->device, e->device) == 0 &&
		    (k < i || !is_idle(other)))
			return true;
	}
	return false;
}

static void print_more(uint32_t n, const char *what)
{
	if (n > 0)
		fprintf(stderr, "nmrun: ports were %s %" PRIu32 " more times\n",
			what, n);
}

void statistics_print(const struct report *table)
{
	uint32_t taken = atomic_load(&table->taken);
	uint32_t held = taken < REPORT_ENTRIES ? taken : REPORT_ENTRIES;

	fflush(stderr);
	for (uint32_t i = 0; i < held; i++)
		if (atomic_load(&table->entries[i].state) != REPORT_UNUSED &&
		    !says_nothing(table, held, i))
			print_entry(&table->entries[i]);
	print_more(atomic_load(&table->more_opened), "opened");
	print_more(atomic_load(&table->more_refused), "not opened");
	if (!taken)
		fprintf(stderr,
			"nmrun: no netmap port was opened by libpcap or "
			"a packet socket\n");
}
