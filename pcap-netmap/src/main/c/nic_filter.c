/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The opening's filter where the kernel runs it: in front of the socket's
 * queue, so that what it rejects is neither copied nor queued, and wakes
 * nobody.
 *
 * The program is the opening's own, behind a few instructions that decide
 * by direction and let everything with a VLAN tag pass: the kernel keeps a tag
 * apart from the frame, where the opening's program would not find it, so that
 * such frames are looked at when their tag is back in its place.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "atomics.h"
#include "nic.h"
#include "port.h"
#include "settings.h"

#define LOAD(what) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + (what))
#define EQUAL(value, yes, no) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), (yes), (no))
#define RETURN(bytes) BPF_STMT(BPF_RET | BPF_K, (bytes))
#define ALL 0x40000u
#define MOST (BPF_MAXINSNS)

struct program {
	uint32_t length;
	struct sock_filter at[MOST];
};

static void add(struct program *p, struct sock_filter insn)
{
	p->at[p->length++] = insn;
}

static void add_direction(struct program *p, uint32_t wanted)
{
	if (wanted == NMD_INOUT)
		return;
	add(p, (struct sock_filter)LOAD(SKF_AD_PKTTYPE));
	if (wanted == NMD_IN)
		add(p, (struct sock_filter)EQUAL(PACKET_OUTGOING, 0, 1));
	else
		add(p, (struct sock_filter)EQUAL(PACKET_OUTGOING, 1, 0));
	add(p, (struct sock_filter)RETURN(0));
}

static void add_tag_check(struct program *p, uint32_t snaplen)
{
	add(p, (struct sock_filter)LOAD(SKF_AD_VLAN_TAG_PRESENT));
	add(p, (struct sock_filter)EQUAL(0, 1, 0));
	add(p, (struct sock_filter)RETURN(snaplen));
	/* A program may count on A being 0. */
	add(p, (struct sock_filter)BPF_STMT(BPF_LD | BPF_IMM, 0));
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* The program, keeping no more of a frame than snaplen. */
static void add_own(struct program *p, const struct filter_copy *filter,
		    uint32_t snaplen)
{
	for (uint32_t i = 0; i < filter->length; i++) {
		struct sock_filter insn;

		_Static_assert(sizeof(insn) == sizeof(*filter->prog),
			       "instructions are the kernel's");
		memcpy(&insn, &filter->prog[i], sizeof(insn));
		if (insn.code == (BPF_RET | BPF_K))
			insn.k = least(insn.k, snaplen);
		add(p, insn);
	}
	if (!filter->length)
		add(p, (struct sock_filter)RETURN(snaplen));
}

static int attach(const struct nic *nic, struct program *p)
{
	struct sock_fprog prog = {.len = (unsigned short)p->length,
				  .filter = p->at};

	return setsockopt(nic->socket.fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog,
			  sizeof(prog));
}

/*
 * Ask for as much as the longest part that is needed before a tag, which takes
 * room in the snap length, is put back.
 */
static uint32_t kernel_snaplen(const struct filter_copy *filter)
{
	return filter->snaplen ? least(filter->snaplen, ALL) : ALL;
}

#define PROLOGUE 8 /* instructions at most */

/* False: the kernel does not take it; it is run when frames are received. */
static bool attach_settings(const struct nic *nic)
{
	const struct filter_copy *filter = &nic->self.filter;
	uint32_t direction = filter->direction;
	struct program p = {.length = 0};

	if (filter->broken || filter->length > MOST - PROLOGUE)
		return false;
	if (nic->incoming_only || nic->loopback) {
		add_direction(&p, NMD_IN);
		if (direction == NMD_OUT)
			add(&p, (struct sock_filter)RETURN(0));
	} else {
		add_direction(&p, direction);
	}
	add_tag_check(&p, filter->length ? ALL : kernel_snaplen(filter));
	add_own(&p, filter, kernel_snaplen(filter));
	return attach(nic, &p) == 0;
}

static void attach_return(const struct nic *nic, uint32_t bytes)
{
	struct program p = {.length = 0};

	add(&p, (struct sock_filter)RETURN(bytes));
	attach(nic, &p);
}

void nic_reject(const struct nic *nic)
{
	attach_return(nic, 0);
}

/*
 * What is queued counts as seen, as it would had it been read. The kernel
 * hands a block that it has begun over a moment later.
 */
#define DRAIN_TRIES 400
#define DRAIN_PAUSE_NS 250000

static void drain(struct nmd_port *port)
{
	const struct timespec pause = {0, DRAIN_PAUSE_NS};
	struct nic *nic = port->nic;
	uint64_t before = nic->taken;

	nic_reject(nic);
	for (int i = 0; i < DRAIN_TRIES && nic_count(port) > 0; i++) {
		const struct tpacket3_hdr *h;

		if (i > 0)
			nanosleep(&pause, NULL);
		for (; (h = nic_ring_frame(&nic->ring)); nic->taken++)
			nic_ring_next(&nic->ring, h);
	}
	counter_add(&port->area->rx[0].accepted, nic->taken - before);
}

void nic_refilter(struct nmd_port *port, bool give_up)
{
	struct nic *nic = port->nic;

	if (nic->xdp)
		xdp_refilter(port);
	if (!nic_copies(nic) || !nic_owns(&nic->socket))
		return;
	nic->kernel_knows = false;
	if (give_up)
		drain(port);
	if (!filter_refresh(&nic->self.filter, port->area, nic_jit(port)) ||
	    !attach_settings(nic)) {
		attach_return(nic, ALL);
		return;
	}
	nic->kernel_knows = true;
	nic->kernel_seq = nic->self.filter.seq;
}
