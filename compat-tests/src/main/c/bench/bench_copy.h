/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fastest copy of a frame we know, between buffers that are 64-byte
 * aligned and may be read and written up to the next multiple of 64.
 *
 * Small frames go by ordinary stores, a cache line at a time; wider registers
 * than 16 bytes brought nothing there. Large ones go past the caches: fetching
 * lines only to overwrite them costs the sender a third of its speed, and 32
 * bytes at a time stream faster than 16 (1500-byte frames, 1024 slots, million
 * a second: 14 by ordinary stores, 19 streamed by 16, 24 by 32 bytes).
 */
#ifndef BENCH_COPY_H
#define BENCH_COPY_H

#include <stdint.h>
#include <string.h>

/* From this length on a copy goes past the caches. */
#define BENCH_STREAM_FROM 512

#if defined(__x86_64__)
#include <immintrin.h>

static inline void bench_copy_line(__m128i *to, const __m128i *from)
{
	__m128i a = _mm_load_si128(from);
	__m128i b = _mm_load_si128(from + 1);
	__m128i c = _mm_load_si128(from + 2);
	__m128i d = _mm_load_si128(from + 3);

	_mm_store_si128(to, a);
	_mm_store_si128(to + 1, b);
	_mm_store_si128(to + 2, c);
	_mm_store_si128(to + 3, d);
}

__attribute__((noinline)) static void
bench_stream16(__m128i *to, const __m128i *from, const __m128i *end)
{
	for (; from < end; from += 4, to += 4) {
		__m128i a = _mm_load_si128(from);
		__m128i b = _mm_load_si128(from + 1);
		__m128i c = _mm_load_si128(from + 2);
		__m128i d = _mm_load_si128(from + 3);

		_mm_stream_si128(to, a);
		_mm_stream_si128(to + 1, b);
		_mm_stream_si128(to + 2, c);
		_mm_stream_si128(to + 3, d);
	}
}

__attribute__((target("avx2"), noinline)) static void
bench_stream32(__m256i *to, const __m256i *from, const __m256i *end)
{
	for (; from < end; from += 2, to += 2) {
		__m256i a = _mm256_load_si256(from);
		__m256i b = _mm256_load_si256(from + 1);

		_mm256_stream_si256(to, a);
		_mm256_stream_si256(to + 1, b);
	}
}

static inline void bench_copy(uint8_t *to, const uint8_t *from, uint32_t len)
{
	const uint8_t *end = from + len;

	if (len >= BENCH_STREAM_FROM) {
		if (__builtin_cpu_supports("avx2"))
			bench_stream32((__m256i *)to, (const __m256i *)from,
				       (const __m256i *)end);
		else
			bench_stream16((__m128i *)to, (const __m128i *)from,
				       (const __m128i *)end);
		return;
	}
	for (; from < end; from += 64, to += 64)
		bench_copy_line((__m128i *)to, (const __m128i *)from);
}

/* Streaming stores keep no order of their own: call before publishing. */
static inline void bench_copied(void)
{
	_mm_sfence();
}

#else

static inline void bench_copy(uint8_t *to, const uint8_t *from, uint32_t len)
{
	memcpy(to, from, len);
}

static inline void bench_copied(void)
{
}

#endif
#endif
