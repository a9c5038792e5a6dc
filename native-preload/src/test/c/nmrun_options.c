// SPDX-License-Identifier: BSD-2-Clause
/* The launcher's options: parsing, --help, the manual page, --check, --strict. */
#include <fcntl.h>
#include <sys/sendfile.h>

#include "nmrun/options.h"
#include "nmrun_testing.h"

static const struct described table[] = {
#define OPTION(name, letter, argument, environment, type, standard, help) \
	{name, letter, argument, environment, type, standard, help},
#include "nmrun/options.def"
};

static void check_options(void)
{
	CHECK_EQ(run("--help"), 0);
	CHECK(strstr(output, "--map NAME=PORT"));
	CHECK(strstr(output, "--slots N  [PCAP_NETMAP_SLOTS]  (256 to 262144; "
			     "default 4096)\n"));
	CHECK(strstr(output, "--off  [PCAP_NETMAP=off]\n"));
	/* Names a file of nmrun's own: nothing that a user could set. */
	CHECK(!strstr(output, "PCAP_NETMAP_STATS"));
	CHECK_EQ(run("--version"), 0);
	CHECK(strstr(output, nmd_version()));
	CHECK_EQ(run("--stats"), 125);
	CHECK_EQ(run("--no-such-option true"), 125);
	CHECK_TEXT(output, "nmrun: --no-such-option: is not an option; try "
			   "nmrun --help\n");
	CHECK_EQ(run("-xy true"), 125);
	CHECK_TEXT(output, "nmrun: -xy: is not an option; try nmrun --help\n");
	CHECK_EQ(run("--off=1 true"), 125);
	CHECK_TEXT(output, "nmrun: --off=1: takes no argument; try "
			   "nmrun --help\n");
	CHECK_EQ(run("--map"), 125);
	CHECK_TEXT(output, "nmrun: --map: needs an argument; try "
			   "nmrun --help\n");
	CHECK_EQ(run("--map eth1 true"), 125);
	CHECK_EQ(run("--map eth1=lo true"), 125);
	CHECK(strstr(output, "nmrun: lo: is not the name of a netmap port"));
	CHECK_EQ(run("--slots 12 true"), 125);
	CHECK_EQ(run("--area-size 4G true"), 125);
	CHECK_TEXT(output, "nmrun: 4G: an area has 1M to 2G: bytes, or a "
			   "number with k, M or G; try nmrun --help\n");
	CHECK_EQ(run("--runtime-dir no/such true"), 125);
	CHECK_TEXT(output, "nmrun: no/such: there is no such directory; try "
			   "nmrun --help\n");
	CHECK_EQ(run("--runtime-dir /proc true"), 125);
	CHECK(strstr(output, "nmrun: /proc: runtime directory is not on "
			     "tmpfs; "));
}

/* What is written in the table is in --help, whose lines are broken. */
static void expect_wrapped(const char *help)
{
	char word[64];

	for (const char *at = help; sscanf(at, "%63s", word) == 1;
	     at = strstr(at, word) + strlen(word))
		expect_text(word);
}

static void check_help_and_manual(void)
{
	char line[128];

	for (size_t i = 0; i < OPTIONS; i++) {
		CHECK_EQ(run("--help"), 0);
		snprintf(line, sizeof(line), "  --%s", table[i].name);
		expect_text(line);
		expect_wrapped(table[i].help);
	}
	/* As a reader sees it. */
	if (system("man --version >/dev/null 2>&1") != 0) {
		puts("man is not installed: the manual page is not read");
		return;
	}
	CHECK_EQ(run("--man | man --warnings -l - 2>&1 | cat"), 0);
	CHECK(!strstr(output, "warning"));
	for (size_t i = 0; i < OPTIONS; i++) {
		snprintf(line, sizeof(line), "--%s", table[i].name);
		expect_text(line);
		if (table[i].environment)
			expect_text(table[i].environment);
		if (table[i].standard && table[i].argument)
			expect_wrapped(table[i].standard);
	}
}

/* What a user sets who takes it for the name of a file to write to. */
static void check_strange_table(void)
{
	char path[] = "/tmp/nmrun-table-XXXXXX";
	int fd = mkstemp(path);

	CHECK(fd >= 0);
	CHECK_EQ(run("env PCAP_NETMAP_STATS=%s true", path), 0);
	CHECK_EQ(ftruncate(fd, 4096), 0);
	CHECK_EQ(run("env PCAP_NETMAP_STATS=%s true", path), 0);
	CHECK_EQ(run("env PCAP_NETMAP_STATS=/dev/zero true"), 0);
	close(fd);
	unlink(path);
}

/* A name has one port; what the environment says is replaced. */
static void check_mapped_twice(void)
{
	CHECK_EQ(run("--map eth1=vale0:1 --map eth1=vale0:2 true"), 125);
	expect_text("eth1=vale0:2: that name is mapped already; try");
	CHECK_EQ(run("--map eth1=vale0:1 %s --map eth1=vale0:2 "
		     "printenv PCAP_NETMAP_MAP",
		     nmrun),
		 0);
	CHECK_TEXT(output, "eth1=vale0:2,eth1=vale0:1\n");
}

/* Another library whose path begins as ours does. */
static void check_preloaded_already(void)
{
	char library[512], expected[1100];

	CHECK_EQ(run("printenv LD_PRELOAD"), 0);
	snprintf(library, sizeof(library), "%.*s", (int)strcspn(output, "\n"),
		 output);
	CHECK_EQ(run("%s printenv LD_PRELOAD", nmrun), 0);
	output[strcspn(output, "\n")] = '\0';
	CHECK_TEXT(output, library);
	CHECK_EQ(run("env LD_PRELOAD=%s.old %s printenv LD_PRELOAD", library,
		     nmrun),
		 0);
	snprintf(expected, sizeof(expected), "%s.old:%s\n", library, library);
	expect_text(expected);
}

int main(void)
{
	find_nmrun();
	check_mapped_twice();
	check_preloaded_already();
	check_strange_table();
	check_options();
	check_help_and_manual();
	return 0;
}
