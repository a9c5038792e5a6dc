/* SPDX-License-Identifier: BSD-2-Clause */
/* nmrun [options] program ...: starts a program with netmap under libpcap. */
#include <stddef.h>

#include "check.h"
#include "child.h"
#include "java_agent.h"
#include "preload.h"
#include "settings.h"
#include "statistics.h"
#include "vale_attach.h"

/* 0, or -1 after a complaint: the program would lack what it was promised. */
static int open_pumps(const struct settings *settings, struct pumps *pumps)
{
	for (int i = 0; i < settings->tap_count; i++) {
		pumps->all[i] = pump_open(&settings->taps[i]);
		if (!pumps->all[i])
			return -1;
		pumps->count++;
	}
	return 0;
}

static void close_pumps(const struct pumps *pumps, bool report)
{
	for (int i = 0; i < pumps->count; i++)
		pump_close(pumps->all[i], report);
}

/* nmrun stays, as the program's parent. */
static int attend(const struct settings *settings)
{
	struct report *table = settings->stats ? statistics_begin() : NULL;
	struct pumps pumps = {0};
	int status;

	if (settings->stats && !table)
		return EXIT_OWN;
	if (open_pumps(settings, &pumps) < 0)
		return EXIT_OWN;
	status = child_run(settings->program, &pumps);
	close_pumps(&pumps, settings->stats);
	if (status < 0)
		return EXIT_OWN;
	if (table)
		statistics_print(table);
	return child_exit_status(status);
}

int main(int argc, char **argv)
{
	struct settings settings;
	int status;

	if (vale_attach_is_meant(argc, argv))
		return vale_attach_run(argc, argv);
	status = settings_read(argc, argv, &settings);
	if (status >= 0)
		return status;
	if (settings.check)
		return check_print(settings.program[0]);
	if (settings.strict && check_strictly(settings.program[0]) < 0)
		return EXIT_OWN;
	if (preload_set(settings.strict) < 0)
		return EXIT_OWN;
	if (!settings.no_adapter &&
	    java_agent_add(&settings.program, settings.strict) < 0)
		return EXIT_OWN;
	if (settings.stats || settings.tap_count)
		return attend(&settings);
	return child_exec(settings.program);
}
