/* SPDX-License-Identifier: BSD-2-Clause */
/* The layouts as text, for tests that compare other languages' forms. */
#include <pthread.h>
#include <stdio.h>

#include "layout.h"

struct line {
	const char *name;
	size_t value;
};

#define AT(type, field)                                        \
	{                                                      \
#type "." #field, offsetof(struct type, field) \
	}
#define SIZE(type)                         \
	{                                  \
#type, sizeof(struct type) \
	}

static const struct line lines[] = {
	SIZE(netmap_slot),
	AT(netmap_slot, buf_idx),
	AT(netmap_slot, len),
	AT(netmap_slot, flags),
	AT(netmap_slot, ptr),
	SIZE(netmap_ring),
	AT(netmap_ring, buf_ofs),
	AT(netmap_ring, num_slots),
	AT(netmap_ring, nr_buf_size),
	AT(netmap_ring, ringid),
	AT(netmap_ring, dir),
	AT(netmap_ring, head),
	AT(netmap_ring, cur),
	AT(netmap_ring, tail),
	AT(netmap_ring, flags),
	AT(netmap_ring, ts),
	AT(netmap_ring, offset_mask),
	AT(netmap_ring, buf_align),
	AT(netmap_ring, sem),
	AT(netmap_ring, slot),
	SIZE(netmap_if),
	AT(netmap_if, name),
	AT(netmap_if, version),
	AT(netmap_if, flags),
	AT(netmap_if, tx_rings),
	AT(netmap_if, rx_rings),
	AT(netmap_if, bufs_head),
	AT(netmap_if, host_tx_rings),
	AT(netmap_if, host_rx_rings),
	AT(netmap_if, ring_ofs),
	SIZE(nmd_arrival),
	AT(nmd_arrival, time_ns),
	AT(nmd_arrival, wire_len),
	AT(nmd_arrival, direction),
	SIZE(nmd_error),
	AT(nmd_error, code),
	AT(nmd_error, text),
	SIZE(nmd_options),
	AT(nmd_options, size),
	AT(nmd_options, mode),
	AT(nmd_options, flags),
	AT(nmd_options, tx_slots),
	AT(nmd_options, rx_slots),
	AT(nmd_options, buf_size),
	AT(nmd_options, tx_rings),
	AT(nmd_options, rx_rings),
	AT(nmd_options, area_size),
	AT(nmd_options, extra_buffers),
	AT(nmd_options, rx_room),
	SIZE(nmd_region),
	AT(nmd_region, base),
	AT(nmd_region, size),
	AT(nmd_region, if_offset),
	AT(nmd_region, arrivals_offset),
	AT(nmd_region, arrivals_stride),
	AT(nmd_region, tx_rings),
	AT(nmd_region, rx_rings),
	AT(nmd_region, tx_slots),
	AT(nmd_region, rx_slots),
	AT(nmd_region, buf_size),
	AT(nmd_region, buffers),
	AT(nmd_region, first_tx_ring),
	AT(nmd_region, first_rx_ring),
	AT(nmd_region, port_tx_rings),
	AT(nmd_region, port_rx_rings),
	SIZE(nmd_insn),
	AT(nmd_insn, code),
	AT(nmd_insn, jt),
	AT(nmd_insn, jf),
	AT(nmd_insn, k),
	SIZE(nmd_stats),
	AT(nmd_stats, size),
	AT(nmd_stats, published),
	AT(nmd_stats, published_bytes),
	AT(nmd_stats, dropped),
	AT(nmd_stats, filtered),
	AT(nmd_stats, consumed),
	AT(nmd_stats, unread),
	AT(nmd_stats, abandoned),
	AT(nmd_stats, accepted),
	AT(nmd_stats, sent),
	AT(nmd_stats, sent_bytes),
	AT(nmd_stats, sent_bad),
	AT(nmd_stats, offered),
	AT(nmd_stats, wakeups),
	AT(nmd_stats, sleeps),
	AT(nmd_stats, takeovers),
	SIZE(nmd_info),
	AT(nmd_info, switch_name),
	AT(nmd_info, port_name),
	AT(nmd_info, program),
	AT(nmd_info, mode),
	AT(nmd_info, pid),
	AT(nmd_info, uid),
	AT(nmd_info, index),
	AT(nmd_info, tx_rings),
	AT(nmd_info, rx_rings),
	AT(nmd_info, tx_slots),
	AT(nmd_info, rx_slots),
	AT(nmd_info, buf_size),
	AT(nmd_info, filter_length),
	AT(nmd_info, generation),
	AT(nmd_info, opened_ns),
	AT(nmd_info, stats),
	AT(nmd_info, path),
	SIZE(nmd_pair),
	AT(nmd_pair, switch_name),
	AT(nmd_pair, sender_port),
	AT(nmd_pair, receiver_port),
	AT(nmd_pair, sender),
	AT(nmd_pair, receiver),
	AT(nmd_pair, sender_generation),
	AT(nmd_pair, receiver_generation),
	AT(nmd_pair, offered),
	AT(nmd_pair, accepted),
	AT(nmd_pair, bytes),
	AT(nmd_pair, dropped),
	AT(nmd_pair, filtered),
	AT(nmd_pair, wakeups),
	AT(nmd_pair, takeovers),
	SIZE(nmd_logged),
	AT(nmd_logged, switch_name),
	AT(nmd_logged, program),
	AT(nmd_logged, kind),
	AT(nmd_logged, pid),
	AT(nmd_logged, opening),
	AT(nmd_logged, count),
	AT(nmd_logged, first_ns),
	AT(nmd_logged, last_ns),
	AT(nmd_logged, text),
};

static char text[8192];

static void build(void)
{
	size_t n = sizeof(lines) / sizeof(lines[0]), used = 0;

	for (size_t i = 0; i < n && used < sizeof(text); i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%s %zu\n", lines[i].name,
					 lines[i].value);
}

NMD_API const char *nmd_layout(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, build);
	return text;
}

#define STRING(x) #x
#define TEXT(x) STRING(x)

NMD_API const char *nmd_version(void)
{
	return TEXT(NMD_VERSION) " abi " TEXT(
		NETMAP_ABI_VERSION) " layout " TEXT(SW_MAJOR) "." TEXT(SW_MINOR);
}
