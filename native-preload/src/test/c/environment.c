// SPDX-License-Identifier: BSD-2-Clause
/*
 * The variables that a user sets: what they do, and that one that is no good is
 * an error which names it, and not silently something else.
 */
#include "handle.h"
#include "pcap_testing.h"

static uint32_t slots_of_port(void)
{
	struct nmd_info info;
	struct nmd_error why;
	uint32_t slots;
	pcap_t *p = activated("vale0:1");

	CHECK_EQ(nmd_list(&info, 1, &why), 1);
	slots = info.rx_slots;
	pcap_close(p);
	return slots;
}

static void check_good_slots(void)
{
	setenv("PCAP_NETMAP_SLOTS", "256", 1);
	CHECK_EQ(slots_of_port(), 256);
	setenv("PCAP_NETMAP_SLOTS", "0512", 1);
	CHECK_EQ(slots_of_port(), 512);
	setenv("PCAP_NETMAP_SLOTS", "", 1);
	CHECK_EQ(slots_of_port(), 4096);
	unsetenv("PCAP_NETMAP_SLOTS");
	CHECK_EQ(slots_of_port(), 4096);
}

static void check_fails(const char *device, const char *expected)
{
	char errbuf[ABI_ERRBUF_SIZE] = "";
	pcap_t *p = create(device);

	errno = 0;
	CHECK_EQ(pcap_activate(p), ABI_ERROR);
	CHECK_EQ(errno, EINVAL);
	CHECK_TEXT(error_of(p), expected);
	pcap_close(p);
	CHECK(!pcap_open_live(device, 100, 1, 10, errbuf));
	CHECK_TEXT(errbuf, expected);
}

static void check_bad_slots(void)
{
	static const char *const bad[] = {"abc",
					  "255",
					  "262145",
					  "512x",
					  " 512",
					  "-1",
					  "+512",
					  "0x200",
					  "1e3",
					  "999999",
					  "18446744073709552128"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char expected[ABI_ERRBUF_SIZE];

		snprintf(expected, sizeof(expected),
			 "vale0:1: PCAP_NETMAP_SLOTS=%s: slots are 256 to "
			 "262144; set it so, or unset it",
			 bad[i]);
		setenv("PCAP_NETMAP_SLOTS", bad[i], 1);
		check_fails("vale0:1", expected);
	}
	unsetenv("PCAP_NETMAP_SLOTS");
}

/* Whoever maps an interface does not want that interface itself. */
static void check_bad_mappings(void)
{
	static char longest[2 * DEVICE_NAME_SIZE] = "eth1=vale0:";
	char errbuf[ABI_ERRBUF_SIZE];

	setenv("PCAP_NETMAP_MAP", "eth0=vale0:1,eth1=lo", 1);
	check_fails("eth1", "eth1: lo: not a netmap port name; use "
			    "vale<switch>:<port>, for example vale0:1, or "
			    "netmap:<interface>");
	memset(longest + strlen(longest), 'x',
	       sizeof(longest) - strlen(longest) - 1);
	setenv("PCAP_NETMAP_MAP", longest, 1);
	CHECK(!pcap_open_live("eth1", 100, 1, 10, errbuf));
	CHECK(strstr(errbuf, "eth1: vale0:xxx"));
	CHECK(strstr(errbuf, "name too long"));
	unsetenv("PCAP_NETMAP_MAP");
}

int main(void)
{
	begin();
	unsetenv("PCAP_NETMAP");
	unsetenv("PCAP_NETMAP_MAP");
	check_good_slots();
	check_bad_slots();
	check_bad_mappings();
	finish();
	return 0;
}
