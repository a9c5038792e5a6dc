/* SPDX-License-Identifier: BSD-2-Clause */
/* `udp port 53` on Ethernet, as libpcap 1.10 compiles it. */
#ifndef BENCH_FILTER_H
#define BENCH_FILTER_H

#include "nmd.h"

static const struct nmd_insn udp_port_53[] = {
	{0x28, 0, 0, 12},      /* ldh [12] */
	{0x15, 0, 6, 0x86dd},  /* IPv6? */
	{0x30, 0, 0, 20},      /* ldb [20] */
	{0x15, 0, 15, 17},     /* UDP? */
	{0x28, 0, 0, 54},      /* source port */
	{0x15, 12, 0, 53},     /**/
	{0x28, 0, 0, 56},      /* destination port */
	{0x15, 10, 11, 53},    /**/
	{0x15, 0, 10, 0x0800}, /* IPv4? */
	{0x30, 0, 0, 23},      /**/
	{0x15, 0, 8, 17},      /* UDP? */
	{0x28, 0, 0, 20},      /**/
	{0x45, 6, 0, 0x1fff},  /* a fragment after the first? */
	{0xb1, 0, 0, 14},      /* x = length of the IPv4 header */
	{0x48, 0, 0, 14},      /* source port */
	{0x15, 2, 0, 53},      /**/
	{0x48, 0, 0, 16},      /* destination port */
	{0x15, 0, 1, 53},      /**/
	{0x06, 0, 0, 262144},  /* ret: all of it */
	{0x06, 0, 0, 0},       /* ret: none */
};

#endif
