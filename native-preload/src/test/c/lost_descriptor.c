// SPDX-License-Identifier: BSD-2-Clause
/*
 * A program that closes the port's descriptor has closed the port: once others
 * have noticed, each call says what happened and what to do.
 */
#include "pcap_testing.h"

/* Whoever looks around removes what belongs to nobody. */
static void look_around(void *unused)
{
	struct nmd_info info[4];
	struct nmd_error why;

	(void)unused;
	CHECK_EQ(nmd_list(info, 4, &why), 0);
}

static void check_says(pcap_t *p, const char *what)
{
	const char *text = error_of(p);

	if (strstr(text, what) != text ||
	    !strstr(text, ": the program has closed the port's descriptor") ||
	    !strstr(text, "; close only descriptors")) {
		printf("\"%s\" does not begin with \"%s\", tell the reason "
		       "and the remedy\n",
		       text, what);
		exit(1);
	}
	CHECK(strlen(text) < ABI_ERRBUF_SIZE - 1);
}

int main(void)
{
	uint8_t frame[60];
	struct seen seen = {0};
	pcap_t *p;

	begin();
	p = nonblocking("vale0:1");
	make_frame(frame, 255, 1, sizeof(frame), 0);
	CHECK_EQ(close(pcap_get_selectable_fd(p)), 0);
	join(spawn(look_around, NULL));

	CHECK_EQ(dispatch(p, -1, &seen), ABI_ERROR);
	check_says(p, "vale0:1: cannot read: ");
	CHECK_EQ(pcap_inject(p, frame, sizeof(frame)), ABI_ERROR);
	CHECK_EQ(errno, EBADF);
	check_says(p, "vale0:1: cannot send: ");
	CHECK_EQ(pcap_setdirection(p, ABI_D_IN), ABI_ERROR);
	check_says(p, "vale0:1: cannot set the direction: ");
	pcap_close(p);
	finish();
	return 0;
}
