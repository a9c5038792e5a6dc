/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "options.h"

const struct described options[OPTIONS] = {
#define OPTION(name, letter, argument, environment, type, standard, help) \
	{name, letter, argument, environment, type, standard, help},
#include "options.def"
};

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

/* "[VARIABLE; type; default]", as much of it as there is. */
static void print_facts(const struct described *o)
{
	if (o->environment)
		printf("  [%s]", o->environment);
	if (o->argument)
		printf("  (%s%s%s)", o->type, o->standard ? "; default " : "",
		       o->standard ? o->standard : "");
	putchar('\n');
}

void options_help(void)
{
	puts("Usage: nmrun [OPTION]... PROGRAM [ARGUMENT]...\n"
	     "Runs PROGRAM so that libpcap opens netmap ports by name:\n"
	     "    nmrun tcpdump -i vale0:1\n\n"
	     "Options (environment variable of the same effect in "
	     "brackets):");
	for (int i = 0; i < OPTIONS; i++) {
		const struct described *o = &options[i];

		printf("  --%s%s%s", o->name, o->argument ? " " : "",
		       o->argument ? o->argument : "");
		print_facts(o);
		print_wrapped(o->help, 8);
	}
	puts("\nThe exit status is the program's; 125 if nmrun fails, 126 if "
	     "the program\ncannot be run, 127 if it is not found.");
}
