/* SPDX-License-Identifier: BSD-2-Clause */
/* nmrun [options] program ...: starts a program with netmap under libpcap. */
#include <stddef.h>

#include "child.h"
#include "preload.h"
#include "settings.h"
#include "statistics.h"

int main(int argc, char **argv)
{
	struct settings settings;
	struct report *table;
	int status = settings_read(argc, argv, &settings);

	if (status >= 0)
		return status;
	if (preload_set() < 0)
		return EXIT_OWN;
	if (!settings.stats)
		return child_exec(settings.program);
	table = statistics_begin();
	if (!table)
		return EXIT_OWN;
	status = child_run(settings.program);
	if (status < 0)
		return EXIT_OWN;
	statistics_print(table);
	return child_exit_status(status);
}
