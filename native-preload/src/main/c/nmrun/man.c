/* SPDX-License-Identifier: BSD-2-Clause */
/* The manual page: what man(7)'s macros make of the table of options. */
#include <stdio.h>
#include <string.h>

#include "nmd.h"
#include "options.h"

/* Letters that mean something else to the formatter. */
static void print_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == '\\')
			fputs("\\e", stdout);
		else
			putchar(*text);
	}
}

static void print_option(const struct described *o)
{
	fputs(".TP\n.B \\-\\-", stdout);
	print_text(o->name);
	if (o->argument) {
		fputs(" \\fI", stdout);
		print_text(o->argument);
		fputs("\\fR", stdout);
	}
	putchar('\n');
	print_text(o->help);
	puts(".");
	if (o->argument) {
		printf("Type: ");
		print_text(o->type);
		printf("%s", o->standard ? "; default: " : "");
		print_text(o->standard ? o->standard : "");
		puts(".");
	}
	if (o->environment) {
		fputs("Environment: \\fB", stdout);
		print_text(o->environment);
		puts("\\fR.");
	}
}

static const char before[] =
	".SH NAME\n"
	"nmrun \\- run a program of libpcap's on netmap ports\n"
	".SH SYNOPSIS\n"
	".B nmrun\n"
	"[\\fIoption\\fR]... \\fIprogram\\fR [\\fIargument\\fR]...\n"
	".SH DESCRIPTION\n"
	"Runs \\fIprogram\\fR, unmodified, so that names like\n"
	".B vale0:1\n"
	"open netmap ports wherever it gives libpcap the name of an interface,\n"
	"whether it is linked with libpcap or loads it by\n"
	".BR dlopen (3).\n"
	"All other names are libpcap's as before.\n"
	"Programs that it starts are served, too.\n"
	".SH OPTIONS\n";

static const char after[] =
	".SH EXIT STATUS\n"
	"The program's; if a signal ended it, nmrun ends by that signal.\n"
	"125 if nmrun fails, 126 if the program cannot be run, 127 if it is\n"
	"not found.\n"
	".SH NOTES\n"
	"The dynamic linker ignores \\fBLD_PRELOAD\\fR, and with it nmrun, in\n"
	"setuid programs and in those with file capabilities, unless root\n"
	"starts them.\n"
	".SH EXAMPLES\n"
	".nf\n"
	"nmrun tcpdump \\-i vale0:1\n"
	"nmrun \\-\\-map eth1=vale0:1 arp\\-scan \\-I eth1 10.0.0.0/24\n"
	"nmrun \\-\\-tap eth1=vale0:1,10.0.0.1/24 ping 10.0.0.2\n"
	"nmrun \\-\\-check netsniff\\-ng\n"
	".fi\n"
	".SH SEE ALSO\n"
	".BR tcpdump (8),\n"
	".BR pcap (3PCAP),\n"
	".BR ld.so (8)\n";

void options_man(void)
{
	printf(".TH NMRUN 1 \"\" \"pcap\\-netmap %.*s\"\n",
	       (int)strcspn(nmd_version(), " "), nmd_version());
	fputs(before, stdout);
	for (int i = 0; i < OPTIONS; i++)
		print_option(&options[i]);
	fputs(after, stdout);
}
