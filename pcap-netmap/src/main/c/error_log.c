/* SPDX-License-Identifier: BSD-2-Clause */
#include "error_log.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "atomics.h"
#include "switches.h"
#include "tables.h"

#define TEXT_SIZE sizeof(((struct sw_error *)NULL)->text)

/* An error before it is in the log. */
struct noted {
	enum nmd_error_kind kind;
	uint32_t pid, opening;
	char program[32];
	char text[TEXT_SIZE];
};

/* What follows the port's name: the reason, and the remedy. */
static const char *const texts[] = {
	[NMD_ERROR_TAKEOVER] = "a process died while it held a lock of the "
			       "port's rings; the lock was taken over, nothing "
			       "need be done",
	[NMD_ERROR_STUCK] = "a process that holds a lock of the port's rings "
			    "does not go on, frames are dropped meanwhile; "
			    "continue or end it",
	[NMD_ERROR_SETTINGS] = "its filter in shared memory changes all the "
			       "time, frames are dropped meanwhile; end the "
			       "program that writes there",
	[NMD_ERROR_FILTER] = "its filter in shared memory is no valid program, "
			     "all frames are rejected; set it again",
	[NMD_ERROR_RING] = "the program set a ring's head out of range, the "
			   "ring was reset; mend the program",
	[NMD_ERROR_SLOTS] = "slots with a buffer index or length out of range "
			    "were not sent; mend the program",
	[NMD_ERROR_WAKE] = "its descriptor could not be written to, a reader "
			   "wakes up later; raise the limit of open files",
	[NMD_ERROR_LEFT] = "its program ended without closing it; what it left "
			   "was cleaned up, nothing need be done",
};

/* FNV-1a over what makes errors distinct; odd, so never 0. */
static uint64_t key_of(uint32_t kind, const char *text)
{
	uint64_t hash = 0xcbf29ce484222325ull ^ kind;

	for (size_t i = 0; i < TEXT_SIZE && text[i]; i++)
		hash = (hash ^ (uint8_t)text[i]) * 0x100000001b3ull;
	return hash | 1;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* The entry with a key, claimed now if there was none; NULL: no room. */
static struct sw_error *find_or_claim(struct sw_error_log *log, uint64_t key)
{
	for (uint32_t i = 0; i < SW_MAX_ERRORS; i++) {
		struct sw_error *e = &log->entry[i];
		uint64_t claimed = load_relaxed(&e->claimed);

		if (claimed == 0 &&
		    atomic_compare_exchange_strong(&e->claimed, &claimed, key))
			return e;
		if (claimed == key)
			return e;
	}
	return NULL;
}

/* Two that do this at once, after a kill, write the same text. */
static void fill(struct sw_error *e, const struct noted *n, uint64_t key,
		 uint64_t now)
{
	e->kind = n->kind;
	e->pid = n->pid;
	e->opening = n->opening;
	memcpy(e->program, n->program, sizeof(e->program));
	memcpy(e->text, n->text, sizeof(e->text));
	store_relaxed(&e->first_ns, now);
	store_relaxed(&e->last_ns, now);
	/* After all of the above, for those who read whole first. */
	store_release(&e->whole, key);
}

static void put(const struct vale *v, const struct noted *n)
{
	struct sw_error_log *log = vale_error_log(v);
	uint64_t key = key_of(n->kind, n->text), now = now_ns();
	struct sw_error *e = find_or_claim(log, key);

	if (!e) {
		counter_add_shared(&log->not_kept, 1);
		return;
	}
	if (load_acquire(&e->whole) != key)
		fill(e, n, key, now);
	store_relaxed(&e->last_ns, now);
	counter_add_shared(&e->count, 1);
}

void error_log_program(char *name, size_t size)
{
	int fd = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, name, size - 1);

	if (fd >= 0)
		close(fd);
	name[n > 0 ? n - 1 : 0] = '\0'; /* without the newline */
}

