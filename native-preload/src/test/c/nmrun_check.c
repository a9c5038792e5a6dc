// SPDX-License-Identifier: BSD-2-Clause
/* nmrun --check and --strict, on programs of each kind. */
#include <elf.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/sendfile.h>
#include <sys/xattr.h>

#include "nmrun_testing.h"

#define NOBODY 65534

static char folder[64];

/* A file of the test's own folder. */
static const char *own(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void copy(const char *from, const char *to, mode_t mode)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
	struct stat st;
	off_t copied = 0;

	CHECK(in >= 0 && out >= 0);
	CHECK_EQ(fstat(in, &st), 0);
	while (copied < st.st_size)
		CHECK(sendfile(out, in, &copied, 0x7ffff000) > 0);
	CHECK_EQ(fchmod(out, mode), 0);
	close(in);
	close(out);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	CHECK(file);
	CHECK(fputs(text, file) >= 0);
	CHECK_EQ(fclose(file), 0);
	CHECK_EQ(chmod(path, 0755), 0);
}

/* Changes a byte of a copy of the shell. */
static const char *spoiled(size_t offset, unsigned char byte)
{
	const char *path = own("spoiled");
	int fd;

	copy("/bin/sh", path, 0755);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	CHECK_EQ(pwrite(fd, &byte, 1, (off_t)offset), 1);
	close(fd);
	return path;
}

static bool installed(const char *program)
{
	char command[128];

	snprintf(command, sizeof(command), "command -v %s >/dev/null", program);
	if (system(command) == 0)
		return true;
	printf("%s is not installed: not checked\n", program);
	return false;
}

static void check_can(const char *program, const char *because)
{
	CHECK_EQ(run("--check %s", program), 0);
	expect_text(" can be accelerated: ");
	expect_text(because);
	CHECK_EQ(run("--strict --no-adapter %s --version </dev/null",
		     program) == 125,
		 0);
}

static void check_cannot(const char *program, const char *because)
{
	CHECK_EQ(run("--check %s", program), 1);
	expect_text(" cannot be accelerated: ");
	expect_text(because);
	/* Before the program runs, and only then. */
	CHECK_EQ(run("--strict %s", program), 125);
	CHECK(!strncmp(output, "nmrun: --strict: ", 17));
	expect_text(because);
	CHECK(strchr(output, '\n') == output + strlen(output) - 1);
}

static void check_programs(void)
{
	check_can("sh", "the programs that it starts");
	if (installed("tcpdump"))
		check_can("tcpdump", "linked with libpcap");
	if (installed("masscan"))
		check_can("masscan", "loads libpcap by dlopen");
	if (installed("perl"))
		check_can("perl", "it can load libpcap by dlopen");
	if (installed("java"))
		check_can("java", "it can load libpcap by dlopen");
	if (installed("netsniff-ng"))
		check_cannot("netsniff-ng", "packet rings of its own");
	check_cannot("ls", "it does not use libpcap");
	check_cannot("no-such-program", "there is no such program");
	check_cannot("./no-such-program", "there is no such program");
	check_cannot("/etc/passwd", "it is no file that you may execute");
	check_cannot("/tmp", "it is no file that you may execute");
}

static void check_scripts(void)
{
	write_file(own("script"), "#!/bin/sh\necho hello\n");
	check_can(own("script"), "it is a script of /bin/sh: ");
	write_file(own("script"), "#! /usr/bin/env -S A=b sh -e\necho hello\n");
	check_can(own("script"), "/sh: ");
	write_file(own("script"), "#!/usr/bin/env no-such-interpreter\n");
	check_cannot(own("script"), "its interpreter is not found");
	write_file(own("script"), "hello\n");
	check_cannot(own("script"), "neither an ELF file nor a script");
}

static void check_wrong_files(void)
{
	check_cannot(spoiled(EI_CLASS, ELFCLASS32), "32-bit");
	check_cannot(spoiled(offsetof(Elf64_Ehdr, e_machine), EM_S390),
		     "another processor");
	/* No segments: none that names a dynamic linker. */
	check_cannot(spoiled(offsetof(Elf64_Ehdr, e_phnum), 0),
		     "linked statically");
}

/* A program that uses libpcap for filters only, and one that has it inside. */
static void check_compiled(void)
{
	const char *source = "int pcap_compile_nopcap(void);\n"
			     "int main(int count, char **words)\n"
			     "{\n"
			     "	return words[count - 1][0] == '?' ?\n"
			     "		pcap_compile_nopcap() : 0;\n"
			     "}\n";
	char command[640];

	write_file(own("filters.c"), source);
	snprintf(command, sizeof(command),
		 "cd %s && cc -o filters filters.c -lpcap 2>/dev/null && "
		 "echo 'char t[] = \"This handle hasn'\"\\'\"'t been activated "
		 "yet\"; int main(void) { return t[0] == 0; }' >inside.c && "
		 "cc -o inside inside.c && "
		 "echo '#include <fcntl.h>' >netmap.c && "
		 "echo 'int main(void) { return open(\"/dev/netmap\", 2); }' "
		 ">>netmap.c && cc -o netmap netmap.c",
		 folder);
	if (system(command) != 0) {
		puts("cc or libpcap-dev is not installed: own programs are "
		     "not checked");
		return;
	}
	check_cannot(own("filters"), "it uses filters or savefiles only");
	check_cannot(own("inside"), "it has libpcap built in");
	check_can(own("netmap"), "it opens /dev/netmap");
	/* A mapped name is served without libpcap. */
	CHECK_EQ(run("--map e=vale0:1 --check ls"), 0);
	expect_text("packet sockets of mapped names");
}

