/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding libpcap-netmap.so and naming it in LD_PRELOAD. */
#ifndef PRELOAD_H
#define PRELOAD_H

/* Prints why and returns -1 when it cannot be preloaded. */
int preload_set(void);

#endif
