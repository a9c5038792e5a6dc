/* SPDX-License-Identifier: BSD-2-Clause */
#include "statistics.h"

#include <errno.h>
#include <inttypes.h>
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
	/* Killed, or still running: it has not written its counters. */
	if (atomic_load(&e->state) == REPORT_OPEN && !e->written)
		fprintf(stderr, "not closed, counters unknown\n");
	else
		fprintf(stderr,
			"%" PRIu64 " received, %" PRIu64 " read, %" PRIu64
			" dropped, %" PRIu64 " filtered, %" PRIu64 " sent\n",
			e->received, e->read, e->dropped, e->filtered, e->sent);
}

void statistics_print(const struct report *table)
{
	uint32_t taken = atomic_load(&table->taken);

	fflush(stderr);
	for (uint32_t i = 0; i < taken && i < REPORT_ENTRIES; i++)
		if (atomic_load(&table->entries[i].state) != REPORT_UNUSED)
			print_entry(&table->entries[i]);
	if (taken > REPORT_ENTRIES)
		fprintf(stderr, "nmrun: %" PRIu32 " more ports were opened\n",
			taken - REPORT_ENTRIES);
	if (!taken)
		fprintf(stderr,
			"nmrun: no netmap port was opened by libpcap or "
			"a packet socket\n");
}
