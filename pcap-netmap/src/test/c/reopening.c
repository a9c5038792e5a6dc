/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Opening and closing for ever costs neither address space nor memory; a
 * program that has closed every descriptor can open again, its old openings
 * are errors and not somebody else's rings; a switch is full at 254 openings
 * and usable again when one has closed.
 */
#include "testing.h"

#include <fcntl.h>

#define CYCLES 1500
#define OPENINGS 254

/* A line of /proc/self/status, in KiB. */
static long status_kib(const char *name)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[128];
	long kib = -1;

	CHECK(f != NULL);
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, name, strlen(name)) == 0)
			kib = strtol(line + strlen(name) + 1, NULL, 10);
	fclose(f);
	CHECK(kib >= 0);
	return kib;
}

static int descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static struct nmd_options small(void)
{
	return (struct nmd_options){.tx_slots = 16, .rx_slots = 16};
}

/* Each cycle makes a switch and removes it. */
static void opening_for_ever_costs_nothing(void)
{
	struct opened o = open_with("vale0:a", small());
	long space, memory;
	int fds;

	nmd_close(o.port);
	space = status_kib("VmSize:");
	memory = status_kib("RssShmem:");
	fds = descriptors();
	for (int i = 0; i < CYCLES; i++) {
		o = open_with(i % 2 ? "vale0:a" : "vale1:b", small());
		send_to(&o, 255, 1);
		nmd_close(o.port);
	}
	CHECK_EQ(descriptors(), fds);
	CHECK_EQ(listed(), 0);
	/* One switch more than before may be mapped, not hundreds. */
	CHECK(status_kib("VmSize:") <= 3 * space + 1000000);
	CHECK(status_kib("RssShmem:") <= memory + 8192);
}

/*
 * With NMD_KEEP_VIEW an old view can be read and written, and is nobody's:
 * neither the next port in the same area nor another switch sees a byte.
 */
static void old_views_are_nobodys(void)
{
	struct opened o = open_with(
		"vale0:1",
		(struct nmd_options){.mode = NMD_RAW, .flags = NMD_KEEP_VIEW});
	struct opened next;
	uint8_t *old = o.region.base;
	const volatile uint64_t *word;

	nmd_close(o.port);
	next = open_raw("vale1:2");
	word = next.region.base;
	CHECK(next.region.base != (void *)old);
	memset(old, 0x5a, o.region.size);
	for (uint64_t i = 0; i < next.region.size / 8; i += 8)
		CHECK(word[i] != 0x5a5a5a5a5a5a5a5a);
	CHECK_EQ(nmd_txsync(next.port), 1023);
	nmd_close(next.port);
	CHECK_EQ(old[o.region.size - 1], 0x5a);
}

static void close_everything(void)
{
	for (int fd = 3; fd < 1024; fd++)
		close(fd);
}

/* A daemon: opens, closes all descriptors, goes on. Runs in a child. */
static void lose_all_descriptors(void *argument)
{
	struct opened lost = open_with("vale0:lost", small());
	struct opened again, other;

	(void)argument;
	close_everything();
	again = open_with("vale0:again", small()); /* sweeps the lost one */
	CHECK_EQ(listed(), 2);
	/* Its area is another's now, whose rings are left alone. */
	other = open_with("vale0:other", small());
	send_to(&again, 255, 2);
	CHECK_EQ(nmd_txsync(lost.port), -EBADF);
	CHECK_EQ(nmd_rxsync(lost.port), -EBADF);
	CHECK_EQ(nmd_wait(lost.port, POLLIN, -1), -EBADF);
	CHECK_EQ(nmd_arm(lost.port), -EBADF);
	CHECK_EQ(nmd_set_filter(lost.port, NULL, 0), -EBADF);
	CHECK_EQ(nmd_set_snaplen(lost.port, 10), -EBADF);
	CHECK_EQ(nmd_set_direction(lost.port, NMD_OUT), -EBADF);
	CHECK_EQ(discard(&other), 1);
	nmd_close(lost.port);
	CHECK_EQ(listed(), 3);
	nmd_close(again.port);
	nmd_close(other.port);
	CHECK_EQ(listed(), 1);
}

static void a_daemon_can_open_again(void)
{
	struct opened witness = open_with("vale0:witness", small());

	join(spawn(lose_all_descriptors, NULL));
	CHECK_EQ(listed(), 1);
	nmd_close(witness.port);
}

static void a_full_switch_says_so(void)
{
	static struct opened all[OPENINGS];
	struct nmd_options options = small();
	struct nmd_port *port = NULL;
	struct nmd_error why;
	char spec[32];

	for (int i = 0; i < OPENINGS; i++) {
		snprintf(spec, sizeof(spec), "vale0:%d", i);
		all[i] = open_with(spec, small());
	}
	CHECK_EQ(nmd_peers(all[0].port), OPENINGS - 1);
	options.size = sizeof(options);
	CHECK_EQ(nmd_open("vale0:more", &options, &port, &why), -ENOSPC);
	CHECK(strncmp(why.text, "vale0:more: ", 12) == 0);
	CHECK(strstr(why.text, "254") && strstr(why.text, "; "));
	/* One frame to them all. */
	send_to(&all[7], 255, 1);
	CHECK_EQ(stats_of(&all[7]).offered, OPENINGS - 1);
	CHECK_EQ(discard(&all[OPENINGS - 1]), 1);
	nmd_close(all[100].port);
	all[100] = open_with("vale0:more", small());
	CHECK_EQ(listed(), OPENINGS);
	for (int i = 0; i < OPENINGS; i++)
		nmd_close(all[i].port);
	CHECK_EQ(listed(), 0);
}

int main(void)
{
	begin();
	opening_for_ever_costs_nothing();
	old_views_are_nobodys();
	a_daemon_can_open_again();
	a_full_switch_says_so();
	finish();
	return 0;
}
