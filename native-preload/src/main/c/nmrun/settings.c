/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "environment.h"
#include "handle.h"
#include "nmd.h"
#include "options.h"

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "nmrun: %s: %s; try nmrun --help\n", what, why);
	return EXIT_OWN;
}

/* Whether one of the first count mappings in a list has the entry's name. */
static bool names_again(const char *list, int count, const char *entry)
{
	size_t length = strcspn(entry, "=") + 1;

	for (; count > 0 && list; count--) {
		if (!strncmp(list, entry, length))
			return true;
		list = strchr(list, ',');
		if (list)
			list++;
	}
	return false;
}

/*
 * Puts entry in front: the first mapping of a name is the one that holds. In
 * one command line a name has one, what the environment says is replaced.
 */
static int put_mapping(const char *entry, struct settings *settings)
{
	const char *others = getenv("PCAP_NETMAP_MAP");
	char *all;
	int result;

	if (names_again(others, settings->mappings, entry))
		return complain(entry, "that name is mapped already");
	settings->mappings++;
	if (asprintf(&all, "%s%s%s", entry, others && *others ? "," : "",
		     others ? others : "") < 0)
		return complain(entry, strerror(ENOMEM));
	result = setenv("PCAP_NETMAP_MAP", all, 1);
	free(all);
	return result ? complain(entry, strerror(errno)) : -1;
}

static int add_mapping(const char *entry, struct settings *settings)
{
	const char *port = strchr(entry, '=');

	if (!port || port == entry || strchr(entry, ','))
		return complain(entry, "a mapping looks like eth1=vale0:1");
	if (!nmd_is_port_name(port + 1) || strlen(port) > DEVICE_NAME_SIZE)
		return complain(port + 1, "is not the name of a netmap port");
	return put_mapping(entry, settings);
}

/* The name of the interface is the program's name for the port, too. */
static int add_tap(const char *text, struct settings *settings)
{
	struct tap_request *tap = &settings->taps[settings->tap_count];
	char entry[TAP_NAME_SIZE + TAP_PORT_SIZE + 1];
	const char *why;

	if (settings->tap_count == MAX_TAPS)
		return complain(text, "more interfaces than nmrun makes");
	why = tap_parse(text, tap);
	if (why)
		return complain(text, why);
	settings->tap_count++;
	snprintf(entry, sizeof(entry), "%s=%s", tap->name, tap->port);
	return put_mapping(entry, settings);
}

static int set_slots(const char *text)
{
	uint32_t slots;

	if (!slots_read(text, &slots))
		return complain(text, "slots are 256 to 262144");
	setenv("PCAP_NETMAP_SLOTS", text, 1);
	return -1;
}

/* Not in getopt's words, which begin with the path that nmrun was run by. */
static int refuse(const char *word, int letter)
{
	if (letter == ':')
		return complain(word, "needs an argument");
	if (word[1] == '-' && optopt)
		return complain(word, "takes no argument");
	return complain(word, "is not an option");
}

static int set_device(const char *which)
{
	if (strcmp(which, "user") != 0 && strcmp(which, "kernel") != 0)
		return complain(which, "a device is user or kernel");
	setenv("NETMAP_DEVICE", which, 1);
	return -1;
}

static int set(const char *variable, const char *value)
{
	setenv(variable, value, 1);
	return -1;
}

/* Looks for switches there, and says what is wrong as an open would. */
static int set_runtime_dir(const char *folder)
{
	struct nmd_error why;
	struct stat st;

	setenv("NETMAP_RUNTIME_DIR", folder, 1);
	if (stat(folder, &st) < 0 && errno == ENOENT)
		return complain(folder, "there is no such directory");
	if (nmd_list(NULL, 0, &why) >= 0)
		return -1;
	fprintf(stderr, "nmrun: %s\n", why.text);
	return EXIT_OWN;
}

static int set_area_size(const char *size)
{
	uint64_t bytes;

	if (!nmd_area_size(size, &bytes))
		return complain(size, "an area has 1M to 2G: bytes, or a "
				      "number with k, M or G");
	return set("NETMAP_AREA_SIZE", size);
}

static int flag(bool *which)
{
	*which = true;
	return -1;
}

static int print(void (*what)(void))
{
	what();
	return 0;
}

static void print_version(void)
{
	printf("nmrun %s\n", nmd_version());
}

static int apply(int letter, const char *word, struct settings *settings)
{
	switch (letter) {
	case 'm':
		return add_mapping(optarg, settings);
	case 't':
		return add_tap(optarg, settings);
	case 's':
		return set_slots(optarg);
	case 'd':
		return set_runtime_dir(optarg);
	case 'D':
		return set_device(optarg);
	case 'a':
		return set_area_size(optarg);
	case 'o':
		return set("PCAP_NETMAP", "off");
	case 'n':
		return flag(&settings->no_adapter);
	case 'x':
		return flag(&settings->strict);
	case 'S':
		return flag(&settings->stats);
	case 'c':
		return flag(&settings->check);
	case 'M':
		return print(options_man);
	case 'h':
		return print(options_help);
	case 'V':
		return print(print_version);
	default:
		return refuse(word, letter);
	}
}

static void list_options(struct option *list)
{
	for (int i = 0; i < OPTIONS; i++)
		list[i] = (struct option){
			.name = options[i].name,
			.has_arg = options[i].argument ? required_argument
						       : no_argument,
			.val = options[i].letter,
		};
}

int settings_read(int argc, char **argv, struct settings *settings)
{
	struct option list[OPTIONS + 1] = {0};
	int letter, status, at = optind;

	list_options(list);
	memset(settings, 0, sizeof(*settings));
	opterr = 0;
	/*
	 * "+": what follows the program's name is the program's; ":": tell
	 * arguments that lack from options that are none.
	 */
	while ((letter = getopt_long(argc, argv, "+:", list, NULL)) != -1) {
		status = apply(letter, argv[at], settings);
		if (status >= 0)
			return status;
		at = optind;
	}
	settings->program = argv + optind;
	if (!*settings->program)
		return complain("no program", "name what to run");
	return -1;
}
