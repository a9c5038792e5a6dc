/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The shared file of a switch with anything in it: whoever joins, lists,
 * sends, receives, waits or closes may get errors and lose frames, but comes
 * back. An input is a list of words and where they are written: in a file
 * that is not joined yet, or under the hands of those who use it.
 */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port.h"

#define PATCHES 64
#define SLOTS 32

struct patch {
	uint8_t where, index;
	uint16_t word;
	uint64_t value;
} __attribute__((packed));

static char folder[64];

static void remove_folder(void)
{
	char command[100];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command) != 0)
		folder[0] = '\0';
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	snprintf(folder, sizeof(folder), "/dev/shm/nmd-fuzz-%d", (int)getpid());
	INSIST(mkdir(folder, 0700) == 0);
	atexit(remove_folder);
	setenv("NETMAP_RUNTIME_DIR", folder, 1);
	setenv("NETMAP_DEVICE", "user", 1);
	setenv("NETMAP_AREA_SIZE", "1M", 1);
	return 0;
}

/* Where patches go: near what matters, and all over an area. */
static uint64_t *place(const struct vale *v, const struct patch *p)
{
	struct area *area = vale_area(v, p->index % 3);
	uint8_t *base;
	uint64_t size;

	switch (p->where % 8) {
	case 0:
		base = (void *)vale_port(v, p->index % 4);
		size = sizeof(struct sw_port);
		break;
	case 1:
		base = (void *)vale_opening(v, p->index % 4);
		size = sizeof(struct sw_opening);
		break;
	case 2:
		base = (void *)vale_area_entry(v, p->index % 4);
		size = sizeof(struct sw_area_entry);
		break;
	case 3:
		base = (void *)vale_header(v);
		size = sizeof(struct sw_header);
		break;
	case 4:
		base = (void *)vale_macs(v);
		size = SW_MAC_ENTRIES * sizeof(uint64_t);
		break;
	case 5:
		base = (void *)area;
		size = offsetof(struct area, tx);
		break;
	case 6:
		base = (void *)&area->tx;
		size = sizeof(*area) - offsetof(struct area, tx);
		break;
	default:
		base = (uint8_t *)area + AREA_FILTER_AT;
		size = 64 << 10;
	}
	return (void *)(base + p->word * 8ull % size / 8 * 8);
}

static void patch_some(struct input *in, const struct vale *v)
{
	struct patch p;

	for (int i = 0; i < 8 && in->left > 0; i++) {
		input_take(in, &p, sizeof(p));
		__atomic_store_n(place(v, &p), p.value, __ATOMIC_RELAXED);
	}
}

static struct nmd_port *open_one(const char *spec, uint32_t mode)
{
	struct nmd_options options = {.size = sizeof(options),
				      .mode = mode,
				      .tx_slots = SLOTS,
				      .rx_slots = SLOTS};
	struct nmd_port *port = NULL;

	nmd_open(spec, &options, &port, NULL);
	return port;
}

static void use(struct nmd_port *port)
{
	static const struct nmd_insn accept[] = {{0x06, 0, 0, 65535}};
	struct nmd_stats stats = {.size = sizeof(stats)};
	struct netmap_ring *tx, *rx;

	if (!port)
		return;
	tx = nmd_tx_ring(port, 0);
	rx = nmd_rx_ring(port, 0);
	for (uint32_t i = 0; i < 4; i++) {
		tx->slot[i].len = (uint16_t)(60 + i);
		memset(nmd_buffers(port) + (2 + i) * 2112, 0xff, 6);
	}
	tx->head = tx->cur = 4;
	nmd_txsync(port);
	nmd_rxsync(port);
	rx->head = rx->cur = rx->tail % SLOTS;
	nmd_wait(port, POLLIN | POLLOUT, 0);
	nmd_arm(port);
	nmd_stats(port, &stats);
	nmd_peers(port);
	nmd_set_filter(port, accept, 1);
}

/* A file of which only the first bytes are known, before anybody joins. */
static void join_a_strange_file(struct input *in)
{
	static const struct vale nothing;
	struct vale v = nothing;
	struct sw_header header;
	char path[96];
	int fd;

	input_take(in, &header, sizeof(header));
	snprintf(path, sizeof(path), "%s/vale0", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/vale0/shm", folder);
	fd = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	INSIST(fd >= 0);
	INSIST(write(fd, &header, sizeof(header)) == sizeof(header));
	INSIST(ftruncate(fd, (off_t)(header.file_size % (1ull << 30))) == 0);
	close(fd);
	nmd_list(NULL, 0, NULL);
	nmd_close(open_one("vale0:a", NMD_RAW));
	(void)v;
}

static void spoil_a_used_switch(struct input *in)
{
	struct nmd_port *raw = open_one("vale0:a", NMD_RAW), *late;
	struct nmd_port *capture = open_one("vale0:a", NMD_CAPTURE);
	struct nmd_port *other = open_one("vale0:b", NMD_RAW);
	struct nmd_info info[8];

	INSIST(raw && capture && other);
	for (int i = 0; i < PATCHES / 8 && in->left > 0; i++) {
		patch_some(in, raw->vale);
		use(raw);
		use(other);
		nmd_rxsync(capture);
		nmd_list(info, 8, NULL);
		late = open_one("vale0:c", NMD_RAW);
		patch_some(in, raw->vale);
		use(late);
		nmd_close(late);
	}
	nmd_close(raw);
	nmd_close(capture);
	nmd_close(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	uint8_t way;

	input_take(&in, &way, 1);
	if (way % 8)
		spoil_a_used_switch(&in);
	else
		join_a_strange_file(&in);
	remove_folder();
	INSIST(mkdir(folder, 0700) == 0);
	return 0;
}
