/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What nmrun --stats prints: a table in a file without a name that nmrun
 * makes. The programs it starts find it by PCAP_NETMAP_STATS and map it at
 * once, so that changing root, user or capabilities does not matter later;
 * they hold no descriptor of it.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdatomic.h>
#include <stdint.h>

#include "nmd.h"

#define REPORT_MAGIC 0x6e6d7233 /* "nmr3" */
#define REPORT_ENTRIES 256
/* So many of them at most are of ports that were refused. */
#define REPORT_REFUSALS (REPORT_ENTRIES / 2)

enum report_state {
	REPORT_UNUSED,
	REPORT_OPEN,
	REPORT_CLOSED,
	REPORT_REFUSED
};

struct report_entry {
	_Atomic uint32_t state; /* enum report_state */
	uint32_t pid;
	uint32_t written; /* the counters below are true */
	char program[32];
	char device[128];
	char spec[128];
	uint64_t received; /* passed the filter */
	uint64_t read;     /* handed to the program */
	uint64_t dropped;
	uint64_t filtered;
	uint64_t sent;
	uint64_t sent_bytes;
	char reason[512]; /* of REPORT_REFUSED, and nothing else */
};

struct report {
	uint32_t magic;
	_Atomic uint32_t taken;        /* entries given out */
	_Atomic uint32_t refused;      /* that were to have one */
	_Atomic uint32_t more_opened;  /* that have none */
	_Atomic uint32_t more_refused; /* that have none, told again or not */
	struct report_entry entries[REPORT_ENTRIES];
};

/* An entry for a port that was opened, or NULL when nobody asks for one. */
struct report_entry *report_begin(const char *device, const char *spec);

/*
 * Writes the port's counters as they are now, and how many frames the program
 * was handed; entry may be NULL.
 */
void report_update(struct report_entry *entry, const struct nmd_port *port,
		   uint64_t read);

/* The same, for the last time. */
void report_end(struct report_entry *entry, const struct nmd_port *port,
		uint64_t read);

/*
 * A port of /dev/netmap could not be opened: its program gets a number only.
 * What a program is told of it again and again is written once.
 */
void report_refused(const char *spec, const char *reason);

#endif
