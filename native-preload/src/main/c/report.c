/* SPDX-License-Identifier: BSD-2-Clause */
#include "report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "handle.h"
#include "injector.h"

/* Counters of handles that the program left open. */
static void update_entry(struct handle *h)
{
	if (h->port)
		report_update(h->report, h->port, h->frames);
}

/* Ports that packet sockets sent on read nothing. */
static void update_injector(struct injector *i)
{
	report_update(i->report, i->tx.port, 0);
}

/* Runs before libraries are finished, so that the ports are still there. */
static void update_at_exit(void)
{
	handle_each(update_entry);
	injector_each(update_injector);
}

static struct report *table;

/* Nothing that is shorter: looking at what a file lacks is SIGBUS. */
static struct report *map_whole(int fd)
{
	struct report *found;
	struct stat is;

	if (fstat(fd, &is) < 0 || !S_ISREG(is.st_mode) ||
	    is.st_size < (off_t)sizeof(*found))
		return NULL;
	found = mmap(NULL, sizeof(*found), PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	return found == MAP_FAILED ? NULL : found;
}

/*
 * At load, and not when a port is opened: a program that has given up its
 * privileges by then may not look at nmrun's descriptors. Costs nothing when
 * nobody asks for statistics, and leaves no descriptor.
 */
__attribute__((constructor)) static void map_table(void)
{
	const char *path = getenv("PCAP_NETMAP_STATS");
	int error = errno;
	struct report *found;
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

	errno = error;
	if (fd < 0)
		return;
	found = map_whole(fd);
	close(fd);
	errno = error;
	if (!found || found->magic != REPORT_MAGIC)
		return;
	table = found;
	atexit(update_at_exit);
}

/* The next one of the table, its state not yet set; NULL: there is none. */
static struct report_entry *take(const char *device, const char *spec)
{
	uint32_t index = atomic_load(&table->taken);
	struct report_entry *entry;

	do {
		if (index >= REPORT_ENTRIES)
			return NULL;
	} while (!atomic_compare_exchange_weak(&table->taken, &index,
					       index + 1));
	entry = &table->entries[index];
	entry->pid = (uint32_t)getpid();
	snprintf(entry->program, sizeof(entry->program), "%s",
		 program_invocation_short_name);
	snprintf(entry->device, sizeof(entry->device), "%s", device);
	snprintf(entry->spec, sizeof(entry->spec), "%s", spec);
	return entry;
}

struct report_entry *report_begin(const char *device, const char *spec)
{
	struct report_entry *entry = table ? take(device, spec) : NULL;

	if (entry)
		atomic_store(&entry->state, REPORT_OPEN);
	else if (table)
		atomic_fetch_add(&table->more_opened, 1);
	return entry;
}

void report_update(struct report_entry *entry, const struct nmd_port *port,
		   uint64_t read)
{
	struct nmd_stats counters = {.size = sizeof(counters)};

	if (!entry || nmd_stats(port, &counters) < 0)
		return;
	entry->received = counters.accepted + counters.dropped;
	entry->read = read;
	entry->dropped = counters.dropped;
	entry->filtered = counters.filtered;
	entry->sent = counters.sent;
	entry->sent_bytes = counters.sent_bytes;
	entry->written = 1;
}

void report_end(struct report_entry *entry, const struct nmd_port *port,
		uint64_t read)
{
	if (!entry)
		return;
	report_update(entry, port, read);
	atomic_store(&entry->state, REPORT_CLOSED);
}

static bool is_told(const char *spec, const char *reason)
{
	uint32_t taken = atomic_load(&table->taken);

	for (uint32_t i = 0; i < taken && i < REPORT_ENTRIES; i++) {
		const struct report_entry *e = &table->entries[i];

		if (atomic_load(&e->state) == REPORT_REFUSED &&
		    e->pid == (uint32_t)getpid() &&
		    strncmp(e->device, spec, sizeof(e->device) - 1) == 0 &&
		    strncmp(e->reason, reason, sizeof(e->reason) - 1) == 0)
			return true;
	}
	return false;
}

void report_refused(const char *spec, const char *reason)
{
	struct report_entry *entry = NULL;

	if (!table || is_told(spec, reason))
		return;
	if (atomic_fetch_add(&table->refused, 1) < REPORT_REFUSALS)
		entry = take(spec, spec);
	if (!entry) {
		atomic_fetch_add(&table->more_refused, 1);
		return;
	}
	snprintf(entry->reason, sizeof(entry->reason), "%s", reason);
	atomic_store(&entry->state, REPORT_REFUSED);
}
