/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The limits of rings and buffers, the places they get in an area, and that
 * numbers which a peer has scribbled over are not believed.
 */
#include "testing.h"

#include "geometry.h"

static struct geometry given(uint32_t tx_rings, uint32_t rx_rings,
			     uint32_t tx_slots, uint32_t rx_slots,
			     uint32_t buf_size)
{
	return (struct geometry){.tx_rings = tx_rings,
				 .rx_rings = rx_rings,
				 .tx_slots = tx_slots,
				 .rx_slots = rx_slots,
				 .buf_size = buf_size};
}

static bool valid(struct geometry g)
{
	return geometry_valid(&g);
}

static void limits(void)
{
	CHECK(valid(given(1, 1, 16, 16, 64)));
	CHECK(valid(given(16, 16, 1024, 1024, 2112)));
	CHECK(valid(given(1, 1, 262144, 262144, 2112)));
	CHECK(valid(given(1, 1, 16384, 16384, 65536)));
	CHECK(!valid(given(0, 1, 16, 16, 64)));
	CHECK(!valid(given(1, 0, 16, 16, 64)));
	CHECK(!valid(given(17, 1, 16, 16, 64)));
	CHECK(!valid(given(1, 17, 16, 16, 64)));
	CHECK(!valid(given(1, 1, 15, 16, 64)));
	CHECK(!valid(given(1, 1, 16, 15, 64)));
	CHECK(!valid(given(1, 1, 262145, 16, 64)));
	CHECK(!valid(given(1, 1, 16, 262145, 64)));
	CHECK(!valid(given(1, 1, 16, 16, 0)));
	CHECK(!valid(given(1, 1, 16, 16, 63)));
	CHECK(!valid(given(1, 1, 16, 16, 2100)));
	CHECK(!valid(given(1, 1, 16, 16, 65600)));
	CHECK(!valid(given(1, 1, 16385, 16, 65536))); /* over 1 GiB a ring */
	CHECK(!valid(given(1, 1, 16, 16385, 65536)));
	CHECK(!valid(given(UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX,
			   UINT32_MAX)));
}

/* The parts of an area follow one another and end within its memory. */
static void parts_do_not_overlap(struct geometry g, bool arrivals)
{
	uint64_t if_end = AREA_IF_AT + sizeof(struct netmap_if) +
			  (g.tx_rings + g.rx_rings) * sizeof(int64_t);
	uint64_t ring = sizeof(struct netmap_ring);

	g.arrivals = arrivals;
	geometry_compute(&g);
	CHECK(g.tx_ring_at >= if_end);
	CHECK(g.tx_ring_stride >= ring + g.tx_slots * 16ull);
	CHECK(g.rx_ring_at >= g.tx_ring_at + g.tx_rings * g.tx_ring_stride);
	CHECK(g.rx_ring_stride >= ring + g.rx_slots * 16ull);
	CHECK(g.arrivals_at >= g.rx_ring_at + g.rx_rings * g.rx_ring_stride);
	CHECK(g.arrivals_stride >= (g.arrivals ? g.rx_slots * 16ull : 0));
	CHECK(g.pool_at >= g.arrivals_at + g.rx_rings * g.arrivals_stride);
	CHECK(g.buffers >=
	      g.tx_rings * g.tx_slots + g.rx_rings * g.rx_slots + 2);
	CHECK(g.memory >= g.pool_at + (uint64_t)g.buffers * g.buf_size);
	CHECK_EQ(g.tx_ring_at % 64, 0);
	CHECK_EQ(g.rx_ring_at % 64, 0);
	CHECK_EQ(g.arrivals_at % 64, 0);
	CHECK_EQ(g.pool_at % 4096, 0);
}

