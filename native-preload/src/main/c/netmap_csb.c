/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_csb.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "netmap_copies.h"
#include "netmap_guest.h"
#include "process.h"

#define ENTRY sizeof(struct csb_to_device)

_Static_assert(ENTRY == sizeof(struct csb_to_program), "both are as long");

struct netmap_csb *csb_of(struct netmap_file *f)
{
	struct netmap_csb *csb = atomic_load(&f->csb), *none = NULL;

	if (csb)
		return csb;
	csb = mmap(NULL, sizeof(*csb), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (csb == MAP_FAILED)
		return NULL;
	if (atomic_compare_exchange_strong(&f->csb, &none, csb))
		return csb;
	munmap(csb, sizeof(*csb));
	return none;
}

void csb_forget(struct netmap_file *f)
{
	struct netmap_csb *csb = atomic_exchange(&f->csb, NULL);

	if (csb)
		munmap(csb, sizeof(*csb));
}

/* A process's question, but the kernel knows its threads by number, too. */
bool csb_loop_lives(uint32_t loop)
{
	uint32_t thread = LOOP_THREAD(loop);

	return thread && process_life(thread) != LOCK_HOLDER_DEAD;
}

/* The program's entries as they are, the loop's as zeroes. */
static int check_memory(const struct csb_option *o, size_t size)
{
	void *bytes;
	bool good;

	if (o->to_device % ENTRY || o->to_program % ENTRY)
		return EINVAL;
	bytes = calloc(1, size);
	if (!bytes)
		return ENOMEM;
	good = copy_out(bytes, o->to_program, size) == 0 &&
	       copy_in(bytes, o->to_device, size) == 0 &&
	       copy_out(bytes, o->to_device, size) == 0;
	free(bytes);
	return good ? 0 : EFAULT;
}

struct csb_ring csb_ring(const struct netmap_file *f, struct nmd_port *port,
			 uint32_t i)
{
	const struct netmap_csb *csb = atomic_load(&f->csb);
	bool receives = i >= port->rings.tx;
	uint32_t of_kind = receives ? i - port->rings.tx : i;
	struct csb_ring r = {
		.port = port,
		.from = atomic_load(&csb->to_device) + i,
		.to = atomic_load(&csb->to_program) + i,
		.receives = receives,
		.number = of_kind + (receives ? port->rings.first_rx
					      : port->rings.first_tx),
		.slots = receives ? port->geometry.rx_slots
				  : port->geometry.tx_slots,
	};

	if (f->guest)
		r.ring = guest_ring(f->guest, receives, of_kind);
	else
		r.ring = receives ? nmd_rx_ring(port, of_kind)
				  : nmd_tx_ring(port, of_kind);
	return r;
}

uint32_t csb_hwcur(const struct csb_ring *r)
{
	struct area *area = r->port->area;
	uint64_t at = r->receives ? load_acquire(&area->rx[r->number].consumed)
				  : load_acquire(&area->tx[r->number].sent);

	return (uint32_t)(at % r->slots);
}

uint32_t csb_hwtail(const struct csb_ring *r)
{
	uint64_t granted;

	if (!r->receives && r->port->nic) /* some are under way */
		return index_load(&r->ring->tail) % r->slots;
	if (!r->receives)
		return (csb_hwcur(r) + r->slots - 1) % r->slots;
	granted = load_acquire(&r->port->area->rx[r->number].granted);
	return (uint32_t)(granted % r->slots);
}

static void fill_entries(const struct csb_ring *r)
{
	r->from->head = index_load(&r->ring->head);
	r->from->cur = r->ring->cur;
	r->from->wants_irq = r->from->sync_flags = 1;
	r->to->hwcur = csb_hwcur(r);
	r->to->hwtail = csb_hwtail(r);
	r->to->wants_kick = 1;
}

static int enable(struct netmap_file *f, struct nmd_port *port,
		  const struct csb_option *o)
{
	struct netmap_csb *csb = csb_of(f);
	uint32_t n = csb_rings(port);
	int error;

	if (!csb)
		return ENOMEM;
	if (csb_loop_lives(atomic_load(&csb->loop)))
		return EBUSY;
	if (n == 0)
		return 0;
	error = f->exclusive ? check_memory(o, n * ENTRY) : EINVAL;
	if (error)
		return error;
	atomic_store(&csb->to_program,
		     (struct csb_to_program *)(uintptr_t)o->to_program);
	atomic_store(&csb->to_device,
		     (struct csb_to_device *)(uintptr_t)o->to_device);
	for (uint32_t i = 0; i < n; i++) {
		struct csb_ring r = csb_ring(f, port, i);

		fill_entries(&r);
	}
	return 0;
}

int csb_enable(struct netmap_file *f, struct nmd_port *port,
	       struct csb_option *o)
{
	int error = enable(f, port, o);

	o->head.status = (uint32_t)error;
	return error;
}
