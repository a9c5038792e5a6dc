// SPDX-License-Identifier: BSD-2-Clause
/*
 * The library exports what its two tables list and nothing else; what the
 * tables of libpcap's calls list and what the installed libpcap exports is the
 * same, so that a new libpcap's functions do not go unnoticed.
 */
#include <elf.h>
#include <fcntl.h>

#include "pcap_testing.h"

static const char *const exported[] = {
#define ON_HANDLE(result, name, parameters, arguments) #name,
#define ON_NAME(result, name, parameters, arguments) #name,
#define ON_ALL(result, name, parameters, arguments) #name,
#define USED(result, name, parameters)
#include "pcap_calls.def"
#define LIBC(result, name, parameters, call) #name,
#define LIBC_OPEN(result, name, parameters, last, call) #name,
#include "libc_calls.def"
	"dlopen"};

/* Of libpcap. */
static const char *const known[] = {
#define ON_HANDLE(result, name, parameters, arguments) #name,
#define ON_NAME(result, name, parameters, arguments) #name,
#define ON_ALL(result, name, parameters, arguments) #name,
#define USED(result, name, parameters) #name,
#include "pcap_calls.def"
#define THROUGH(name) #name,
#define DATA(name) #name,
#define OPTIONAL(name)
#include "pcap_rest.def"
};

static const char *const optional[] = {
#define THROUGH(name)
#define DATA(name)
#define OPTIONAL(name) #name,
#include "pcap_rest.def"
};

#define SIZE(table) (sizeof(table) / sizeof(*(table)))

static bool is_among(const char *name, const char *const *table, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!strcmp(table[i], name))
			return true;
	return false;
}

static const char *library_of(void *symbol)
{
	Dl_info info;

	CHECK(dladdr(symbol, &info));
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

/* Calls check for every symbol that file exports; how many there are. */
static size_t each_export(const uint8_t *file, void (*check)(const char *name))
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
		check(names + symbol[i].st_name);
		count++;
	}
	return count;
}

static void check_ours(const char *name)
{
	if (is_among(name, exported, SIZE(exported)))
		return;
	printf("%s is exported and in no table\n", name);
	exit(1);
}

static void check_theirs(const char *name)
{
	if (is_among(name, known, SIZE(known)) ||
	    is_among(name, optional, SIZE(optional)))
		return;
	printf("libpcap exports %s: say in pcap_calls.def or pcap_rest.def "
	       "what becomes of it\n",
	       name);
	exit(1);
}

int main(void)
{
	void *theirs = libpcap_symbol("pcap_open_dead");
	const char *ours = library_of((void *)(uintptr_t)pcap_create);

	if (UNDER_ASAN || UNDER_TSAN)
		SKIP("a sanitizer exports symbols of its own");
	CHECK_EQ(each_export(map_file(ours), check_ours), SIZE(exported));
	CHECK(each_export(map_file(library_of(theirs)), check_theirs) >=
	      SIZE(known));
	for (size_t i = 0; i < SIZE(known); i++)
		libpcap_symbol(known[i]);
	return 0;
}
