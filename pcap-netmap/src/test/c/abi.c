/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A region is what netmap's public header says: interface, rings and buffers
 * are found by the public offsets alone, every slot has a buffer of its own,
 * and the text of nmd_layout() tells the truth.
 */
#include "testing.h"

#include "layout.h"

static size_t layout_value(const char *name)
{
	size_t length = strlen(name), value = 0;

	for (const char *line = nmd_layout(); line && *line;) {
		if (strncmp(line, name, length) == 0 && line[length] == ' ') {
			CHECK_EQ(sscanf(line + length, "%zu", &value), 1);
			return value;
		}
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	printf("nmd_layout() does not name %s\n", name);
	exit(1);
}

/* Offsets of the public netmap header, 64 bit, written down as numbers. */
static void layout_is_netmaps(void)
{
	CHECK_EQ(layout_value("netmap_slot"), 16);
	CHECK_EQ(layout_value("netmap_slot.buf_idx"), 0);
	CHECK_EQ(layout_value("netmap_slot.len"), 4);
	CHECK_EQ(layout_value("netmap_slot.flags"), 6);
	CHECK_EQ(layout_value("netmap_slot.ptr"), 8);
	CHECK_EQ(layout_value("netmap_ring.buf_ofs"), 0);
	CHECK_EQ(layout_value("netmap_ring.num_slots"), 8);
	CHECK_EQ(layout_value("netmap_ring.nr_buf_size"), 12);
	CHECK_EQ(layout_value("netmap_ring.ringid"), 16);
	CHECK_EQ(layout_value("netmap_ring.dir"), 18);
	CHECK_EQ(layout_value("netmap_ring.head"), 20);
	CHECK_EQ(layout_value("netmap_ring.cur"), 24);
	CHECK_EQ(layout_value("netmap_ring.tail"), 28);
	CHECK_EQ(layout_value("netmap_ring.flags"), 32);
	CHECK_EQ(layout_value("netmap_ring.ts"), 40);
	CHECK_EQ(layout_value("netmap_ring.offset_mask"), 56);
	CHECK_EQ(layout_value("netmap_ring.buf_align"), 64);
	CHECK_EQ(layout_value("netmap_ring.sem"), 128);
	CHECK_EQ(layout_value("netmap_ring.slot"), 256);
	CHECK_EQ(layout_value("netmap_if.version"), 16);
	CHECK_EQ(layout_value("netmap_if.tx_rings"), 24);
	CHECK_EQ(layout_value("netmap_if.rx_rings"), 28);
	CHECK_EQ(layout_value("netmap_if.bufs_head"), 32);
	CHECK_EQ(layout_value("netmap_if.host_tx_rings"), 36);
	CHECK_EQ(layout_value("netmap_if.host_rx_rings"), 40);
	CHECK_EQ(layout_value("netmap_if.ring_ofs"), 56);
}

static void layout_names_its_own(void)
{
	CHECK_EQ(layout_value("nmd_arrival"), 16);
	CHECK_EQ(layout_value("nmd_insn"), 8);
	CHECK_EQ(layout_value("nmd_error"), sizeof(struct nmd_error));
	CHECK_EQ(layout_value("nmd_options"), sizeof(struct nmd_options));
	CHECK_EQ(layout_value("nmd_region"), sizeof(struct nmd_region));
	CHECK_EQ(layout_value("nmd_stats"), sizeof(struct nmd_stats));
	CHECK_EQ(layout_value("nmd_info"), sizeof(struct nmd_info));
	CHECK_EQ(layout_value("nmd_info.stats"),
		 offsetof(struct nmd_info, stats));
	CHECK_EQ(layout_value("nmd_stats.takeovers"),
		 offsetof(struct nmd_stats, takeovers));
	CHECK_EQ(layout_value("nmd_region.buffers"),
		 offsetof(struct nmd_region, buffers));
	CHECK(strstr(nmd_version(), " abi 14 ") != NULL);
}

/* Fields of different writers lie on different cache lines. */
static void writers_do_not_share_lines(void)
{
	CHECK_EQ(offsetof(struct rx_control, lock) % 64, 0);
	CHECK_EQ(offsetof(struct rx_control, published) % 64, 0);
	CHECK_EQ(offsetof(struct rx_control, consumed) % 64, 0);
	CHECK(offsetof(struct rx_control, consumed) >=
	      offsetof(struct rx_control, published) + 64);
	CHECK_EQ(offsetof(struct area, rx) % 64, 0);
	CHECK_EQ(offsetof(struct area, tx) % 64, 0);
	CHECK_EQ(offsetof(struct sw_header, epoch) % 64, 0);
}

static void check_ring(const struct opened *o, int receive, uint32_t i,
		       uint8_t *seen)
{
	const struct netmap_ring *ring = ring_of(o, receive, i);
	uint32_t slots = receive ? o->region.rx_slots : o->region.tx_slots;
	const uint8_t *end = (const uint8_t *)o->region.base + o->region.size;

	CHECK_EQ((uintptr_t)ring % 64, 0);
	CHECK_EQ(ring->ringid, i);
	CHECK_EQ(ring->dir, receive);
	CHECK_EQ(ring->num_slots, slots);
	CHECK_EQ(ring->nr_buf_size, o->region.buf_size);
	CHECK_EQ(ring->head, 0);
	CHECK_EQ(ring->cur, 0);
	CHECK_EQ(ring->tail, receive ? 0 : slots - 1);
	for (uint32_t s = 0; s < slots; s++) {
		uint32_t buffer = ring->slot[s].buf_idx;

		CHECK(buffer > 1 && buffer < o->region.buffers);
		CHECK(!seen[buffer]);
		seen[buffer] = 1;
		CHECK(buffer_of(ring, s) + ring->nr_buf_size <= end);
		CHECK_EQ((uintptr_t)buffer_of(ring, s) % 64, 0);
	}
}

static void region_is_whole(struct nmd_options options)
{
	struct opened o = open_with("vale0:abi", options);
	struct netmap_if *nif =
		(void *)((uint8_t *)o.region.base + o.region.if_offset);
	uint8_t *seen = calloc(o.region.buffers, 1);

	CHECK(seen != NULL);
	CHECK_EQ(nif->version, 14);
	CHECK_EQ(nif->tx_rings, o.region.tx_rings);
	CHECK_EQ(nif->rx_rings, o.region.rx_rings);
	CHECK_EQ(nif->host_tx_rings, 0);
	CHECK_EQ(nif->host_rx_rings, 0);
	CHECK_EQ(strcmp(nif->name, "vale0:abi"), 0);
	for (uint32_t i = 0; i < nif->tx_rings; i++)
		check_ring(&o, 0, i, seen);
	for (uint32_t i = 0; i < nif->rx_rings; i++)
		check_ring(&o, 1, i, seen);
	free(seen);
	nmd_close(o.port);
}

int main(void)
{
	begin();
	layout_is_netmaps();
	layout_names_its_own();
	writers_do_not_share_lines();
	region_is_whole((struct nmd_options){.mode = NMD_RAW});
	region_is_whole((struct nmd_options){.mode = NMD_CAPTURE});
	region_is_whole((struct nmd_options){.tx_slots = 17,
					     .rx_slots = 4096,
					     .buf_size = 192,
					     .tx_rings = 16,
					     .rx_rings = 3});
	finish();
	return 0;
}