static void as_nobody(void *unused)
{
	(void)unused;
	CHECK_EQ(setgroups(0, NULL), 0);
	CHECK_EQ(setgid(NOBODY), 0);
	CHECK_EQ(setuid(NOBODY), 0);
	check_cannot(own("capable"), "it has file capabilities");
	check_cannot(own("setuid"), "it is setuid");
}

/* What the kernel reads of the attribute: revision 2, CAP_NET_RAW permitted. */
static void check_privileges(void)
{
	const uint32_t capability[] = {0x02000001, 1u << 13, 0, 0, 0};
	char path[256];

	if (getuid() != 0) {
		puts("not root: setuid and capabilities are not checked");
		return;
	}
	copy("/bin/sh", own("capable"), 0755);
	copy("/bin/sh", own("setuid"), 04755);
	check_can(own("setuid"), "the programs that it starts");
	CHECK_EQ(chown(own("setuid"), NOBODY, NOBODY), 0);
	CHECK_EQ(chmod(own("setuid"), 04755), 0);
	check_cannot(own("setuid"), "it is setuid");
	CHECK_EQ(chown(own("setuid"), 1, 1), 0);
	CHECK_EQ(chmod(own("setuid"), 04755), 0);
	if (setxattr(own("capable"), "security.capability", capability,
		     sizeof(capability), 0) < 0) {
		puts("no file capabilities here: not checked");
		return;
	}
	check_can(own("capable"), "the programs that it starts");
	/* nmrun from where everybody may run it. */
	copy(nmrun, own("nmrun"), 0755);
	snprintf(path, sizeof(path), "%s", own("nmrun"));
	snprintf(nmrun, sizeof(nmrun), "%s", path);
	CHECK_EQ(chmod(folder, 0755), 0);
	join(spawn(as_nobody, NULL));
}

/*
 * A launcher without its library runs the program all the same, and says
 * nothing; --strict does neither.
 */
static void check_without_library(void)
{
	char command[256];

	copy(nmrun, own("alone"), 0755);
	snprintf(command, sizeof(command),
		 "%s sh -c 'echo $LD_PRELOAD; exit 3'", own("alone"));
	CHECK_EQ(WEXITSTATUS(system(command)), 3);
	snprintf(nmrun, sizeof(nmrun), "%s", own("alone"));
	CHECK_EQ(run("sh -c 'echo $LD_PRELOAD; exit 3'"), 3);
	CHECK_TEXT(output, "\n");
	CHECK_EQ(run("--strict sh -c 'echo ran'"), 125);
	expect_text("nmrun: --strict: libpcap-netmap.so is not beside nmrun");
	CHECK(!strstr(output, "ran"));
}

/* Beside the library, but far from the adapter. */
static void check_without_adapter(void)
{
	char library[512], *slash;

	snprintf(library, sizeof(library), "%s", nmrun);
	slash = strrchr(library, '/');
	snprintf(slash, 32, "/libpcap-netmap.so");
	CHECK_EQ(symlink(library, own("libpcap-netmap.so")), 0);
	copy(nmrun, own("nmrun"), 0755);
	write_file(own("java"), "#!/bin/sh\necho ran $1\n");
	snprintf(nmrun, sizeof(nmrun), "%s/nmrun", folder);
	CHECK_EQ(run("%s", own("java")), 0);
	expect_text("nmrun: pcap4j-adapter.jar is not built");
	expect_text("ran");
	CHECK_EQ(run("--no-adapter %s", own("java")), 0);
	CHECK_TEXT(output, "ran\n");
	CHECK_EQ(run("--strict %s", own("java")), 125);
	CHECK(!strstr(output, "ran"));
	write_file(own("pcap4j-adapter.jar"), "");
	CHECK_EQ(run("--strict %s", own("java")), 0);
	expect_text("ran -javaagent:");
}

static void remove_folder(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	if (system(command) != 0)
		printf("%s stays behind\n", folder);
}

int main(void)
{
	find_nmrun();
	setvbuf(stdout, NULL, _IOLBF, 0);
	snprintf(folder, sizeof(folder), "/tmp/nmrun-check-%d", (int)getpid());
	CHECK_EQ(mkdir(folder, 0700), 0);
	check_programs();
	check_scripts();
	check_wrong_files();
	check_compiled();
	check_without_library();
	find_nmrun();
	check_without_adapter();
	find_nmrun();
	check_privileges();
	remove_folder();
	return 0;
}
