/* SPDX-License-Identifier: BSD-2-Clause */
#include "check.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elf_file.h"
#include "program.h"

/* Scripts whose interpreters are scripts, and so on: the kernel's limit. */
#define MAX_SCRIPTS 4

struct verdict {
	bool can;
	char because[512];
};

/* What the program and its libraries take from others. */
struct needs {
	bool libpcap;   /* is loaded with it */
	bool opens;     /* calls what opens an interface */
	bool asks_more; /* calls anything else of libpcap */
	bool dlopen;    /* may load more: it itself, or an interpreter's core */
	bool inside;    /* has libpcap's functions in itself */
	bool starts;    /* runs other programs */
	bool is_main;   /* the file that is looked at is the program */
};

static void conclude(struct verdict *v, bool can, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void conclude(struct verdict *v, bool can, const char *format, ...)
{
	va_list arguments;

	v->can = can;
	va_start(arguments, format);
	vsnprintf(v->because, sizeof(v->because), format, arguments);
	va_end(arguments);
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_among(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names;
}

static void note_symbol(void *to, const char *name, bool defined)
{
	static const char *const openers[] = {"pcap_create", "pcap_open_live",
					      "pcap_open", NULL};
	struct needs *needs = to;

	if (defined && needs->is_main && !strcmp(name, "pcap_create"))
		needs->inside = true;
	if (defined)
		return;
	if (strcmp(name, "dlopen") == 0)
		needs->dlopen = true;
	if (needs->is_main && (strncmp(name, "exec", 4) == 0 ||
			       strncmp(name, "posix_spawn", 11) == 0))
		needs->starts = true;
	if (strncmp(name, "pcap_", 5) != 0)
		return;
	if (is_among(name, openers))
		needs->opens = true;
	else
		needs->asks_more = true;
}

/* Libraries load others for many reasons; these do it for their scripts. */
static bool is_core_of_interpreter(const char *name)
{
	static const char *const cores[] = {"libpython", "libperl", "libruby",
					    "libjli",    "liblua",  "libtcl",
					    "libR.",     NULL};

	for (const char *const *core = cores; *core; core++)
		if (strncmp(name, *core, strlen(*core)) == 0)
			return true;
	return false;
}

static void note_library(void *to, const char *path)
{
	struct needs *needs = to;
	bool dlopen_before = needs->dlopen;
	const char *name = base_of(path);
	struct file file;

	needs->is_main = false;
	if (strncmp(name, "libpcap.so", 10) == 0) {
		needs->libpcap = true;
		return;
	}
	if (strncmp(name, "libpcap-netmap.so", 17) == 0 ||
	    file_map(path, &file) < 0)
		return;
	if (elf_is(&file) && elf_is_64_bit(&file))
		elf_each_symbol(&file, note_symbol, needs);
	if (!is_core_of_interpreter(name))
		needs->dlopen = dlopen_before;
	file_unmap(&file);
}

/* A text of libpcap's own, for programs whose symbols were stripped. */
#define TEXT_OF_LIBPCAP "This handle hasn't been activated yet"

static void judge_needs(const struct file *file, const struct needs *needs,
			struct verdict *v)
{
	if (needs->inside ||
	    (!needs->libpcap && file_contains(file, TEXT_OF_LIBPCAP)))
		conclude(v, false,
			 "it has libpcap built in; build it with a shared one");
	else if (needs->libpcap && needs->opens)
		conclude(v, true, "it is linked with libpcap");
	else if (file_contains(file, "/dev/netmap"))
		conclude(v, true, "it opens /dev/netmap");
	else if (needs->libpcap && needs->asks_more)
		conclude(v, false,
			 "of libpcap it uses filters or savefiles only: it "
			 "captures by other means, as packet rings of its own");
	else if (needs->dlopen && file_contains(file, "libpcap.so"))
		conclude(v, true, "it loads libpcap by dlopen");
	else if (needs->dlopen)
		conclude(v, true,
			 "it can load libpcap by dlopen, as interpreters do; "
			 "whether it does was not tried");
	else if (needs->starts)
		conclude(v, true,
			 "it does not use libpcap, but the programs that it "
			 "starts can be accelerated, as each is");
	else if (getenv("PCAP_NETMAP_MAP"))
		conclude(v, true,
			 "it does not use libpcap, but what it sends on packet "
			 "sockets of mapped names goes to their ports");
	else
		conclude(v, false,
			 "it does not use libpcap; with --map, what it sends "
			 "on packet sockets can go to a port");
}

static void judge_elf(const char *path, const struct file *file,
		      struct verdict *v)
{
	struct needs needs = {.is_main = true};
	const char *dynamic_linker;

	if (!elf_is_64_bit(file)) {
		conclude(v, false,
			 "it is a 32-bit program, and netmap rings "
			 "are for 64-bit ones here");
		return;
	}
	if (!elf_is_for_here(file)) {
		conclude(v, false, "it is a program for another processor");
		return;
	}
	dynamic_linker = elf_interpreter(file);
	if (!dynamic_linker) {
		conclude(v, false,
			 "it is linked statically: nothing can be "
			 "put in front of its functions");
		return;
	}
	if (program_privilege(path)) {
		conclude(v, false, "%s", program_privilege(path));
		return;
	}
	elf_each_symbol(file, note_symbol, &needs);
	if (program_libraries(dynamic_linker, path, note_library, &needs) < 0)
		conclude(v, false, "%s --list cannot tell its libraries",
			 dynamic_linker);
	else
		judge_needs(file, &needs, v);
}

static void judge_file(const char *path, int scripts, struct verdict *v);

static void judge_script(const struct file *file, int scripts,
			 struct verdict *v)
{
	char line[PATH_MAX], path[PATH_MAX];
	struct verdict interpreter;

	snprintf(line, sizeof(line), "%.*s", (int)file->size, file->bytes);
	if (!program_interpreter(line, path, sizeof(path)) || !scripts) {
		conclude(v, false,
			 "it is a script, and its interpreter is "
			 "not found");
		return;
	}
	judge_file(path, scripts - 1, &interpreter);
	conclude(v, interpreter.can, "it is a script of %s: %.400s", path,
		 interpreter.because);
}

static void judge_file(const char *path, int scripts, struct verdict *v)
{
	char resolved[PATH_MAX];
	struct file file;

	if (!realpath(path, resolved) || file_map(resolved, &file) < 0) {
		conclude(v, false, "its file cannot be read");
		return;
	}
	if (elf_is(&file))
		judge_elf(resolved, &file, v);
	else if (file.bytes[0] == '#')
		judge_script(&file, scripts, v);
	else
		conclude(v, false, "it is neither an ELF file nor a script");
	file_unmap(&file);
}

static void judge(const char *program, char *path, size_t size,
		  struct verdict *v)
{
	if (program_find(program, path, size)) {
		judge_file(path, MAX_SCRIPTS, v);
		return;
	}
	snprintf(path, size, "%s", program);
	if (!strchr(program, '/') || access(program, F_OK) < 0)
		conclude(v, false, "there is no such program");
	else
		conclude(v, false,
			 "it is no file that you may execute; chmod "
			 "+x makes a program one");
}

int check_print(const char *program)
{
	char path[PATH_MAX];
	struct verdict v;

	judge(program, path, sizeof(path), &v);
	printf("%s: %s be accelerated: %s\n", path, v.can ? "can" : "cannot",
	       v.because);
	return v.can ? 0 : 1;
}

int check_strictly(const char *program)
{
	char path[PATH_MAX];
	struct verdict v;

	judge(program, path, sizeof(path), &v);
	if (v.can)
		return 0;
	fprintf(stderr, "nmrun: --strict: %s cannot be accelerated: %s\n", path,
		v.because);
	return -1;
}
