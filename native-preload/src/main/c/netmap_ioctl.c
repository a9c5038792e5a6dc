/* SPDX-License-Identifier: BSD-2-Clause */
/* The ioctls of a netmap descriptor. */
#include <errno.h>

#include "netmap_copies.h"
#include "netmap_csb.h"
#include "netmap_file.h"
#include "netmap_guest.h"
#include "netmap_null.h"

static void before(const struct netmap_file *f)
{
	if (f->guest)
		guest_before_sync(f->guest);
}

static int after(const struct netmap_file *f, int result)
{
	if (f->guest)
		guest_after_sync(f->guest);
	return result;
}

int netmap_txsync(struct netmap_file *f, struct nmd_port *port)
{
	if (f->null)
		return 0;
	before(f);
	return after(f, nmd_txsync(port));
}

int netmap_rxsync(struct netmap_file *f, struct nmd_port *port)
{
	if (f->null)
		return 0;
	before(f);
	return after(f, nmd_rxsync(port));
}

int netmap_wait(struct netmap_file *f, struct nmd_port *port, int events,
		int64_t timeout_ns)
{
	int held;

	if (f->null)
		return null_wait(f, port, events, timeout_ns);
	/* A frame that the interface refuses is gone; the module drops it. */
	do {
		before(f);
		held = after(f, nmd_wait(port, events, timeout_ns));
	} while (held == -EMSGSIZE);
	return held;
}

/*
 * The module passes over a ring that another thread is syncing, puts one whose
 * indices make no sense in order, and drops a frame that its interface refuses;
 * none of them is an error of the call.
 */
static int sync_result(int result)
{
	return result >= 0 || result == -EBUSY || result == -EINVAL ||
			       result == -EMSGSIZE
		       ? 0
		       : -result;
}

static int txsync(struct netmap_file *f)
{
	struct nmd_port *port = atomic_load(&f->port);

	if (!port)
		return ENXIO;
	if (csb_is_on(f))
		return EBUSY; /* the loop's */
	return f->sends ? sync_result(netmap_txsync(f, port)) : 0;
}

static int rxsync(struct netmap_file *f)
{
	struct nmd_port *port = atomic_load(&f->port);
	int error;

	if (!port)
		return ENXIO;
	if (csb_is_on(f))
		return EBUSY;
	if (!f->receives)
		return 0;
	error = sync_result(netmap_rxsync(f, port));
	if (atomic_load(&f->watched))
		nmd_arm(port);
	return error;
}

static int legacy(struct netmap_file *f, unsigned int request,
		  uint64_t argument)
{
	struct legacy_request l;
	int error = copy_in(&l, argument, sizeof(l));

	if (error)
		return error;
	error = netmap_legacy(f, request, &l);
	return copy_out(&l, argument, sizeof(l)) == 0 ? error : EFAULT;
}

static int answer(struct netmap_file *f, unsigned int request,
		  uint64_t argument)
{
	switch (request) {
	case NETMAP_TXSYNC:
		return txsync(f);
	case NETMAP_RXSYNC:
		return rxsync(f);
	case NETMAP_INFO:
	case NETMAP_REGISTER:
		return argument ? legacy(f, request, argument) : EINVAL;
	case NETMAP_CONTROL:
		return argument ? netmap_control_program(f, argument) : EINVAL;
	default:
		return EOPNOTSUPP;
	}
}

int netmap_ioctl(struct netmap_file *f, unsigned long request,
		 uint64_t argument)
{
	int error = answer(f, (unsigned int)request, argument);

	if (error == 0)
		return 0;
	errno = error;
	return -1;
}
