// SPDX-License-Identifier: BSD-2-Clause
/*
 * "vale0" names a switch and no port: the error says what is missing. An
 * interface that has such a name is libpcap's, as it always was.
 */
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "pcap_testing.h"

static void check_hint(const char *device)
{
	char errbuf[ABI_ERRBUF_SIZE] = "", expected[ABI_ERRBUF_SIZE];
	pcap_t *p = create(device);

	snprintf(expected, sizeof(expected),
		 "%s: not a netmap port name; use vale<switch>:<port>, for "
		 "example vale0:1, or netmap:<interface>",
		 device);
	CHECK_EQ(pcap_activate(p), ABI_ERROR);
	CHECK_TEXT(error_of(p), expected);
	pcap_close(p);
	CHECK(!pcap_open_live(device, 100, 0, 10, errbuf));
	CHECK_TEXT(errbuf, expected);
}

/* Other names that no interface has: what libpcap says of them. */
static void check_no_hint(const char *device)
{
	char errbuf[ABI_ERRBUF_SIZE] = "";

	CHECK(!pcap_open_live(device, 100, 0, 10, errbuf));
	CHECK(strstr(errbuf, device) == errbuf);
	CHECK(!strstr(errbuf, "netmap"));
}

/* In a network of the test's own, whose loopback gets the name. */
static void check_interface(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_newname = "vale0"};
	char errbuf[ABI_ERRBUF_SIZE] = "";
	struct nmd_info info;
	struct nmd_error why;
	pcap_t *p;
	int fd;

	if (unshare(CLONE_NEWNET) < 0)
		SKIP("a network of its own takes root: %s", strerror(errno));
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	CHECK(fd >= 0);
	CHECK_EQ(ioctl(fd, SIOCSIFNAME, &request), 0);
	request = (struct ifreq){.ifr_name = "vale0", .ifr_flags = IFF_UP};
	CHECK_EQ(ioctl(fd, SIOCSIFFLAGS, &request), 0);
	close(fd);
	p = pcap_open_live("vale0", 100, 0, 10, errbuf);
	CHECK_TEXT(errbuf, "");
	CHECK(p);
	CHECK_EQ(pcap_datalink(p), ABI_DLT_EN10MB);
	CHECK_EQ(nmd_list(&info, 1, &why), 0);
	pcap_close(p);
	check_hint("vale1");
}

int main(void)
{
	begin();
	unsetenv("PCAP_NETMAP_MAP");
	unsetenv("PCAP_NETMAP");
	check_hint("vale0");
	check_hint("valeab12");
	check_hint("vale\xc3\xa4:1");
	check_no_hint("vale");
	check_no_hint("vale_0");
	check_no_hint("ovale0");
	setenv("PCAP_NETMAP", "off", 1);
	check_no_hint("vale0");
	unsetenv("PCAP_NETMAP");
	check_interface();
	finish();
	return 0;
}
