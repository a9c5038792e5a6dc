/* SPDX-License-Identifier: BSD-2-Clause */
/* What a sender knows about those it sends to. */
#ifndef PEERS_H
#define PEERS_H

#include "filter.h"
#include "geometry.h"
#include "lock.h"
#include "port.h"

/* A set of ports, areas or openings. */
struct bitset {
	uint64_t word[4];
};

static inline void bitset_add(struct bitset *set, uint32_t i)
{
	set->word[i / 64] |= 1ull << i % 64;
}

static inline bool bitset_has(const struct bitset *set, uint32_t i)
{
	return set->word[i / 64] >> i % 64 & 1;
}

static inline void bitset_remove(struct bitset *set, uint32_t i)
{
	set->word[i / 64] &= ~(1ull << i % 64);
}

static inline void bitset_merge(struct bitset *set, const struct bitset *more)
{
	for (int w = 0; w < 4; w++)
		set->word[w] |= more->word[w];
}

/* Takes the lowest member out of the set; -1 when it is empty. */
static inline int bitset_pop(struct bitset *set)
{
	for (int w = 0; w < 4; w++)
		if (set->word[w]) {
			int bit = __builtin_ctzll(set->word[w]);

			set->word[w] &= set->word[w] - 1;
			return w * 64 + bit;
		}
	return -1;
}

/*
 * A receive ring that this process has never been through: its pages are there
 * but not in our page table yet.
 */
struct first_lap {
	uint32_t left; /* slots that nobody here has looked at */
	uint64_t to;   /* frame numbers below were looked at */
};

/* One receiving area. */
struct peer {
	struct area *area;
	struct geometry geometry;
	struct sw_pair *pair; /* what we have sent there */
	uint64_t state;       /* the entry's state word when looked at */
	uint32_t port;
	/* One that has it: of a group's member or a monitor, the only one. */
	uint32_t opening;
	uint64_t opening_generation;
	bool unreadable; /* its settings, when looked at last */
	/* As in sw_opening; watched counts for captures. */
	bool capture, monitor, zero_copy, with_port;
	uint16_t shadowed; /* TX rings that an earlier zero-copy monitor sees */
	uint64_t opened_ns;
	struct sw_rings watched;
	uint32_t watched_of;
	struct filter_copy filter;
	struct lock_memory lock_memory[SW_MAX_RINGS];
	struct first_lap first_lap[SW_MAX_RINGS];
};

/* Openings that share the frames of a port; see fanout.h. */
struct peer_group {
	uint32_t port;
	uint32_t word;      /* as in sw_opening.group */
	uint32_t turn;      /* whose, by SW_ROBIN */
	uint64_t looked_ns; /* when the dead were looked for */
	uint32_t count;
	uint8_t member[SW_MAX]; /* areas, in the order of their openings */
};

struct peers {
	uint64_t epoch;                /* of the view; 0: none yet */
	uint64_t views;                /* how many there have been */
	struct bitset of_port[SW_MAX]; /* areas that get a port's frames */
	struct bitset flood;           /* areas of all other ports */
	struct bitset taps;            /* switch-wide captures */
	struct bitset own_captures;    /* other captures of the sender's port */
	/* Zero-copy monitors of a pipe's own end, or of an interface. */
	struct bitset released;
	struct bitset live_ports;
	bool chained;                /* some are shadowed */
	uint64_t chain_looked_ns;    /* when the dead were looked for */
	uint16_t open_rings[SW_MAX]; /* receive rings somebody has open */
	struct jit *jit;             /* for the filters; NULL: none */
	struct nmd_insn *programs;   /* each peer's, side by side */
	uint32_t groups;             /* whose members the sets do not have */
	struct peer_group group[SW_MAX];
	struct peer peer[SW_MAX];
};

/* Whether an area is to get what TX ring tx_ring sends. */
bool peers_wants(const struct peers *peers, uint32_t area, uint32_t tx_ring,
		 enum nmd_direction direction);

/*
 * Looks at a live area, as a receiver of what port sends; false: there is
 * none, or it is damaged.
 */
bool peer_look(struct peer *peer, const struct nmd_port *port, uint32_t area);

/* Takes from an opening what it says of the area looked at. */
void peer_note(struct peer *peer, const struct vale *v,
	       const struct sw_opening *opening);

/*
 * Whether enough time has passed since the kernel was asked last, in
 * *looked_ns, which of several lives; notes that it is asked.
 */
bool peer_may_ask(uint64_t *looked_ns, uint64_t now_ns);

/* Whether the opening was killed. Asks the kernel. */
bool peer_is_dead(const struct peer *peer, const struct nmd_port *port);

/*
 * Zero-copy monitors of a port are a chain: what the port's user releases, and
 * what it sends, the first sees, and what that one releases, the next. Whether
 * a comes before b.
 */
static inline bool peer_is_before(const struct peer *a, const struct peer *b)
{
	return a->opened_ns < b->opened_ns ||
	       (a->opened_ns == b->opened_ns && a->opening < b->opening);
}

/* Of a capture or monitor: whether it sees a receive ring of its port. */
static inline bool peer_sees(const struct peer *peer, uint32_t ring)
{
	uint32_t i = ring % peer->watched_of;

	return i >= peer->watched.first_rx &&
	       i - peer->watched.first_rx < peer->watched.rx;
}

/* All memory is taken here; false: there is none. */
bool peers_init(struct peers *peers);

/* Brings the view up to date if the switch has changed. */
void peers_refresh(struct peers *peers, const struct nmd_port *port);

/*
 * Looks for zero-copy monitors that were killed: those behind them would see
 * nothing. To be asked where some are chained.
 */
void peers_look_at_chain(struct peers *peers, const struct nmd_port *port,
			 uint64_t now_ns);
void peers_free(struct peers *peers);

#endif
