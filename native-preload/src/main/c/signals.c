/* SPDX-License-Identifier: BSD-2-Clause */
#include "signals.h"

#include <signal.h>
#include <stddef.h>

/* A thread gets these for what it does itself, and not in a wait. */
static bool is_own_fault(int number)
{
	return number == SIGSEGV || number == SIGBUS || number == SIGFPE ||
	       number == SIGILL || number == SIGTRAP || number == SIGSYS ||
	       number == SIGABRT;
}

bool signals_restart(void)
{
	struct sigaction action;

	for (int i = 1; i < NSIG; i++) {
		if (is_own_fault(i) || sigaction(i, NULL, &action) < 0 ||
		    action.sa_handler == SIG_DFL ||
		    action.sa_handler == SIG_IGN)
			continue;
		if (!(action.sa_flags & SA_RESTART))
			return false;
	}
	return true;
}
