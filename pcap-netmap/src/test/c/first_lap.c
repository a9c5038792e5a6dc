/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A sender that goes through a receiver's ring for the first time takes one
 * page fault for many pages, not one for each: so it keeps its rate.
 */
#include <sys/resource.h>

#include "testing.h"

#define SLOTS 8192u
#define SLOT_BYTES 2112u
#define PAGE 4096u
#define BATCH 64u
#define BATCHES (SLOTS / BATCH - 1)
#define PAGES (BATCHES * BATCH * SLOT_BYTES / PAGE)
#define LONGEST_PAGE 16384 /* what the kernel maps around one is 65536 */

static long faults(void)
{
	struct rusage usage;

	CHECK_EQ(getrusage(RUSAGE_SELF, &usage), 0);
	return usage.ru_minflt;
}

static void send_batch(const struct opened *from)
{
	uint8_t frame[60];

	make_frame(frame, 2, 1, sizeof(frame), 0);
	for (uint32_t i = 0; i < BATCH; i++)
		queue_slot(from->tx, frame, sizeof(frame), 0);
	CHECK(nmd_txsync(from->port) >= 0);
}

static void send_all(void *unused)
{
	struct opened from = open_raw("vale0:from");
	long before;

	(void)unused;
	send_batch(&from); /* looks at the switch, and fills its own ring */
	before = faults();
	for (uint32_t i = 1; i < BATCHES; i++)
		send_batch(&from);
	CHECK(faults() - before < PAGES / 4);
	nmd_close(from.port);
}

int main(void)
{
	struct nmd_options options = {.mode = NMD_CAPTURE, .rx_slots = SLOTS};
	struct opened to;

	if (sysconf(_SC_PAGESIZE) > LONGEST_PAGE)
		SKIP("pages of %ld bytes", sysconf(_SC_PAGESIZE));
	if (UNDER_TSAN)
		SKIP("the sanitizer's own memory has faults, too");
	begin();
	to = open_with("vale0:to", options);
	join(spawn(send_all, NULL));
	CHECK_EQ(checked_stats(&to).accepted, BATCHES * BATCH);
	nmd_close(to.port);
	finish();
	return 0;
}
