/* SPDX-License-Identifier: BSD-2-Clause */
/* Where this library and libpcap lie; libpcap's functions: calls.h. */
#ifndef REAL_H
#define REAL_H

#include <stdbool.h>
#include <stddef.h>

/* A link to the machine's libpcap, beside this library; not if it has none. */
#define STOCK_LIBPCAP "pcap-netmap/libpcap-stock.so"

/* The path of a file beside this library; false: that cannot be told. */
bool real_beside_us(const char *name, char *path, size_t size);

/* The C library's dlopen. What it loads it believes to be for this library. */
typedef void *(*dlopen_function)(const char *file, int mode);
dlopen_function real_dlopen(void);

#endif
