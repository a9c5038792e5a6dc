/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everybody on a switch may spoil its contents; nobody may crash or stall
 * another by it. Random words are written all over the tables and the control
 * blocks while others open, send, receive, filter, wait, list and close: they
 * may fail and they may lose frames, but they end, and none by a signal.
 */
#include "testing.h"

#include <time.h>

#include "port.h"

#define ROUNDS 12
#define BURST 300

struct round {
	uint64_t seed;
	_Atomic bool enough;
	struct event ready;
};

static uint64_t state;

static uint64_t random_word(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Values that are likely to hurt. */
static uint64_t random_value(void)
{
	static const uint64_t nasty[] = {
		0,
		1,
		2,
		UINT64_MAX,
		0xffff,
		0xfe,
		0x00ff00ff00ff00ffull,
		1ull << 63,
		INT64_MAX,
		0x100000001ull,
	};

	return random_word() % 2 ? nasty[random_word() % 10] : random_word();
}

static void scribble(uint8_t *base, uint64_t size)
{
	uint64_t at = random_word() % (size / 8) * 8;

	__atomic_store_n((uint64_t *)(void *)(base + at), random_value(),
			 __ATOMIC_RELAXED);
}

/* All over what the device reads; the header's geometry is read at join. */
static void scribble_somewhere(const struct opened *o)
{
	struct vale *v = o->port->vale;
	uint32_t area = (uint32_t)(random_word() % 4);

	switch (random_word() % 5) {
	case 0:
		scribble((void *)vale_port(v, 0), 8 * sizeof(struct sw_port));
		break;
	case 1:
		scribble((void *)vale_opening(v, 0),
			 8 * sizeof(struct sw_opening));
		break;
	case 2:
		scribble((void *)vale_area_entry(v, 0),
			 8 * sizeof(struct sw_area_entry));
		break;
	case 3:
		scribble((void *)vale_area(v, area), sizeof(struct area));
		break;
	default: /* filters, rings, slots */
		scribble((uint8_t *)vale_area(v, area) + AREA_FILTER_AT,
			 256 << 10);
	}
}

static struct nmd_options small(uint32_t mode)
{
	return (struct nmd_options){.size = sizeof(struct nmd_options),
				    .mode = mode,
				    .tx_slots = 64,
				    .rx_slots = 64};
}

/* Does what programs do; nothing is expected of it but an end. */
static void use_port(struct nmd_port *port)
{
	static const struct nmd_insn accept[] = {{0x06, 0, 0, 65535}};
	struct nmd_region region;
	struct netmap_ring *tx, *rx;
	struct nmd_stats stats = {.size = sizeof(stats)};

	nmd_region(port, &region);
	tx = geometry_tx_ring(port->area, &port->geometry, 0);
	rx = geometry_rx_ring(port->area, &port->geometry, 0);
	for (int i = 0; i < 50; i++) {
		uint32_t at = (uint32_t)(i % 64);

		tx->slot[at].len = (uint16_t)(60 + i);
		tx->head = tx->cur = (at + 1) % 64;
		nmd_txsync(port);
		rx->head = rx->cur = rx->tail % 64;
		nmd_rxsync(port);
		nmd_wait(port, POLLIN, 10000);
		nmd_arm(port);
		nmd_stats(port, &stats);
		nmd_peers(port);
	}
	nmd_set_filter(port, accept, 1);
	nmd_set_direction(port, NMD_IN);
}

static void be_a_victim(void *argument)
{
	struct round *round = argument;
	struct nmd_options raw = small(NMD_RAW), capture = small(NMD_CAPTURE);
	struct nmd_info info[8];
	struct nmd_pair pairs[8];
	struct nmd_logged errors[8];
	char spec[32];

	snprintf(spec, sizeof(spec), "vale0:%d", (int)getpid() % 3);
	event_set(round->ready);
	for (int i = 0; i < 3 && !atomic_load(&round->enough); i++) {
		struct nmd_port *one = NULL, *two = NULL;

		if (nmd_open(spec, &raw, &one, NULL) == 0)
			use_port(one);
		if (nmd_open(spec, &capture, &two, NULL) == 0)
			use_port(two);
		nmd_list(info, 8, NULL);
		nmd_pairs(pairs, 8, NULL);
		nmd_error_log(errors, 8, NULL);
		nmd_close(one);
		nmd_close(two);
	}
}

static void scribble_until_enough(void *argument)
{
	struct round *round = argument;
	struct opened o = open_with("vale0:scribbler", small(NMD_RAW));

	state = round->seed;
	event_set(round->ready);
	while (!atomic_load(&round->enough)) {
		for (int i = 0; i < BURST; i++)
			scribble_somewhere(&o);
		poll(NULL, 0, 1); /* a turn for the victims */
	}
	_exit(0);
}

static void play(uint64_t seed)
{
	struct round *round = shared_memory(sizeof(*round));
	pid_t victim[2], scribbler;

	round->seed = seed * 0x9e3779b97f4a7c15ull + 1;
	round->ready = event_new();
	scribbler = spawn(scribble_until_enough, round);
	event_wait(round->ready);
	for (int i = 0; i < 2; i++)
		victim[i] = spawn(be_a_victim, round);
	for (int i = 0; i < 2; i++) {
		int ending = ending_of(victim[i]);

		if (ending != 0) {
			printf("seed %llu: ended by %d\n",
			       (unsigned long long)seed, ending);
			exit(1);
		}
	}
	atomic_store(&round->enough, true);
	join(scribbler);
	close(round->ready.fd);
	munmap(round, sizeof(*round));
}

int main(int argc, char **argv)
{
	uint64_t first = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;

	begin();
	for (uint64_t seed = first; seed < first + ROUNDS; seed++) {
		play(seed);
		/* What a spoiled switch leaves is not the point here. */
		remove_runtime_dir();
		CHECK_EQ(mkdir(runtime_dir, 0700), 0);
	}
	finish();
	return 0;
}
