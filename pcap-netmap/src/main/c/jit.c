/* SPDX-License-Identifier: BSD-2-Clause */
#include "jit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "bpf.h"
#include "jit_emit.h"
#include "runtime.h"
#include "tables.h"

/*
 * Address space; memory is taken page by page as programs are written. Some
 * 1500 programs of the usual length, or 15 of the greatest.
 */
#define ARENA (1u << 20)
/* Longer programs, of instructions, get no loop: it is not what they cost. */
#define PASS_LENGTH 256
#define ENTRY_ALIGNMENT 32

struct jit {
	uint8_t *write; /* readable and writable */
	uint8_t *run;   /* the same memory, readable and executable */
	uint32_t free;  /* bytes below which nothing is written yet */
	uint32_t live;  /* bytes of programs in use */
	uint32_t era;
	uint32_t owner; /* process */
	struct jit_notes notes;
};

static bool map_twice(struct jit *jit, int fd)
{
	if (ftruncate(fd, ARENA) < 0)
		return false;
	jit->write = mmap(NULL, ARENA, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			  0);
	if (jit->write == MAP_FAILED)
		return false;
	jit->run = mmap(NULL, ARENA, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
	if (jit->run != MAP_FAILED)
		return true;
	munmap(jit->write, ARENA);
	return false;
}

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8u
#endif

/*
 * Says that nobody will exec the file, which kernels from 6.3 on want to hear
 * and some insist on; older ones do not know the flag. Mapping is not exec.
 */
static int make_file(void)
{
	int fd = memfd_create("pcap-netmap filters",
			      MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("pcap-netmap filters", MFD_CLOEXEC);
	return fd_above_stdio(fd);
}

/* The mappings keep the memory; the descriptor is closed at once. */
static bool map_arena(struct jit *jit)
{
	int fd = make_file();
	bool done = fd >= 0 && map_twice(jit, fd);

	if (fd >= 0)
		close(fd);
	if (!done)
		return false;
	madvise(jit->write, ARENA, MADV_DONTDUMP);
	madvise(jit->run, ARENA, MADV_DONTDUMP);
	return true;
}

struct jit *jit_new(void)
{
	const struct nmd_insn nothing = {0x06, 0, 0, 0}; /* ret #0 */
	struct jit *jit = calloc(1, sizeof(*jit));
	uint8_t test[64];

	if (!jit)
		return NULL;
	if (!jit_emit(&nothing, 1, 0, &jit->notes, test + sizeof(test),
		      sizeof(test)) ||
	    !map_arena(jit)) {
		free(jit);
		return NULL;
	}
	jit->free = ARENA;
	jit->era = 1;
	jit->owner = tables_pid();
	return jit;
}

void jit_free(struct jit *jit)
{
	if (!jit)
		return;
	munmap(jit->write, ARENA);
	munmap(jit->run, ARENA);
	free(jit);
}

uint32_t jit_era(const struct jit *jit)
{
	return jit && jit->owner == tables_pid() ? jit->era : 0;
}

void jit_drop(struct jit *jit, struct jit_filter *filter)
{
	if (filter->era && filter->era == jit_era(jit))
		jit->live -= filter->bytes;
	*filter = (struct jit_filter){0};
}

/*
 * Instructions that the processor fetched before they were written, through
 * the other mapping, are given up. Only memory that has held code before can
 * have been fetched from.
 */
static void forget_fetched(const struct jit *jit)
{
#if defined(__x86_64__)
	uint32_t a, b, c, d;

	if (jit->era > 1)
		__cpuid(0, a, b, c, d);
#else
	(void)jit;
#endif
}

/* Of jit_emit's kind. */
typedef uint32_t emitter(const struct nmd_insn *prog, uint32_t length,
			 uint32_t ifindex, struct jit_notes *notes,
			 uint8_t *end, uint32_t room);

/* Returns how many bytes the program took, 0: no room. */
static uint32_t emit(struct jit *jit, emitter *emit_one,
		     const struct nmd_insn *prog, uint32_t length,
		     uint32_t ifindex)
{
	uint32_t bytes, entry;

	if (jit->free < ENTRY_ALIGNMENT)
		return 0;
	bytes = emit_one(prog, length, ifindex, &jit->notes,
			 jit->write + jit->free, jit->free - ENTRY_ALIGNMENT);
	if (!bytes)
		return 0;
	entry = (jit->free - bytes) & ~(ENTRY_ALIGNMENT - 1u);
	memmove(jit->write + entry, jit->write + jit->free - bytes, bytes);
	forget_fetched(jit);
	bytes = jit->free - entry;
	jit->free = entry;
	return bytes;
}

static void begin_era(struct jit *jit)
{
	jit->free = ARENA;
	jit->live = 0;
	jit->era++;
}

/* ISO C knows no function at the address of an object. */
static void make_entry(const struct jit *jit, void *function, size_t size)
{
	memcpy(function, &(uint8_t *){jit->run + jit->free}, size);
}

/* What it cannot have, or has no room for, is done without. */
static void add_pass(struct jit *jit, const struct nmd_insn *prog,
		     uint32_t length, uint32_t ifindex,
		     struct jit_filter *filter)
{
	uint32_t bytes = 0;

	if (length <= PASS_LENGTH)
		bytes = emit(jit, jit_emit_pass, prog, length, ifindex);
	if (!bytes)
		return;
	filter->bytes += bytes;
	jit->live += bytes;
	make_entry(jit, &filter->pass, sizeof(filter->pass));
}

void jit_compile(struct jit *jit, const struct nmd_insn *prog, uint32_t length,
		 uint32_t ifindex, struct jit_filter *filter)
{
	jit_drop(jit, filter);
	if (!jit_era(jit))
		return;
	filter->era = jit->era;
	if (bpf_goes_back(prog, length))
		return; /* for the interpreter, which counts how far */
	filter->bytes = emit(jit, jit_emit, prog, length, ifindex);
	/* Half of it would be of use: room for as much again before the next. */
	if (!filter->bytes && jit->live <= ARENA / 2) {
		begin_era(jit);
		filter->bytes = emit(jit, jit_emit, prog, length, ifindex);
	}
	/* Also without code, so that it is not tried again and again. */
	filter->era = jit->era;
	if (!filter->bytes)
		return;
	jit->live += filter->bytes;
	make_entry(jit, &filter->code, sizeof(filter->code));
	add_pass(jit, prog, length, ifindex, filter);
}
