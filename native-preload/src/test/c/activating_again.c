// SPDX-License-Identifier: BSD-2-Clause
/*
 * An activate that fails after the port was opened leaves nothing open, and the
 * next one succeeds. What makes it fail is memory for one packet that cannot be
 * had: malloc is the test's own.
 */
#include "pcap_testing.h"

/* Of no other allocation's size. */
#define SNAPLEN 77777

static bool refuses;

#if !UNDER_ASAN && !UNDER_TSAN
__attribute__((visibility("default"))) void *malloc(size_t size)
{
	static void *(*next)(size_t);

	if (refuses && size == SNAPLEN) {
		errno = ENOMEM;
		return NULL;
	}
	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "malloc");
	return next(size);
}
#endif

static void activate_in_vain(pcap_t *p)
{
	refuses = true;
	CHECK_EQ(pcap_activate(p), ABI_ERROR);
	refuses = false;
	CHECK_TEXT(error_of(p), "vale0:1: Cannot allocate memory");
	CHECK_EQ(listed(), 1);
	CHECK_EQ(pcap_fileno(p), -1);
}

int main(void)
{
	struct opened neighbour;
	struct seen seen = {0};
	char errbuf[ABI_ERRBUF_SIZE];
	pcap_t *p;

	if (UNDER_ASAN || UNDER_TSAN)
		SKIP("a sanitizer has a malloc of its own");
	begin();
	neighbour = open_raw("vale0:2");
	p = create("vale0:1");
	CHECK_EQ(pcap_set_snaplen(p, SNAPLEN), 0);
	activate_in_vain(p);
	activate_in_vain(p);
	CHECK_EQ(pcap_setnonblock(p, 1, errbuf), 0);
	CHECK_EQ(pcap_activate(p), 0);
	feed(&neighbour, 5, 1);
	CHECK_EQ(dispatch(p, -1, &seen), 1);
	CHECK_EQ(seen.last, 5);
	pcap_close(p);
	nmd_close(neighbour.port);
	finish();
	return 0;
}
