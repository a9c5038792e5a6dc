// SPDX-License-Identifier: BSD-2-Clause
/*
 * pcap_findalldevs: libpcap's list as it is, and in it the names that are
 * mapped, the ports that are open, the switches they are on.
 */
#include <sched.h>

#include "pcap_testing.h"

typedef int (*findalldevs)(struct abi_if **list, char *errbuf);
typedef char *(*lookupdev)(char *errbuf);

static struct abi_if *ours(void)
{
	char errbuf[ABI_ERRBUF_SIZE];
	struct abi_if *list;

	CHECK_EQ(pcap_findalldevs(&list, errbuf), 0);
	return list;
}

static struct abi_if *stock(void)
{
	char errbuf[ABI_ERRBUF_SIZE];
	struct abi_if *list;

	CHECK_EQ(LIBPCAP(findalldevs, "pcap_findalldevs")(&list, errbuf), 0);
	return list;
}

static void free_list(struct abi_if *list)
{
	LIBPCAP(void (*)(struct abi_if *), "pcap_freealldevs")(list);
}

static struct abi_if *find(struct abi_if *entry, const char *name)
{
	while (entry && strcmp(entry->name, name) != 0)
		entry = entry->next;
	return entry;
}

static void check_entry(struct abi_if *list, const char *name,
			const char *description)
{
	struct abi_if *entry = find(list, name);

	if (!entry) {
		printf("%s is not in the list\n", name);
		exit(1);
	}
	CHECK_TEXT(entry->description, description);
	CHECK(!find(entry->next, name));
	CHECK_EQ(entry->flags & (ABI_IF_UP | ABI_IF_RUNNING),
		 ABI_IF_UP | ABI_IF_RUNNING);
	/* What programs take by default stays an interface. */
	for (; entry; entry = entry->next)
		CHECK(strcmp(entry->name, "eth0") != 0);
}

/* Every entry of libpcap's list is there, in its order. */
static void check_same_interfaces(struct abi_if *list, struct abi_if *expected)
{
	for (; expected; expected = expected->next) {
		list = find(list, expected->name);
		CHECK(list);
		CHECK_EQ(list->flags, expected->flags);
		list = list->next;
	}
}

static int length_of(struct abi_if *list)
{
	int length = 0;

	for (; list; list = list->next)
		length++;
	return length;
}

/* Without names, ports and switches of ours the list is libpcap's. */
static void check_nothing_of_ours(void)
{
	struct abi_if *list = ours(), *expected = stock();

	CHECK_EQ(length_of(list), length_of(expected));
	check_same_interfaces(list, expected);
	free_list(list);
	free_list(expected);
}

static void check_ports(void)
{
	struct abi_if *list = ours(), *expected = stock();

	check_entry(list, "vale0:1", "netmap port, open in findalldevs");
	check_entry(list, "vale0:2", "netmap port, open in findalldevs");
	check_entry(list, "vale0:1{a", "netmap port, open in findalldevs");
	check_entry(list, "vale0:*", "all ports of the netmap switch vale0");
	CHECK_EQ(length_of(list), length_of(expected) + 4);
	check_same_interfaces(list, expected);
	free_list(list);
	free_list(expected);
}

static void check_mapped(void)
{
	struct abi_if *list, *expected = stock();

	setenv("PCAP_NETMAP_MAP", "if9=vale0:5,lo=vale0:6,,bad", 1);
	list = ours();
	check_entry(list, "if9", "netmap port vale0:5");
	CHECK_TEXT(find(list, "lo")->description, "netmap port vale0:6");
	CHECK_EQ(length_of(list), length_of(expected) + 5);
	check_same_interfaces(list, expected);
	free_list(list);
	free_list(expected);
}

static void check_off(void)
{
	setenv("PCAP_NETMAP", "off", 1);
	check_nothing_of_ours();
	unsetenv("PCAP_NETMAP");
}

/* Where there is no interface, the first of ours is the default. */
static void alone(void *unused)
{
	char errbuf[ABI_ERRBUF_SIZE];

	(void)unused;
	if (unshare(CLONE_NEWNET) < 0)
		exit(77);
	CHECK_TEXT(LIBPCAP(lookupdev, "pcap_lookupdev")(errbuf), "if9");
	unsetenv("PCAP_NETMAP_MAP");
	CHECK(strncmp(ours()->name, "vale0:", 6) == 0);
	/* The list above is the process's to the end. */
	_exit(0);
}

static void check_default(void)
{
	int ending = ending_of(spawn(alone, NULL));

	if (ending == 77)
		puts("no network namespace may be made: the default interface "
		     "is not looked at");
	else
		CHECK_EQ(ending, 0);
}

int main(void)
{
	struct opened raw, monitor, pipe;
	pcap_t *capture;

	begin();
	unsetenv("PCAP_NETMAP");
	unsetenv("PCAP_NETMAP_MAP");
	check_nothing_of_ours();
	raw = open_raw("vale0:1");
	monitor = open_raw("vale0:1/r");
	pipe = open_raw("vale0:1{a");
	capture = activated("vale0:2");
	check_ports();
	check_mapped();
	check_off();
	check_default();
	pcap_close(capture);
	nmd_close(pipe.port);
	nmd_close(monitor.port);
	nmd_close(raw.port);
	finish();
	return 0;
}