/* Only numbers that fit into the area are taken from shared memory. */
static void scribbled_numbers_are_refused(void)
{
	struct sw_area_entry zeroed = {0}, *area = &zeroed;
	struct geometry g;

	CHECK(!geometry_read(area, 1ull << 29, &g));
	area->tx_rings = area->rx_rings = 1;
	area->tx_slots = area->rx_slots = 1024;
	area->buf_size = 2112;
	CHECK(geometry_read(area, 1ull << 29, &g));
	CHECK(!geometry_read(area, g.memory - 1, &g));
	CHECK(geometry_read(area, g.memory, &g));
	area->rx_slots = 0;
	CHECK(!geometry_read(area, 1ull << 29, &g));
	area->rx_slots = UINT32_MAX;
	CHECK(!geometry_read(area, 1ull << 29, &g));
}

static int try_options(struct nmd_options options, struct nmd_error *why)
{
	struct nmd_port *port = NULL;
	int r;

	options.size = sizeof(options);
	r = nmd_open("vale0:g", &options, &port, why);
	nmd_close(port);
	return r;
}

static void open_checks_them(void)
{
	struct nmd_error why;
	struct nmd_options small_area = {.area_size = 1 << 20};

	CHECK_EQ(try_options((struct nmd_options){.tx_slots = 15}, &why),
		 -EINVAL);
	CHECK(strstr(why.text, "15") != NULL);
	CHECK_EQ(try_options((struct nmd_options){.buf_size = 100}, &why),
		 -EINVAL);
	CHECK_EQ(try_options((struct nmd_options){.rx_rings = 17}, &why),
		 -EINVAL);
	CHECK_EQ(try_options((struct nmd_options){.mode = 7}, &why), -EINVAL);
	CHECK_EQ(try_options((struct nmd_options){.flags = 0x80}, &why),
		 -EINVAL);
	CHECK_EQ(try_options(small_area, &why), -E2BIG);
	CHECK(strncmp(why.text, "vale0:g: ", 9) == 0);
	CHECK(strstr(why.text, "NETMAP_AREA_SIZE") != NULL);
	small_area.tx_slots = small_area.rx_slots = 64;
	CHECK_EQ(try_options(small_area, &why), 0);
}

static void options_of_another_size_are_refused(void)
{
	struct nmd_options options = {.size = sizeof(options) - 8};
	struct nmd_port *port = NULL;
	struct nmd_error why;

	CHECK_EQ(nmd_open("vale0:g", &options, &port, &why), -EINVAL);
	CHECK(strstr(why.text, "rebuild") != NULL);
}

static void area_sizes_have_limits(void)
{
	static const char *const bad[] = {"0",    "-1",    "foo",
					  "1",    "1023k", "3G",
					  "9999", "1T",    "99999999999G"};
	struct nmd_port *port;
	struct nmd_error why;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		setenv("NETMAP_AREA_SIZE", bad[i], 1);
		CHECK_EQ(nmd_open("vale0:1", NULL, &port, &why), -EINVAL);
		CHECK(strstr(why.text, bad[i]) != NULL);
		CHECK(strstr(why.text, "1M to 2G") != NULL);
	}
	unsetenv("NETMAP_AREA_SIZE");
}

int main(void)
{
	begin();
	limits();
	parts_do_not_overlap(given(1, 1, 16, 16, 64), true);
	parts_do_not_overlap(given(1, 1, 16, 16, 64), false);
	parts_do_not_overlap(given(1, 1, 1024, 1024, 2112), true);
	parts_do_not_overlap(given(1, 1, 1024, 1024, 2112), false);
	parts_do_not_overlap(given(16, 3, 17, 4099, 192), true);
	parts_do_not_overlap(given(16, 3, 17, 4099, 192), false);
	parts_do_not_overlap(given(16, 16, 65536, 65536, 16384), true);
	parts_do_not_overlap(given(16, 16, 65536, 65536, 16384), false);
	scribbled_numbers_are_refused();
	open_checks_them();
	options_of_another_size_are_refused();
	area_sizes_have_limits();
	finish();
	return 0;
}
