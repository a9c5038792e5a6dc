/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that are Java: they get the pcap4j adapter as an agent. */
#ifndef JAVA_AGENT_H
#define JAVA_AGENT_H

/*
 * The arguments to start a program with: its own, and -javaagent behind the
 * name when that is "java", the adapter's jar is found and not among them yet.
 * An option is better here than the variables that Java reads: those have it
 * print a line on standard error.
 */
char **java_agent_add(char **program);

#endif
