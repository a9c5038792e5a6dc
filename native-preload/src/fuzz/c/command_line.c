/* SPDX-License-Identifier: BSD-2-Clause */
/* nmrun's command line, and the names that it maps to ports. */
#include "nmrun/settings.h"

#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

#define ARGUMENTS 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[ARGUMENTS + 1] = {(char[]){"nmrun"}};
	char *text = malloc(size + 1), *at = text;
	char port[DEVICE_NAME_SIZE];
	struct settings settings;
	int argc = 1, r;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	while (argc < ARGUMENTS && at < text + size) {
		argv[argc++] = at;
		at += strlen(at) + 1;
	}
	unsetenv("PCAP_NETMAP_MAP");
	unsetenv("PCAP_NETMAP_SLOTS");
	unsetenv("PCAP_NETMAP");
	optind = 0; /* getopt starts anew */
	r = settings_read(argc, argv, &settings);
	if (r < -1 || r > 255 || (r < 0 && !settings.program[0]))
		abort();
	for (int i = 1; i < argc; i++)
		if (names_port(argv[i], port) && !memchr(port, 0, sizeof(port)))
			abort();
	/* The variable by itself, as somebody may have set it. */
	setenv("PCAP_NETMAP_MAP", text, 1);
	for (int i = 1; i < argc; i++)
		names_port(argv[i], port);
	names_port("eth0", port);
	free(text);
	return 0;
}
