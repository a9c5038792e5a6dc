/* SPDX-License-Identifier: BSD-2-Clause */
/* The descriptor that a program polls before it reads. */
#include <errno.h>

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

	if (!h->polled) {
		h->descriptor.kind = &handle_kind;
		descriptor_add(fd, &h->descriptor);
		h->rejected = reader_rejected(h);
		settle_handles++;
	}
	h->polled = true;
	reader_arm(h);
	return fd;
}

/* The number may be another file's by now, then it is not in the table. */
void reader_take_descriptor_back(struct handle *h)
{
	int fd = nmd_fd(h->port);

	if (h->polled) {
		if (descriptor_at(fd) == &h->descriptor)
			descriptor_give_back(descriptor_leave(fd));
		settle_epoll_forget(fd);
		settle_handles--;
	}
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

bool reader_at_hand(int fd)
{
	struct handle *h = reader_of_descriptor(fd);

	return h && h->port && h->readable && nmd_fd(h->port) == fd &&
	       reader_has_unread(h);
}

bool reader_filters_late(const struct handle *h)
{
	uint64_t rejected;

	return h->port && nmd_rejects(h->port, &rejected);
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
bool reader_settle(struct handle *h)
{
	int shown = nmd_rxsync(h->port);

	nmd_arm(h->port);
	return shown > 0 || (shown < 0 && shown != -EBUSY && shown != -EINVAL);
}
