// SPDX-License-Identifier: BSD-2-Clause
/*
 * The launcher: exit statuses, environment, complaints, signals, statistics.
 * Runs nmrun from the build folder, with a shell as the program.
 */
#include "pcap_testing.h"

static char nmrun[256];
static char output[8192];

/* Runs nmrun with arguments for the shell; what both streams got is output. */
static int run(const char *arguments)
{
	char command[1024];
	size_t length;
	FILE *pipe;
	int status;

	snprintf(command, sizeof(command), "%s %s 2>&1", nmrun, arguments);
	pipe = popen(command, "re");
	CHECK(pipe);
	length = fread(output, 1, sizeof(output) - 1, pipe);
	output[length] = '\0';
	status = pclose(pipe);
	/* Some shells become the command that they shall run. */
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

static void check_exit_statuses(void)
{
	CHECK_EQ(run("true"), 0);
	CHECK_TEXT(output, "");
	CHECK_EQ(run("sh -c 'exit 7'"), 7);
	CHECK_EQ(run("--stats sh -c 'exit 7'"), 7);
	CHECK_EQ(run("--stats sh -c 'kill -TERM $$'"), 128 + SIGTERM);
	CHECK_EQ(run("no-such-program-here"), 127);
	CHECK_TEXT(output, "nmrun: no-such-program-here: No such file or "
			   "directory\n");
	CHECK_EQ(run("--stats no-such-program-here"), 127);
	CHECK_EQ(run("/etc/passwd"), 126);
	CHECK_TEXT(output, "nmrun: /etc/passwd: Permission denied\n");
}

static void check_options(void)
{
	CHECK_EQ(run("--help"), 0);
	CHECK(strstr(output, "--map NAME=PORT"));
	CHECK(strstr(output, "--slots N  [PCAP_NETMAP_SLOTS]\n"));
	CHECK(strstr(output, "--off  [PCAP_NETMAP=off]\n"));
	/* Names a file of nmrun's own: nothing that a user could set. */
	CHECK(!strstr(output, "PCAP_NETMAP_STATS"));
	CHECK_EQ(run("--version"), 0);
	CHECK(strstr(output, nmd_version()));
	CHECK_EQ(run(""), 125);
	CHECK_EQ(run("--no-such-option true"), 125);
	CHECK_TEXT(output, "nmrun: --no-such-option: is not an option; try "
			   "nmrun --help\n");
	CHECK_EQ(run("-xy true"), 125);
	CHECK_TEXT(output, "nmrun: -xy: is not an option; try nmrun --help\n");
	CHECK_EQ(run("--off=1 true"), 125);
	CHECK_TEXT(output, "nmrun: --off=1: takes no argument; try "
			   "nmrun --help\n");
	CHECK_EQ(run("--map"), 125);
	CHECK_TEXT(output, "nmrun: --map: needs an argument; try "
			   "nmrun --help\n");
	CHECK_EQ(run("--map eth1 true"), 125);
	CHECK_EQ(run("--map eth1=lo true"), 125);
	CHECK(strstr(output, "nmrun: lo: is not the name of a netmap port"));
	CHECK_EQ(run("--slots 12 true"), 125);
}

static void check_environment(void)
{
	CHECK_EQ(run("--map a=vale0:1 --map b=vale0:2 --slots 512 "
		     "sh -c 'echo $PCAP_NETMAP_MAP $PCAP_NETMAP_SLOTS'"),
		 0);
	CHECK_TEXT(output, "b=vale0:2,a=vale0:1 512\n");
	CHECK_EQ(run("--off sh -c 'echo $PCAP_NETMAP'"), 0);
	CHECK_TEXT(output, "off\n");
	CHECK_EQ(run("sh -c 'echo $LD_PRELOAD'"), 0);
	CHECK(strstr(output, "libpcap-netmap.so\n"));
	/* What is the program's stays the program's. */
	CHECK_EQ(run("echo --stats -x"), 0);
	CHECK_TEXT(output, "--stats -x\n");
}

/* A signal to nmrun reaches the program, and both end by it. */
static void check_signals(void)
{
	const char *script = "trap 'echo caught; exit 3' TERM; echo ready; "
			     "while :; do sleep 0.1; done";
	int ends[2];
	char word[16] = "";
	pid_t pid;

	CHECK_EQ(pipe(ends), 0);
	pid = fork();
	CHECK(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		execl(nmrun, nmrun, "--stats", "sh", "-c", script, NULL);
		_exit(99);
	}
	close(ends[1]);
	CHECK_EQ(read(ends[0], word, sizeof(word)), 6);
	CHECK_TEXT(word, "ready\n");
	CHECK_EQ(kill(pid, SIGTERM), 0);
	CHECK_EQ(read(ends[0], word, 7), 7);
	CHECK_EQ(memcmp(word, "caught\n", 7), 0);
	CHECK_EQ(ending_of(pid), 3);
	close(ends[0]);
}

/* Below nmrun --stats: reads four packets of five and leaves without close. */
static void read_some(void)
{
	struct opened peer = open_raw("vale0:2");
	struct seen seen = {0};
	pcap_t *closed = nonblocking("if1"), *left = nonblocking("vale0:3");

	feed(&peer, 0, 5);
	CHECK_EQ(dispatch(closed, 5, &seen), 5);
	CHECK_EQ(dispatch(left, 4, &seen), 4);
	pcap_close(closed);
	nmd_close(peer.port);
	exit(0);
}

static void check_statistics(const char *self)
{
	char command[512];

	snprintf(command, sizeof(command), "--stats --map if1=vale0:1 %s child",
		 self);
	CHECK_EQ(run(command), 0);
	CHECK(strstr(output, "nmrun: if1=vale0:1 (nmrun["));
	CHECK(strstr(output, "]): 5 received, 5 read, 0 dropped, 0 filtered, "
			     "0 sent\n"));
	CHECK(strstr(output, "nmrun: vale0:3 (nmrun["));
	CHECK(strstr(output, "]): 5 received, 4 read, 0 dropped, 0 filtered, "
			     "0 sent\n"));
	CHECK_EQ(run("--stats true"), 0);
	CHECK_TEXT(output, "nmrun: no netmap port was opened\n");
}

int main(int argc, char **argv)
{
	const char *folder = getenv("NATIVE_OUT");

	if (argc > 1)
		read_some();
	if (UNDER_ASAN || UNDER_TSAN)
		SKIP("a sanitized library cannot be preloaded into a shell");
	if (!folder)
		SKIP("NATIVE_OUT does not say where nmrun is; use make test");
	begin();
	unsetenv("PCAP_NETMAP_MAP");
	unsetenv("LD_PRELOAD");
	snprintf(nmrun, sizeof(nmrun), "%s/nmrun", folder);
	check_exit_statuses();
	check_options();
	check_environment();
	check_signals();
	check_statistics(argv[0]);
	finish();
	return 0;
}
