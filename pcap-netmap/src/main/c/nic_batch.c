/* SPDX-License-Identifier: BSD-2-Clause */
#include "nic_batch.h"

#include <stdlib.h>
#include <sys/mman.h>

/* The pieces behind the first, and the room for a whole frame. */
#define REST_BYTES ((size_t)NIC_BATCH * NIC_REST + NIC_MAX_FRAME)

static void point_pieces(struct nic_batch *batch)
{
	for (uint32_t i = 0; i < NIC_BATCH; i++) {
		batch->piece[i][0] = (struct iovec){
			.iov_base = batch->first[i] + NIC_TAG,
			.iov_len = NIC_FIRST,
		};
		batch->piece[i][1] = (struct iovec){
			.iov_base = batch->rest + (size_t)i * NIC_REST,
			.iov_len = NIC_REST,
		};
	}
}

struct nic_batch *nic_batch_new(void)
{
	struct nic_batch *batch = calloc(1, sizeof(*batch));
	void *rest = mmap(NULL, REST_BYTES, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (!batch || rest == MAP_FAILED) {
		free(batch);
		if (rest != MAP_FAILED)
			munmap(rest, REST_BYTES);
		return NULL;
	}
	batch->rest = rest;
	batch->gathered = batch->rest + (size_t)NIC_BATCH * NIC_REST;
	point_pieces(batch);
	return batch;
}

void nic_batch_free(struct nic_batch *batch)
{
	if (!batch)
		return;
	munmap(batch->rest, REST_BYTES);
	free(batch);
}

void nic_batch_ready(struct nic_batch *batch, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		batch->message[i].msg_hdr = (struct msghdr){
			.msg_name = &batch->from[i],
			.msg_namelen = sizeof(batch->from[i]),
			.msg_iov = batch->piece[i],
			.msg_iovlen = 2,
			.msg_control = &batch->control[i],
			.msg_controllen = sizeof(batch->control[i]),
		};
}

struct nic_tx_batch *nic_tx_batch_new(void)
{
	return calloc(1, sizeof(struct nic_tx_batch));
}

void nic_tx_batch_free(struct nic_tx_batch *batch)
{
	free(batch);
}
