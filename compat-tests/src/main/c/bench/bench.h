/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every benchmark worker shares: options, clock, pinning, frames, the
 * result line.
 *
 * A worker measures one thing and ends with one JSON object on the last line
 * of standard output. Numbers only, so that any reader of it is short.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes from one buffer to the next, as the netmap device lays them out. */
#define BENCH_STRIDE 2112

/* Options common to all workers; each uses those that make sense to it. */
struct bench_options {
	const char *port;      /* -p vale0:a, interface, or kind of wake-up */
	const char *peer_port; /* -P where to, if not back to the same */
	uint32_t size;         /* -l bytes of a frame, 60 .. 2112; 60 */
	uint32_t slots;        /* -n slots of a ring, 16 .. 65536; 1024 */
	uint32_t batch;        /* -b slots per publish or sync */
	uint32_t count;        /* -c rounds of a latency measurement */
	uint32_t pause_us;     /* -u microseconds between two of them */
	double seconds;        /* -s length of the measurement */
	double warm_up;        /* -w seconds from the first frame to it; 0.2 */
	double rate;           /* -r frames a second, 0: as fast as possible */
	bool broadcast;        /* -B send to ff:ff:ff:ff:ff:ff */
	uint32_t idle;         /* -I openings of nmd-crowd on the switch */
	bool huge;             /* -H ask for huge pages */
	bool rewrite;          /* -W write each payload anew */
	bool capture;          /* -C open in capture mode */
	bool filter;           /* -F receive UDP port 53 only */
	bool one_by_one;       /* -N by pcap_next_ex, not by pcap_loop */
	bool immediate;        /* -M pcap_set_immediate_mode */
	bool sleeping;         /* -S sleep, do not spin */
	uint32_t udp;          /* -U frames are UDP, each so-many'th of the ring
			    * to port 53; 0: not UDP */
	int cpu;               /* -k this process's core, -1: wherever */
	int peer_cpu;          /* -K the forked peer's core */
};

/* Parses argv; ends the process with status 2 and a usage line if it can't. */
void bench_parse(struct bench_options *o, int argc, char **argv);

/* CLOCK_MONOTONIC, nanoseconds; the same clock in every process. */
uint64_t bench_now(void);

/* Runs on one core from now on; cpu < 0 leaves things as they are. */
void bench_pin(int cpu);

/* User and system time of this process so far, seconds. */
double bench_cpu_seconds(void);

/* Ends the process with status 1 and one line on standard error. */
_Noreturn void bench_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/*
 * Writes an Ethernet frame of size bytes from port number `from` (source
 * 02:00:00:00:00:<from>) to `to`; to 0xff means broadcast.
 */
void bench_frame(uint8_t *buf, uint32_t size, uint8_t from, uint8_t to);

/* The same as IPv4 and UDP, to a port number. */
void bench_udp_frame(uint8_t *buf, uint32_t size, uint8_t from, uint8_t to,
		     uint16_t port);

/* Memory shared with children; ends the process when there is none. */
void *bench_share(size_t bytes, bool huge);

/* A sender's schedule. */
struct bench_pace {
	double per_ns;  /* frames, 0: as many as possible */
	uint64_t start; /* of the schedule */
	uint64_t last;  /* time that frames were asked for */
	double allowed; /* frames that may go at once */
	uint64_t sent;  /* frames since the start */
};

void bench_pace_begin(struct bench_pace *p, const struct bench_options *o);

/*
 * How many frames are due now, at most `most`; they count as sent. A sender
 * that was kept from the processor makes up for it a tenth faster, not in one
 * burst: that would be another rate than the one asked for.
 */
uint32_t bench_pace_due(struct bench_pace *p, uint32_t most);

/*
 * The receiving side of a measurement. The window opens a warm-up after the
 * first frame, when pages, caches and branch predictors have settled, and
 * lasts the given seconds; total counts everything ever added.
 */
struct bench_window {
	uint64_t warm_up_ns, length_ns;
	uint64_t first_ns; /* first frame seen, 0: none yet */
	uint64_t start_ns, end_ns;
	uint64_t packets; /* within [start, end) */
	uint64_t total;
	uint64_t looked; /* a sum over the frames, so that looking is work */
};

void bench_window_open(struct bench_window *w, const struct bench_options *o);
void bench_window_add(struct bench_window *w, uint64_t packets);

static inline bool bench_window_over(const struct bench_window *w)
{
	return w->end_ns && w->end_ns - w->start_ns >= w->length_ns;
}

/* The window as members of a JSON object; valid until the next call. */
const char *bench_window_figures(const struct bench_window *w);

/* Asks the processor to be easy on its sibling while we spin. */
static inline void bench_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

#endif
