// SPDX-License-Identifier: BSD-2-Clause
/*
 * What libpcap's development branch exports beyond Debian's libpcap. Where the
 * installed one lacks it, a program that looks for it must not find it in us.
 * Where it is there (run this with LD_LIBRARY_PATH to a build of that branch,
 * named libpcap.so.0.8; with remote capture it works, without it says that it
 * is not supported), it meets ports and handles of ours.
 */
#include "pcap_testing.h"

#define LOCAL_INTERFACE 3 /* PCAP_SRC_IFLOCAL */
#define PROMISCUOUS 1     /* PCAP_OPENFLAG_PROMISCUOUS */
#define SOURCE_SIZE 1536  /* PCAP_BUF_SIZE and a half */

static const char *const added[] = {"pcap_createsrcstr", "pcap_findalldevs_ex",
				    "pcap_open", "pcap_parsesrcstr",
				    "pcap_setsampling"};
#define ADDED (sizeof(added) / sizeof(*added))

/* As pcap/pcap.h has it; the method 0 is: all packets. */
struct sampling {
	int method, value;
};

/* By all ways that a program has. */
static void none_is_ours(void)
{
	void *as_opened = dlopen("libpcap.so.0.8", RTLD_NOW);

	for (size_t i = 0; i < ADDED; i++) {
		CHECK(!dlsym(RTLD_DEFAULT, added[i]));
		CHECK(!as_opened || !dlsym(as_opened, added[i]));
	}
}

static void reads(pcap_t *p, const struct opened *peer)
{
	struct seen seen = {0};

	feed(peer, 7, 1);
	CHECK_EQ(dispatch(p, 1, &seen), 1);
	CHECK_EQ(seen.last, 7);
}

/* Either there is none, and the handle says so, or what it takes is a hint. */
static void sampling_changes_nothing(const struct opened *peer)
{
	pcap_t *p = activated("vale0:1");
	struct sampling *sampling = LIBPCAP(struct sampling * (*)(pcap_t *),
					    "pcap_setsampling")(p);

	if (sampling)
		CHECK_EQ(sampling->method, 0);
	else
		CHECK(strstr(error_of(p), "not supported"));
	reads(p, peer);
	pcap_close(p);
}

static void sources_are_text(void)
{
	int (*create)(char *, int, const char *, const char *, const char *,
		      char *) = LIBPCAP(int (*)(char *, int, const char *,
						const char *, const char *,
						char *),
					"pcap_createsrcstr");
	int (*parse)(const char *, int *, char *, char *, char *,
		     char *) = LIBPCAP(int (*)(const char *, int *, char *,
					       char *, char *, char *),
				       "pcap_parsesrcstr");
	char source[SOURCE_SIZE], host[SOURCE_SIZE], port[SOURCE_SIZE];
	char name[SOURCE_SIZE], errbuf[ABI_ERRBUF_SIZE];
	int type = 0;

	if (create(source, LOCAL_INTERFACE, NULL, NULL, "vale0:1", errbuf)) {
		CHECK(strstr(errbuf, "not supported"));
		return;
	}
	CHECK_TEXT(source, "rpcap://vale0:1");
	CHECK_EQ(parse("vale0:1", &type, host, port, name, errbuf), 0);
	CHECK_EQ(type, LOCAL_INTERFACE);
	CHECK_TEXT(name, "vale0:1");
}

static void opens_ports(const struct opened *peer)
{
	char errbuf[ABI_ERRBUF_SIZE] = "";
	pcap_t *(*open)(const char *, int, int, int, void *, char *) = LIBPCAP(
		pcap_t * (*)(const char *, int, int, int, void *, char *),
		"pcap_open");
	pcap_t *p = open("vale0:1", 65535, PROMISCUOUS, 100, NULL, errbuf);

	if (!p) {
		CHECK(strstr(errbuf, "not supported"));
		return;
	}
	CHECK_EQ(pcap_snapshot(p), 65535);
	reads(p, peer);
	pcap_close(p);
}

static void lists_ports(void)
{
	char errbuf[ABI_ERRBUF_SIZE] = "", source[] = "rpcap://";
	struct abi_if *list = NULL, *found;
	int (*all)(const char *, void *, struct abi_if **, char *) =
		LIBPCAP(int (*)(const char *, void *, struct abi_if **, char *),
			"pcap_findalldevs_ex");

	if (all(source, NULL, &list, errbuf) < 0) {
		CHECK(strstr(errbuf, "not supported"));
		return;
	}
	for (found = list; found; found = found->next)
		if (!strcmp(found->name, "rpcap://vale0:2"))
			break;
	CHECK(found);
	LIBPCAP(void (*)(struct abi_if *), "pcap_freealldevs")(list);
}

int main(void)
{
	struct opened peer;

	libpcap_symbol("pcap_create");
	begin();
	peer = open_raw("vale0:2");
	if (dlsym(load_libpcap(), "pcap_open")) {
		sampling_changes_nothing(&peer);
		sources_are_text();
		opens_ports(&peer);
		lists_ports();
	} else {
		none_is_ours();
	}
	nmd_close(peer.port);
	finish();
	return 0;
}
