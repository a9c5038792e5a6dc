/* SPDX-License-Identifier: BSD-2-Clause */
#include "settings.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "handle.h"
#include "nmd.h"

static const struct described {
	const char *name;
	int letter;
	const char *argument;
	const char *environment;
	const char *help;
} table[] = {
#define OPTION(name, letter, argument, environment, help) \
	{name, letter, argument, environment, help},
#include "options.def"
};
#define OPTIONS (sizeof(table) / sizeof(*table))

static void print_wrapped(const char *text, int indent)
{
	const int width = 72;

	while (*text) {
		int length = (int)strlen(text);

		if (length > width - indent) {
			length = width - indent;
			while (length > 1 && text[length] != ' ')
				length--;
		}
		printf("%*s%.*s\n", indent, "", length, text);
		text += length;
		while (*text == ' ')
			text++;
	}
}

static int help(void)
{
	puts("Usage: nmrun [OPTION]... PROGRAM [ARGUMENT]...\n"
	     "Runs PROGRAM so that libpcap opens netmap ports by name:\n"
	     "    nmrun tcpdump -i vale0:1\n\n"
	     "Options (environment variable of the same effect in "
	     "brackets):");
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct described *o = &table[i];

		printf("  --%s%s%s", o->name, o->argument ? " " : "",
		       o->argument ? o->argument : "");
		if (o->environment)
			printf("  [%s]", o->environment);
		putchar('\n');
		print_wrapped(o->help, 8);
	}
	puts("\nThe exit status is the program's; 125 if nmrun fails, 126 if "
	     "the program\ncannot be run, 127 if it is not found.");
	return 0;
}

static int complain(const char *what, const char *why)
{
	fprintf(stderr, "nmrun: %s: %s; try nmrun --help\n", what, why);
	return EXIT_OWN;
}

/* Puts entry in front: the first mapping of a name is the one that holds. */
static int add_mapping(const char *entry)
{
	const char *port = strchr(entry, '=');
	const char *others = getenv("PCAP_NETMAP_MAP");
	char *all;
	int result;

	if (!port || port == entry || strchr(entry, ','))
		return complain(entry, "a mapping looks like eth1=vale0:1");
	if (!nmd_is_port_name(port + 1) || strlen(port) > DEVICE_NAME_SIZE)
		return complain(port + 1, "is not the name of a netmap port");
	if (asprintf(&all, "%s%s%s", entry, others && *others ? "," : "",
		     others ? others : "") < 0)
		return complain(entry, strerror(ENOMEM));
	result = setenv("PCAP_NETMAP_MAP", all, 1);
	free(all);
	return result ? complain(entry, strerror(errno)) : -1;
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

static int apply(int letter, const char *word, struct settings *settings)
{
	switch (letter) {
	case 'm':
		return add_mapping(optarg);
	case 's':
		return set_slots(optarg);
	case 'o':
		setenv("PCAP_NETMAP", "off", 1);
		return -1;
	case 'S':
		settings->stats = true;
		return -1;
	case 'h':
		return help();
	case 'V':
		printf("nmrun %s\n", nmd_version());
		return 0;
	default:
		return refuse(word, letter);
	}
}

int settings_read(int argc, char **argv, struct settings *settings)
{
	struct option options[OPTIONS + 1] = {0};
	int letter, status, at = optind;

	for (size_t i = 0; i < OPTIONS; i++)
		options[i] = (struct option){
			.name = table[i].name,
			.has_arg = table[i].argument ? required_argument
						     : no_argument,
			.val = table[i].letter,
		};
	memset(settings, 0, sizeof(*settings));
	opterr = 0;
	/*
	 * "+": what follows the program's name is the program's; ":": tell
	 * arguments that lack from options that are none.
	 */
	while ((letter = getopt_long(argc, argv, "+:", options, NULL)) != -1) {
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