static void name_who(const struct vale *v, uint32_t who, struct noted *n)
{
	n->opening = who < SW_MAX ? who : UINT32_MAX;
	if (who < SW_MAX) {
		const struct sw_opening *opening = vale_opening(v, who);

		n->pid = opening->pid;
		memcpy(n->program, opening->program, sizeof(n->program) - 1);
	} else {
		n->pid = tables_pid();
		error_log_program(n->program, sizeof(n->program));
	}
}

void error_log_note(const struct vale *v, enum nmd_error_kind kind,
		    uint32_t port, uint32_t who)
{
	struct noted n = {.kind = kind};

	name_who(v, who, &n);
	snprintf(n.text, sizeof(n.text), "%s:%.31s: %s", v->name,
		 port < SW_MAX ? vale_port(v, port)->name : "?", texts[kind]);
	put(v, &n);
}

void error_log_note_open(const struct vale *v, const char *spec, int code)
{
	struct noted n = {.kind = NMD_ERROR_OPEN};

	name_who(v, SW_NONE, &n);
	snprintf(n.text, sizeof(n.text),
		 "%.64s: could not be opened (%s); its program has the details",
		 spec, strerror(-code));
	put(v, &n);
}

/* Where the entries go. */
struct error_list {
	struct nmd_logged *out;
	uint32_t max, count;
};

/* What others wrote, fit for a terminal. */
static void copy_text(char *to, const char *from, size_t size)
{
	for (size_t i = 0; i + 1 < size && from[i]; i++) {
		uint8_t c = (uint8_t)from[i];

		*to++ = c >= ' ' && c < 0x7f ? (char)c : '?';
	}
	*to = '\0';
}

static void emit(const struct vale *v, struct error_list *l,
		 const struct nmd_logged *logged)
{
	if (l->count < l->max) {
		l->out[l->count] = *logged;
		memcpy(l->out[l->count].switch_name, v->name, sizeof(v->name));
	}
	l->count++;
}

/* Copies first, then looks whether that is what its key says. */
static bool read_entry(const struct sw_error *e, struct nmd_logged *out)
{
	uint64_t key = load_acquire(&e->whole);
	char text[TEXT_SIZE];

	if (key == 0)
		return false;
	memcpy(text, e->text, sizeof(text));
	*out = (struct nmd_logged){.kind = e->kind,
				   .pid = e->pid,
				   .opening = e->opening < SW_MAX ? e->opening
								  : UINT32_MAX,
				   .count = load_relaxed(&e->count),
				   .first_ns = load_relaxed(&e->first_ns),
				   .last_ns = load_relaxed(&e->last_ns)};
	/* Whoever noted it first may have been killed before it counted. */
	if (out->count == 0)
		out->count = 1;
	copy_text(out->program, e->program, sizeof(out->program));
	copy_text(out->text, text, sizeof(out->text));
	return key_of(out->kind, text) == key && out->kind < NMD_ERROR_FULL;
}

static void list_errors(const struct vale *v, void *list)
{
	const struct sw_error_log *log = vale_error_log(v);
	uint64_t not_kept = load_relaxed(&log->not_kept);
	struct nmd_logged logged;

	for (uint32_t i = 0; i < SW_MAX_ERRORS; i++)
		if (read_entry(&log->entry[i], &logged))
			emit(v, list, &logged);
	if (not_kept == 0)
		return;
	logged = (struct nmd_logged){.kind = NMD_ERROR_FULL,
				     .opening = UINT32_MAX,
				     .count = not_kept};
	snprintf(logged.text, sizeof(logged.text),
		 "%s: the error log is full, later ones of other kinds are not "
		 "kept; end all programs of the switch to empty it",
		 v->name);
	emit(v, list, &logged);
}

NMD_API int nmd_error_log(struct nmd_logged *out, uint32_t max,
			  struct nmd_error *err)
{
	struct error_list l = {out, max, 0};
	struct visitor visitor = {.look_when_swept = list_errors, .to = &l};
	int r = switches_visit(&visitor, err);

	return r < 0 && l.count == 0 ? r : (int)l.count;
}
