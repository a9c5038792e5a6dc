/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program file says of itself, without running it. */
#ifndef ELF_FILE_H
#define ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A file in memory; each field is checked to lie within it when it is read. */
struct file {
	const unsigned char *bytes;
	size_t size;
};

/* 0 or a negative errno. */
int file_map(const char *path, struct file *out);
void file_unmap(struct file *file);

bool file_contains(const struct file *file, const char *text);

bool elf_is(const struct file *file);
bool elf_is_64_bit(const struct file *file);
/* Whether it is made for the kind of machine that nmrun was made for. */
bool elf_is_for_here(const struct file *file);
/* The dynamic linker that it asks for, or NULL: nothing can be preloaded. */
const char *elf_interpreter(const struct file *file);

/*
 * Calls visit for every name of its dynamic symbols, with whether the file
 * defines it or takes it from elsewhere.
 */
void elf_each_symbol(const struct file *file,
		     void (*visit)(void *to, const char *name, bool defined),
		     void *to);

#endif
