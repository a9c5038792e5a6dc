/* SPDX-License-Identifier: BSD-2-Clause */
/* What the fuzzers share: reading an input piece by piece, and insisting. */
#ifndef INPUT_H
#define INPUT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Not so: libFuzzer keeps the input and says how it came about. */
#define INSIST(condition)         \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

struct input {
	const uint8_t *at;
	size_t left;
};

/* The next bytes, zeroes where the input has ended; how many there were. */
static inline size_t input_take(struct input *in, void *to, size_t size)
{
	size_t n = size < in->left ? size : in->left;

	memset(to, 0, size);
	memcpy(to, in->at, n);
	in->at += n;
	in->left -= n;
	return n;
}

/* A string up to a zero byte, in memory of just its size; free it. */
static inline char *input_text(struct input *in)
{
	size_t n = strnlen((const char *)in->at, in->left);
	char *text = malloc(n + 1);

	INSIST(text);
	input_take(in, text, n);
	text[n] = '\0';
	if (in->left > 0) {
		in->at++;
		in->left--;
	}
	return text;
}

#endif
