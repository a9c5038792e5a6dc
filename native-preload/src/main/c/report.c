/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "handle.h"

/* Counters of handles that the program left open. */
static void update_entry(struct handle *h)
{
	if (h->port)
		report_update(h->report, h->port);
}

/* Runs before libraries are finished, so that the ports are still there. */
static void update_at_exit(void)
{
	handle_each(update_entry);
}

/* The table, mapped once and for good; NULL: none, or not ours to write. */
static struct report *open_report(void)
{
	static _Atomic(struct report *) known;
	const char *path = getenv("PCAP_NETMAP_STATS");
	struct report *table = atomic_load(&known);
	int fd;

	if (table || !path)
		return table;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	close(fd);
	if (table == MAP_FAILED)
		return NULL;
	if (table->magic != REPORT_MAGIC) {
		munmap(table, sizeof(*table));
		return NULL;
	}
	atomic_store(&known, table);
	atexit(update_at_exit);
	return table;
}

struct report_entry *report_begin(const char *device, const char *spec)
{
	int error = errno;
	struct report *table = open_report();
	struct report_entry *entry;
	uint32_t index;

	errno = error;
	if (!table)
		return NULL;
	index = atomic_fetch_add(&table->taken, 1);
	if (index >= REPORT_ENTRIES)
		return NULL;
	entry = &table->entries[index];
	entry->pid = (uint32_t)getpid();
	snprintf(entry->program, sizeof(entry->program), "%s",
		 program_invocation_short_name);
	snprintf(entry->device, sizeof(entry->device), "%s", device);
	snprintf(entry->spec, sizeof(entry->spec), "%s", spec);
	atomic_store(&entry->state, REPORT_OPEN);
	return entry;
}

void report_update(struct report_entry *entry, const struct nmd_port *port)
{
	struct nmd_stats counters = {.size = sizeof(counters)};

	if (!entry || nmd_stats(port, &counters) < 0)
		return;
	entry->received = counters.accepted + counters.dropped;
	entry->read = counters.consumed;
	entry->dropped = counters.dropped;
	entry->filtered = counters.filtered;
	entry->sent = counters.sent;
	entry->sent_bytes = counters.sent_bytes;
}

void report_end(struct report_entry *entry, const struct nmd_port *port)
{
	if (!entry)
		return;
	report_update(entry, port);
	atomic_store(&entry->state, REPORT_CLOSED);
}
