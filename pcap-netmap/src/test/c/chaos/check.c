/* SPDX-License-Identifier: BSD-2-Clause */
#include "chaos.h"

#include <dirent.h>

#include "atomics.h"
#include "seal.h"
#include "spare.h"
#include "tables.h"

#define BUFFERS_MAX 16384

/* Frames on all links of a switch, of those that live and those that did. */
struct sums {
	uint64_t offered, taken;
};

static uint32_t expected_openings(void)
{
	uint32_t n = 0;

	for (int i = 0; i < PARTS; i++)
		n += atomic_load(&board->part[i].openings);
	return n;
}

static int entries(const char *name)
{
	char path[128];
	DIR *dir;
	int n = -2; /* . and .. */

	snprintf(path, sizeof(path), "%s/%s", getenv("NETMAP_RUNTIME_DIR"),
		 name);
	dir = opendir(path);
	CHECK(dir != NULL);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static bool is_live(const struct vale *v, uint32_t area)
{
	return sw_state_of(load_acquire(&vale_area_entry(v, area)->state)) ==
	       SW_LIVE;
}

static void add_area(const struct area *area, struct sums *sums)
{
	for (uint32_t r = 0; r < SW_MAX_RINGS; r++) {
		const struct rx_control *rx = &area->rx[r];

		sums->offered += load_relaxed(&area->tx[r].offered);
		sums->taken += load_relaxed(&rx->published) +
			       load_relaxed(&rx->dropped) +
			       load_relaxed(&rx->filtered);
		CHECK(load_relaxed(&rx->consumed) <=
		      load_relaxed(&rx->published));
		CHECK(load_relaxed(&rx->abandoned) <=
		      load_relaxed(&rx->consumed));
	}
}

static void note_buffers(const struct netmap_ring *ring, uint32_t slots,
			 uint32_t buffers, uint8_t *seen)
{
	for (uint32_t i = 0; i < slots; i++) {
		uint32_t buffer = ring->slot[i].buf_idx;

		CHECK(buffer >= BUFFERS_RESERVED && buffer < buffers);
		CHECK(!seen[buffer]);
		seen[buffer] = 1;
	}
}

/*
 * Each buffer of an area is in one slot of one of its rings; of the two areas
 * of a pipe, in one of both.
 */
static uint64_t check_buffers(const struct vale *v, uint32_t index,
			      uint8_t *pipe)
{
	struct area *area = vale_area(v, index);
	struct geometry g;
	uint8_t *seen;

	CHECK(seal_geometry(v, index, &g));
	CHECK(g.buffers <= BUFFERS_MAX);
	seen = g.pipe_end == SW_NO_PIPE ? calloc(1, BUFFERS_MAX) : pipe;
	CHECK(seen != NULL);
	for (uint32_t r = 0; r < g.tx_rings; r++)
		note_buffers(geometry_tx_ring(area, &g, r), g.tx_slots,
			     g.buffers, seen);
	for (uint32_t r = 0; r < g.rx_rings; r++)
		note_buffers(geometry_rx_ring(area, &g, r), g.rx_slots,
			     g.buffers, seen);
	if (seen != pipe)
		free(seen);
	return g.memory;
}

/* Marked as kept by those that are free. */
uint64_t spare_bytes(const struct vale *v)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < SW_MAX; i++)
		if (!is_live(v, i))
			bytes += (uint64_t)vale_area_entry(v, i)->spare_pages *
				 SW_PAGE;
	CHECK(bytes <= SPARE_MOST);
	return bytes;
}

/* Only what an opening names is in use, or what is marked as spare. */
static void check_areas(const struct vale *v, struct sums *sums)
{
	uint64_t memory = SW_HEADERS_SIZE + SW_MAX * AREA_FILTER_AT;
	static uint8_t pipe[BUFFERS_MAX]; /* of the one there is */
	struct stat st;
	int fd = vale_open_shm(v);

	memset(pipe, 0, sizeof(pipe));
	for (uint32_t i = 0; i < SW_MAX; i++) {
		if (!is_live(v, i)) {
			CHECK_EQ(sw_state_of(load_relaxed(
					 &vale_area_entry(v, i)->state)),
				 SW_FREE);
			continue;
		}
		add_area(vale_area(v, i), sums);
		memory += check_buffers(v, i, pipe);
	}
	CHECK(fd >= 0 && fstat(fd, &st) == 0);
	close(fd);
	CHECK((uint64_t)st.st_blocks * 512 <= memory + spare_bytes(v));
}

static void add_retired(const struct vale *v, struct sums *sums)
{
	const struct sw_header *h = vale_header(v);
	const struct sw_retired *gone =
		&h->retired[load_relaxed(&h->retired_word) & 1];

	sums->offered += load_relaxed(&gone->offered);
	sums->taken += load_relaxed(&gone->published) +
		       load_relaxed(&gone->dropped) +
		       load_relaxed(&gone->filtered);
	CHECK_EQ(load_relaxed(&gone->published),
		 load_relaxed(&gone->consumed) +
			 load_relaxed(&gone->abandoned));
}

/* The sums may have come apart by what the killed were just doing. */
static void check_sums(const struct sums *sums, uint64_t tolerance)
{
	static int64_t apart;
	int64_t now = (int64_t)(sums->offered - sums->taken);
	int64_t by = now > apart ? now - apart : apart - now;

	if ((uint64_t)by > tolerance) {
		printf("offered %llu, published, dropped or filtered %llu: "
		       "apart by %lld more, %llu allowed\n",
		       (unsigned long long)sums->offered,
		       (unsigned long long)sums->taken,
		       (long long)(now - apart), (unsigned long long)tolerance);
		exit(1);
	}
	apart = now;
}

void check_quiet(uint64_t tolerance)
{
	struct sums sums = {0, 0};
	struct runtime rt;
	struct vale v;

	CHECK_EQ(listed(), expected_openings());
	CHECK_EQ(entries("."), 1);
	CHECK_EQ(entries("vale0"), 2 + expected_openings());
	CHECK_EQ(runtime_open(&rt, false, NULL), 0);
	CHECK_EQ(vale_peek(&rt, "vale0", &v, NULL), 0);
	check_areas(&v, &sums);
	add_retired(&v, &sums);
	check_sums(&sums, tolerance);
	vale_unpeek(&v);
	runtime_close(&rt);
}
