// SPDX-License-Identifier: BSD-2-Clause
/*
 * The launcher: exit statuses, environment, complaints, signals, statistics.
 * Runs nmrun from the build folder, with a shell as the program.
 */
#include "netmap_testing.h"
#include "nmrun_testing.h"

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

static void check_environment(void)
{
	CHECK_EQ(run("--map a=vale0:1 --map b=vale0:2 --slots 512 "
		     "sh -c 'echo $PCAP_NETMAP_MAP $PCAP_NETMAP_SLOTS'"),
		 0);
	CHECK_TEXT(output, "b=vale0:2,a=vale0:1 512\n");
	CHECK_EQ(run("--off sh -c 'echo $PCAP_NETMAP'"), 0);
	CHECK_TEXT(output, "off\n");
	CHECK_EQ(run("--runtime-dir $NETMAP_RUNTIME_DIR/. --device user "
		     "--area-size 1G sh -c 'echo $NETMAP_RUNTIME_DIR "
		     "$NETMAP_DEVICE $NETMAP_AREA_SIZE'"),
		 0);
	CHECK(strstr(output, "/. user 1G\n"));
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

/* As programs of netmap's do: each port so often, and told a number only. */
static void try_where_none_can_be(int ports, int times)
{
	struct register_request r = {0};
	char *folder = strdup(getenv("NETMAP_RUNTIME_DIR")), name[32];
	struct netmap_port p;

	setenv("NETMAP_RUNTIME_DIR", "/", 1);
	for (int i = 0; i < ports * times; i++) {
		snprintf(name, sizeof(name), "vale0:no%d", i % ports);
		CHECK_EQ(netmap_try(name, r, &p), EOPNOTSUPP);
	}
	setenv("NETMAP_RUNTIME_DIR", folder, 1);
	free(folder);
}

/*
 * Below nmrun --stats: a program of netmap's, which is told a number; a socket
 * and a handle that are not used, beside one that is.
 */
static void be_refused(void)
{
	struct seen seen = {0};
	struct opened peer;
	pcap_t *used;

	try_where_none_can_be(2, 3);
	used = nonblocking("vale0:3");
	peer = open_raw("vale0:2");
	feed(&peer, 0, 1);
	CHECK_EQ(dispatch(used, 1, &seen), 1);
	pcap_close(used);
	pcap_close(nonblocking("vale0:3"));
	nmd_close(peer.port);
	exit(0);
}

/* Below nmrun --stats: more of either kind than its table has room for. */
static void be_many(void)
{
	try_where_none_can_be(260, 1);
	for (int i = 0; i < 130; i++)
		pcap_close(nonblocking("vale0:1"));
	exit(0);
}

static int lines_of(const char *text, const char *word)
{
	int n = 0;

	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

static void check_reasons(const char *self)
{
	CHECK_EQ(run("--stats %s refused", self), 0);
	CHECK(strstr(output, "nmrun: vale0:no0 (nmrun["));
	CHECK(strstr(output, "nmrun: vale0:no1 (nmrun["));
	CHECK(strstr(output, "]): not opened: /: runtime directory is not on "
			     "tmpfs; set NETMAP_RUNTIME_DIR to a directory "
			     "below /dev/shm\n"));
	CHECK_EQ(lines_of(output, "not opened"), 2);
	CHECK(strstr(output, "]): 1 received, 1 read,"));
	CHECK_EQ(lines_of(output, "vale0:3 ("), 1);
}

static void check_many(const char *self)
{
	CHECK_EQ(run("--stats %s many", self), 0);
	CHECK_EQ(lines_of(output, "]): not opened: "), 128);
	CHECK_EQ(lines_of(output, "nmrun: vale0:1 (nmrun["), 1);
	CHECK(strstr(output, "\nnmrun: ports were opened 2 more times\n"));
	CHECK(strstr(output,
		     "\nnmrun: ports were not opened 132 more times\n"));
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
	CHECK_EQ(run("--stats --map if1=vale0:1 %s child", self), 0);
	CHECK(strstr(output, "nmrun: if1=vale0:1 (nmrun["));
	CHECK(strstr(output, "]): 5 received, 5 read, 0 dropped, 0 filtered, "
			     "0 sent\n"));
	CHECK(strstr(output, "nmrun: vale0:3 (nmrun["));
	CHECK(strstr(output, "]): 5 received, 4 read, 0 dropped, 0 filtered, "
			     "0 sent\n"));
	CHECK_EQ(run("--stats true"), 0);
	CHECK_TEXT(output, "nmrun: no netmap port was opened by libpcap or "
			   "a packet socket\n");
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "refused") == 0)
		be_refused();
	if (argc > 1 && strcmp(argv[1], "many") == 0)
		be_many();
	if (argc > 1)
		read_some();
	find_nmrun();
	begin();
	check_exit_statuses();
	check_environment();
	check_signals();
	check_statistics(argv[0]);
	if (!on_module()) {
		check_reasons(argv[0]);
		check_many(argv[0]);
	}
	finish();
	return 0;
}
