/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The variables that users set for the programs: PCAP_NETMAP, PCAP_NETMAP_MAP
 * (names.h) and PCAP_NETMAP_SLOTS. nmrun sets them by its options.
 */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include <stdbool.h>
#include <stdint.h>

/* What PCAP_NETMAP_SLOTS and nmrun --slots may be. */
#define MIN_SLOTS 256
#define MAX_SLOTS 262144

/* Bytes of a complaint, which fits behind a device's name into errbuf. */
#define COMPLAINT_SIZE 128

/* Reads a number of slots in decimal digits; false if it is none. */
bool slots_read(const char *text, uint32_t *slots);

/* PCAP_NETMAP=off: leave everything to libpcap. */
bool environment_off(void);

/*
 * Takes PCAP_NETMAP_SLOTS; *slots is 0 if it is not set. False: a variable is
 * no good, and complaint says in one line which, why, and what it may be.
 */
bool environment_slots(uint32_t *slots, char complaint[static COMPLAINT_SIZE]);

#endif
