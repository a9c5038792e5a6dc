/* SPDX-License-Identifier: BSD-2-Clause */
#include "elf_file.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined(__x86_64__)
#define MACHINE EM_X86_64
#elif defined(__aarch64__)
#define MACHINE EM_AARCH64
#endif

int file_map(const char *path, struct file *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *bytes;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0) {
		close(fd);
		return -ENOEXEC;
	}
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (bytes == MAP_FAILED)
		return -errno;
	*out = (struct file){bytes, (size_t)st.st_size};
	return 0;
}

void file_unmap(struct file *file)
{
	munmap((void *)(uintptr_t)file->bytes, file->size);
}

bool file_contains(const struct file *file, const char *text)
{
	return memmem(file->bytes, file->size, text, strlen(text));
}

/* NULL if it is not all in the file. */
static const void *at(const struct file *file, uint64_t offset, uint64_t size)
{
	if (offset > file->size || size > file->size - offset)
		return NULL;
	return file->bytes + offset;
}

/* A string that ends within the file. */
static const char *string_at(const struct file *file, uint64_t offset)
{
	const char *text = at(file, offset, 1);

	return text && memchr(text, '\0', file->size - offset) ? text : NULL;
}

bool elf_is(const struct file *file)
{
	return file->size >= EI_NIDENT &&
	       memcmp(file->bytes, ELFMAG, SELFMAG) == 0;
}

bool elf_is_64_bit(const struct file *file)
{
	return file->bytes[EI_CLASS] == ELFCLASS64;
}

static const Elf64_Ehdr *header_of(const struct file *file)
{
	return at(file, 0, sizeof(Elf64_Ehdr));
}

bool elf_is_for_here(const struct file *file)
{
	const Elf64_Ehdr *header = header_of(file);

	return header && header->e_machine == MACHINE;
}

const char *elf_interpreter(const struct file *file)
{
	const Elf64_Ehdr *header = header_of(file);

	for (int i = 0; header && i < header->e_phnum; i++) {
		const Elf64_Phdr *segment = at(
			file, header->e_phoff + (uint64_t)i * sizeof(*segment),
			sizeof(*segment));

		if (segment && segment->p_type == PT_INTERP)
			return string_at(file, segment->p_offset);
	}
	return NULL;
}

static const Elf64_Shdr *section_at(const struct file *file, uint64_t index)
{
	const Elf64_Ehdr *header = header_of(file);

	return index < header->e_shnum
		       ? at(file, header->e_shoff + index * sizeof(Elf64_Shdr),
			    sizeof(Elf64_Shdr))
		       : NULL;
}

static void each_of(const struct file *file, const Elf64_Shdr *table,
		    void (*visit)(void *to, const char *name, bool defined),
		    void *to)
{
	const Elf64_Shdr *names = section_at(file, table->sh_link);

	for (uint64_t i = 0; names && i < table->sh_size / sizeof(Elf64_Sym);
	     i++) {
		const Elf64_Sym *symbol =
			at(file, table->sh_offset + i * sizeof(*symbol),
			   sizeof(*symbol));
		const char *name =
			symbol ? string_at(file,
					   names->sh_offset + symbol->st_name)
			       : NULL;

		if (name)
			visit(to, name, symbol->st_shndx != SHN_UNDEF);
	}
}

void elf_each_symbol(const struct file *file,
		     void (*visit)(void *to, const char *name, bool defined),
		     void *to)
{
	const Elf64_Ehdr *header = header_of(file);

	for (int i = 0; header && i < header->e_shnum; i++) {
		const Elf64_Shdr *section = section_at(file, (uint64_t)i);

		if (section && section->sh_type == SHT_DYNSYM)
			each_of(file, section, visit, to);
	}
}
