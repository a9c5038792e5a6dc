/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory that areas keep when they close: the next opening of the same
 * sizes takes it and finds clean rings; it is bounded, nothing is kept
 * unmarked, all of it goes with the last opening, and before an open fails
 * for want of room.
 */
#include "testing.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statfs.h>

#include "port.h"
#include "spare.h"

static uint64_t bytes_of(int fd)
{
	struct stat st;

	CHECK_EQ(fstat(fd, &st), 0);
	return (uint64_t)st.st_blocks * 512;
}

/* The switch's file; it can be asked after its name has gone, too. */
static int open_shm(void)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "%s/vale0/shm", runtime_dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	return fd;
}

static uint64_t marked(const struct opened *any)
{
	const struct vale *v = any->port->vale;
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < SW_MAX; i++)
		if (sw_state_of(vale_area_entry(v, i)->state) == SW_FREE)
			bytes += (uint64_t)vale_area_entry(v, i)->spare_pages *
				 SW_PAGE;
	return bytes;
}

/* Writes into all that an opening has: as a program may that has gone mad. */
static void spoil(const struct opened *o)
{
	struct geometry g = o->port->geometry;
	uint8_t *area = (uint8_t *)o->port->area;

	memset(area + AREA_IF_AT, 0xa5, g.memory - AREA_IF_AT);
}

static void look_clean(const struct opened *o)
{
	uint32_t buffer = BUFFERS_RESERVED;

	CHECK_EQ(o->tx->tail, o->tx->num_slots - 1);
	CHECK_EQ(o->rx->head | o->rx->cur | o->rx->tail, 0);
	for (uint32_t i = 0; i < o->tx->num_slots; i++) {
		CHECK_EQ(o->tx->slot[i].buf_idx, buffer++);
		CHECK_EQ(o->tx->slot[i].len | o->tx->slot[i].flags, 0);
		CHECK_EQ(o->tx->slot[i].ptr, 0);
	}
	for (uint32_t i = 0; i < o->rx->num_slots; i++)
		CHECK_EQ(o->rx->slot[i].buf_idx, buffer++);
}

static void taken_by_the_next(enum nmd_mode mode)
{
	struct nmd_options options = {.mode = mode};
	struct opened other = open_raw("vale0:other"), o;
	int fd = open_shm();
	uint32_t area;
	uint64_t open;

	o = open_with("vale0:a", options);
	area = o.port->area_index;
	open = bytes_of(fd);
	CHECK_EQ(marked(&other), 0);
	spoil(&o);
	nmd_close(o.port);
	CHECK_EQ(bytes_of(fd), open);
	CHECK(marked(&other) > 0);
	o = open_with("vale0:b", options);
	CHECK_EQ(o.port->area_index, area);
	CHECK_EQ(marked(&other), 0);
	CHECK_EQ(bytes_of(fd), open);
	look_clean(&o);
	send_to(&other, 255, 1);
	CHECK_EQ(discard(&o), 1);
	nmd_close(o.port);
	nmd_close(other.port);
	/* Whoever still has the file mapped or open keeps its tables only. */
	CHECK(bytes_of(fd) <= SW_HEADERS_SIZE + 4ull * AREA_FILTER_AT);
	close(fd);
	CHECK_EQ(listed(), 0);
}

/* Both ends' areas, with their journals. */
static void pipes_too(void)
{
	struct opened other = open_raw("vale0:other"), left, right;

	for (int i = 0; i < 3; i++) {
		CHECK_EQ(marked(&other) > 0, i > 0);
		left = open_raw("vale0:a{p");
		right = open_raw("vale0:a}p");
		CHECK_EQ(marked(&other), 0);
		send_to(&left, 255, 1);
		CHECK_EQ(discard(&right), 1);
		send_to(&right, 255, 1);
		CHECK_EQ(discard(&left), 1);
		spoil(&left);
		spoil(&right);
		nmd_close(left.port);
		nmd_close(right.port);
	}
	nmd_close(other.port);
	CHECK_EQ(listed(), 0);
}

/* Other sizes: nothing is kept that is not marked, or in use. */
static void other_sizes(void)
{
	struct opened other = open_raw("vale0:other"), o;
	uint64_t bare, open;
	int fd = open_shm();

	bare = bytes_of(fd);
	for (uint32_t slots = 16; slots <= 8192; slots *= 2) {
		o = open_with("vale0:a",
			      (struct nmd_options){.tx_slots = slots});
		open = bytes_of(fd) - marked(&other) - bare;
		CHECK(open >= o.port->geometry.memory);
		CHECK(open <= o.port->geometry.memory + 16 * AREA_FILTER_AT);
		nmd_close(o.port);
		CHECK(marked(&other) <= SPARE_MOST);
		CHECK(bytes_of(fd) <=
		      bare + marked(&other) + 16 * AREA_FILTER_AT);
	}
	nmd_close(other.port);
	close(fd);
	CHECK_EQ(listed(), 0);
}

/* Many at once: what is kept longest goes for what comes. */
static void no_more_than_the_limit(void)
{
	struct opened other = open_raw("vale0:other"), o[8];
	uint64_t kept = 0;

	for (int i = 0; i < 8; i++)
		o[i] = open_capture("vale0:other");
	for (int i = 0; i < 8; i++) {
		nmd_close(o[i].port);
		CHECK(marked(&other) >= kept);
		kept = marked(&other);
		CHECK(kept <= SPARE_MOST);
	}
	CHECK(kept > SPARE_MOST / 2);
	nmd_close(other.port);
	CHECK_EQ(listed(), 0);
}

static void fill(const char *path)
{
	static const uint8_t page[SW_PAGE];
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	CHECK(fd >= 0);
	while (write(fd, page, sizeof(page)) > 0)
		;
	close(fd);
}

/* In a child: its mounts. */
static void given_back_for_others(void *argument)
{
	struct opened other, o;
	char path[96];

	(void)argument;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		SKIP("cannot mount here: %s", strerror(errno));
	CHECK_EQ(mount("tmpfs", runtime_dir, "tmpfs", 0, "size=64m"), 0);
	CHECK_EQ(chmod(runtime_dir, 0700), 0);
	other = open_raw("vale0:other");
	o = open_raw("vale0:a");
	nmd_close(o.port);
	CHECK(marked(&other) > 0);
	snprintf(path, sizeof(path), "%s/filler", runtime_dir);
	fill(path);
	o = open_with("vale0:b", (struct nmd_options){.tx_slots = 512});
	CHECK_EQ(marked(&other), 0);
	send_to(&other, 255, 1);
	CHECK_EQ(discard(&o), 1);
	/* Where tmpfs is nearly full nothing is kept. */
	nmd_close(o.port);
	CHECK_EQ(marked(&other), 0);
	nmd_close(other.port);
	CHECK_EQ(listed(), 0);
	CHECK_EQ(unlink(path), 0);
	CHECK_EQ(umount2(runtime_dir, MNT_DETACH), 0);
}

int main(void)
{
	int code = 0;

	begin();
	taken_by_the_next(NMD_RAW);
	taken_by_the_next(NMD_CAPTURE);
	pipes_too();
	other_sizes();
	no_more_than_the_limit();
	if (geteuid() == 0)
		code = ending_of(spawn(given_back_for_others, NULL));
	CHECK(code == 0 || code == 77);
	finish();
	if (geteuid() != 0 || code == 77)
		SKIP("only root can mount a small tmpfs, and not everywhere");
	return 0;
}
