/* SPDX-License-Identifier: BSD-2-Clause */
/* Java virtual machines in which the pcap4j adapter is at work. */
#ifndef AGENT_H
#define AGENT_H

#include <stdbool.h>

/*
 * Whether this process is a Java virtual machine that was started with the
 * pcap4j adapter, by -javaagent in its arguments or in one of the variables
 * that it reads. There the adapter serves pcap4j, and the libpcap that it loads
 * itself, to compile filters, is to be libpcap.
 */
bool agent_present(void);

#endif
