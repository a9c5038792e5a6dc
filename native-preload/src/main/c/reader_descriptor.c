/* SPDX-License-Identifier: BSD-2-Clause */
/* The descriptor that a program polls before it reads. */
#include <errno.h>

#include "closing.h"
#include "descriptors.h"
#include "handle.h"
#include "settle.h"

/* While frames are left, the descriptor stays as it is: readable. */
void reader_arm(struct handle *h)
{
	bool left;

	if (!h->polled)
		return;
	left = reader_has_unread(h);
	if (!left || !h->readable)
		nmd_arm(h->port);
	h->readable = left;
}

static const struct descriptor_kind handle_kind;

int reader_give_descriptor(struct handle *h)
{
	int fd = nmd_fd(h->port);
	uint64_t rejected;

	if (!h->polled) {
		h->descriptor.kind = &handle_kind;
		descriptor_add(fd, &h->descriptor);
		h->rejected = reader_rejected(h);
		atomic_store(&h->late, nmd_rejects(h->port, &rejected));
		settle_handles += h->late;
	}
	h->polled = true;
	reader_arm(h);
	return fd;
}

/* The number may be another file's by now, then it is not in the table. */
void reader_take_descriptor_back(struct handle *h)
{
	int fd = nmd_fd(h->port);

	if (h->polled && descriptor_at(fd) == &h->descriptor)
		descriptor_give_back(descriptor_leave(fd));
	if (h->polled && h->late) {
		settle_epoll_forget(fd);
		settle_handles--;
	}
	atomic_store(&h->late, false);
	h->polled = false;
}

struct handle *reader_of_descriptor(int fd)
{
	struct descriptor *d = fd < 0 ? NULL : descriptor_at(fd);

	if (!d || d->kind != &handle_kind)
		return NULL;
	return (struct handle *)((char *)d -
				 offsetof(struct handle, descriptor));
}

/* Only the thread that reads looks: it moves on over what is rejected. */
bool reader_at_hand(int fd)
{
	struct handle *h = reader_of_descriptor(fd);
	struct outer_read outer;
	bool at_hand;

	if (!h || atomic_load_explicit(&h->reader, memory_order_relaxed) !=
			  closing_this_thread())
		return false;
	outer = closing_read_begins(h);
	at_hand = !closing_has_begun(h) && h->port && h->readable &&
		  nmd_fd(h->port) == fd && reader_has_unread(h);
	closing_read_ends(h, outer);
	return at_hand;
}

uint64_t reader_rejected(const struct handle *h)
{
	uint64_t rejected;

	nmd_rejects(h->port, &rejected);
	return rejected + h->passed;
}

/*
 * Another thread may read meanwhile: nothing of the reader's is touched. A sync
 * that finds another one under way, or the ring spoiled, shows nothing yet.
 */
static bool take_in(struct handle *h)
{
	int shown = nmd_rxsync(h->port);

	nmd_arm(h->port);
	return shown > 0 || (shown < 0 && shown != -EBUSY && shown != -EINVAL);
}

/* Whose close has begun is readable: the read says so. */
bool reader_settle(int fd)
{
	struct handle *h = reader_of_descriptor(fd);
	bool left;

	if (!h || !closing_use_begins(h))
		return true;
	left = !h->port || take_in(h);
	closing_use_ends(h);
	return left;
}
