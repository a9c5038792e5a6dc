/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of libpcap's binary interface that passes through this library, on
 * 64-bit Linux: three structures that programs read, three that they hand over,
 * and the numbers that functions take and return. Written from the documented
 * facts, under names of our own, so that building needs no libpcap header; a
 * test that includes the real header compares every size, offset and number.
 */
#ifndef LIBPCAP_ABI_H
#define LIBPCAP_ABI_H

#include <stdint.h>
#include <stdio.h>
#include <sys/time.h>

/* Never looked into: fields are libpcap's business. */
typedef struct pcap pcap_t;
typedef struct pcap_dumper pcap_dumper_t;

/* What a callback gets beside the bytes of a packet. */
struct abi_pkthdr {
	struct timeval ts; /* tv_usec holds nanoseconds when asked for */
	uint32_t caplen;   /* bytes that are there */
	uint32_t len;      /* bytes that were on the wire */
};

struct abi_insn {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

struct abi_program {
	unsigned int bf_len;
	struct abi_insn *bf_insns;
};

struct abi_stat {
	unsigned int ps_recv;   /* passed the filter, read or not */
	unsigned int ps_drop;   /* of these, lost for lack of room */
	unsigned int ps_ifdrop; /* lost by the interface */
};

/* An entry of the list of interfaces; each part is malloc's own. */
struct abi_if {
	struct abi_if *next;
	char *name;
	char *description; /* or NULL */
	void *addresses;
	uint32_t flags; /* ABI_IF_... */
};

enum {
	ABI_IF_LOOPBACK = 0x1,
	ABI_IF_UP = 0x2,
	ABI_IF_RUNNING = 0x4,
	ABI_IF_CONNECTED = 0x10
};

typedef void (*abi_handler)(unsigned char *user, const struct abi_pkthdr *,
			    const unsigned char *bytes);

/* What functions return. */
enum {
	ABI_ERROR = -1,
	ABI_ERROR_BREAK = -2,
	ABI_ERROR_NOT_ACTIVATED = -3,
	ABI_ERROR_ACTIVATED = -4,
	ABI_ERROR_NO_SUCH_DEVICE = -5,
	ABI_ERROR_RFMON_NOTSUP = -6,
	ABI_ERROR_PERM_DENIED = -8,
	ABI_ERROR_IFACE_NOT_UP = -9,
	ABI_ERROR_TSTAMP_PRECISION_NOTSUP = -12,
	ABI_WARNING_TSTAMP_TYPE_NOTSUP = 3,
};

enum {
	ABI_D_INOUT = 0,
	ABI_D_IN = 1,
	ABI_D_OUT = 2
};
enum {
	ABI_PRECISION_MICRO = 0,
	ABI_PRECISION_NANO = 1
};
enum {
	ABI_TSTAMP_HOST = 0
};
enum {
	ABI_DLT_EN10MB = 1,
	ABI_DLT_DOCSIS = 143
};

#define ABI_ERRBUF_SIZE 256

#endif
