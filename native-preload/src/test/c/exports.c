// SPDX-License-Identifier: BSD-2-Clause
/*
 * The library exports what its two tables list and nothing else, and each of
 * these is a function of the installed libpcap or of the C library.
 */
#include <elf.h>
#include <fcntl.h>

#include "pcap_testing.h"

static const char *const listed_names[] = {
#define ON_HANDLE(result, name, parameters, arguments) #name,
#define ON_NAME(result, name, parameters, arguments) #name,
#define USED(result, name, parameters)
#include "pcap_calls.def"
};
#define LISTED (sizeof(listed_names) / sizeof(*listed_names))

static const char *const libc_names[] = {
#define LIBC(result, name, parameters, call) #name,
#define LIBC_OPEN(result, name, parameters, last, call) #name,
#include "libc_calls.def"
};
#define LIBC_LISTED (sizeof(libc_names) / sizeof(*libc_names))

static bool is_listed(const char *name)
{
	for (size_t i = 0; i < LISTED; i++)
		if (!strcmp(listed_names[i], name))
			return true;
	for (size_t i = 0; i < LIBC_LISTED; i++)
		if (!strcmp(libc_names[i], name))
			return true;
	return false;
}

static const char *library_path(void)
{
	Dl_info info;

	CHECK(dladdr((void *)(uintptr_t)pcap_create, &info));
	return info.dli_fname;
}

static const uint8_t *map_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p;

	CHECK(fd >= 0);
	CHECK_EQ(fstat(fd, &st), 0);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	CHECK(p != MAP_FAILED);
	close(fd);
	return p;
}

static const Elf64_Shdr *section(const uint8_t *file, uint32_t type)
{
	const Elf64_Ehdr *elf = (const void *)file;
	const Elf64_Shdr *s = (const void *)(file + elf->e_shoff);

	for (int i = 0; i < elf->e_shnum; i++)
		if (s[i].sh_type == type)
			return &s[i];
	return NULL;
}

/* How many symbols are exported; each must be in the table. */
static size_t check_exports(const uint8_t *file)
{
	const Elf64_Ehdr *elf = (const void *)file;
	const Elf64_Shdr *sections = (const void *)(file + elf->e_shoff);
	const Elf64_Shdr *table = section(file, SHT_DYNSYM);
	const Elf64_Sym *symbol;
	const char *names;
	size_t count = 0;

	CHECK(table);
	symbol = (const void *)(file + table->sh_offset);
	names = (const char *)file + sections[table->sh_link].sh_offset;
	for (size_t i = 0; i < table->sh_size / sizeof(*symbol); i++) {
		if (symbol[i].st_shndx == SHN_UNDEF)
			continue;
		if (!is_listed(names + symbol[i].st_name)) {
			printf("%s is exported and in neither table\n",
			       names + symbol[i].st_name);
			exit(1);
		}
		count++;
	}
	return count;
}

int main(void)
{
	const uint8_t *file = map_file(library_path());

	if (UNDER_ASAN || UNDER_TSAN)
		SKIP("a sanitizer exports symbols of its own");
	CHECK_EQ(check_exports(file), LISTED + LIBC_LISTED);
	for (size_t i = 0; i < LISTED; i++)
		libpcap_symbol(listed_names[i]);
	return 0;
}
