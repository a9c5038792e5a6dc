/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that are Java: they get the pcap4j adapter as an agent. */
#ifndef JAVA_AGENT_H
#define JAVA_AGENT_H

#include <stdbool.h>

/*
 * Puts -javaagent behind the program's name in its arguments, when that is
 * "java" and the adapter's jar is not among them yet. An option is better here
 * than the variables that Java reads: those have it print a line on standard
 * error. A jar that is not found is told on standard error; -1: and strict.
 */
int java_agent_add(char ***program, bool strict);

#endif
