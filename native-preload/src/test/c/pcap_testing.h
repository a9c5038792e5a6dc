/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the tests of the C face share: libpcap's functions as a program sees
 * them, a handle on a port, and packets from the port's other side.
 */
#ifndef PCAP_TESTING_H
#define PCAP_TESTING_H

#include <dlfcn.h>

#include "libpcap_abi.h"
#include "testing.h"

#define AFTER(...) , ##__VA_ARGS__
#define ON_HANDLE(result, name, parameters, arguments) \
	result name(pcap_t *AFTER parameters);
#define ON_NAME(result, name, parameters, arguments) \
	result name(const char *AFTER parameters);
#define ON_ALL(result, name, parameters, arguments) result name parameters;
#define USED(result, name, parameters)
#include "pcap_calls.def"

/* Functions of libpcap itself, by name. */
#define LIBPCAP(type, name) ((type)libpcap_symbol(name))

/* Not what our dlopen puts in its place. */
static inline void *load_libpcap(void)
{
	const char *before = getenv("PCAP_NETMAP");
	void *library;

	setenv("PCAP_NETMAP", "off", 1);
	library = dlopen("libpcap.so.0.8", RTLD_NOW);
	if (!library)
		library = dlopen("libpcap.so.1", RTLD_NOW);
	if (before)
		setenv("PCAP_NETMAP", before, 1);
	else
		unsetenv("PCAP_NETMAP");
	return library;
}

static inline void *libpcap_symbol(const char *name)
{
	static void *library;
	void *symbol;

	if (!library)
		library = load_libpcap();
	if (!library)
		SKIP("libpcap is not installed; on Debian: libpcap0.8");
	symbol = dlsym(library, name);
	CHECK(symbol);
	return symbol;
}

static inline const char *error_of(pcap_t *p)
{
	return LIBPCAP(char *(*)(pcap_t *), "pcap_geterr")(p);
}

#define CHECK_TEXT(left, right)                                               \
	do {                                                                  \
		const char *left_ = (left), *right_ = (right);                \
		if (strcmp(left_, right_) != 0) {                             \
			printf("%s:%d: %s is \"%s\", not \"%s\"\n", __FILE__, \
			       __LINE__, #left, left_, right_);               \
			exit(1);                                              \
		}                                                             \
	} while (0)

/* A handle before activate. */
static inline pcap_t *create(const char *device)
{
	char errbuf[ABI_ERRBUF_SIZE];
	pcap_t *p;

	/* Nothing works without the genuine library. */
	libpcap_symbol("pcap_open_dead");
	p = pcap_create(device, errbuf);
	CHECK(p);
	return p;
}

static inline pcap_t *activated(const char *device)
{
	pcap_t *p = create(device);

	CHECK_EQ(pcap_set_timeout(p, 100), 0);
	CHECK_EQ(pcap_activate(p), 0);
	return p;
}

static inline pcap_t *nonblocking(const char *device)
{
	char errbuf[ABI_ERRBUF_SIZE];
	pcap_t *p = activated(device);

	CHECK_EQ(pcap_setnonblock(p, 1, errbuf), 0);
	return p;
}

/* Sends frames of 60 bytes to everybody, numbered from first in byte 14. */
static inline void feed(const struct opened *o, uint8_t first, int count)
{
	uint8_t frame[60];

	for (int i = 0; i < count; i++) {
		make_frame(frame, 255, 2, sizeof(frame), 0);
		frame[14] = (uint8_t)(first + i);
		send_one(o, frame, sizeof(frame));
	}
}

/* What a callback saw. */
struct seen {
	int packets;
	uint8_t last; /* byte 14 of the last one */
	struct abi_pkthdr header;
	const unsigned char *bytes;
	pcap_t *stop; /* breakloop on it ... */
	int stop_at;  /* ... with this packet */
};

static inline void see(unsigned char *user, const struct abi_pkthdr *header,
		       const unsigned char *bytes)
{
	struct seen *seen = (struct seen *)user;

	seen->packets++;
	seen->last = header->caplen > 14 ? bytes[14] : 0;
	seen->header = *header;
	seen->bytes = bytes;
	if (seen->stop && seen->packets == seen->stop_at)
		pcap_breakloop(seen->stop);
}

static inline int dispatch(pcap_t *p, int count, struct seen *seen)
{
	return pcap_dispatch(p, count, see, (unsigned char *)seen);
}

/* Compiles and sets a filter. */
static inline void filter(pcap_t *p, const char *text)
{
	struct abi_program program;

	CHECK_EQ(pcap_compile(p, &program, text, 1, 0), 0);
	CHECK_EQ(pcap_setfilter(p, &program), 0);
	LIBPCAP(void (*)(struct abi_program *), "pcap_freecode")(&program);
}

#endif
