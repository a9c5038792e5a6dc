// SPDX-License-Identifier: BSD-2-Clause
/*
 * Interfaces attached to a switch, as vale-ctl -a, -h and -d do: frames pass
 * between the wire, the switch's ports and, with its host rings, the host, until
 * the interface is detached or goes, whatever becomes of the program that
 * attached it.
 */
#include "netmap_attaching.h"

static int legacy(const char *name, uint16_t command, uint16_t argument)
{
	struct legacy_request r = {
		.version = NETMAP_ABI_VERSION,
		.command = command,
		.arg1 = argument,
	};
	int fd = netmap_open(), error;

	snprintf(r.name, sizeof(r.name), "%s", name);
	error = ioctl(fd, NETMAP_REGISTER, &r) < 0 ? errno : 0;
	CHECK_EQ(close(fd), 0);
	return error;
}

/* It has nothing of the program's, which hears nothing of it. */
static void check_unnoticed(void)
{
	int ends[2];
	uint8_t byte;

	CHECK_EQ(pipe(ends), 0);
	CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), 0);
	close(ends[1]);
	CHECK_EQ(read(ends[0], &byte, 1), 0);
	close(ends[0]);
	CHECK_EQ(waitpid(far_keeper, NULL, WNOHANG), 0);
	CHECK_EQ(waitpid(-1, NULL, WNOHANG), 0); /* that one is all */
	check_attached();
	CHECK_EQ(detach(ATTACHED), 0);
	check_detached();
}

static void attach_and_leave(void *unused)
{
	(void)unused;
	CHECK_EQ(setsid() > 0, 1);
	CHECK_EQ(legacy(ATTACHED, LEGACY_ATTACH, 0), 0);
	kill(0, SIGHUP); /* as a terminal's end does */
	for (;;)
		pause();
}

/* The program that attached it and its session have gone. */
static void check_it_outlives(void)
{
	CHECK_EQ(ending_of(spawn(attach_and_leave, NULL)), -SIGHUP);
	check_attached();
	CHECK_EQ(legacy(ATTACHED, LEGACY_DETACH, 0), 0);
	check_detached();
}

/* What is open already is not attached. */
static void check_refusals(void)
{
	struct netmap_port p = netmap_port("near");

	CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), EBUSY);
	CHECK(!is_listed(ATTACHED));
	netmap_close(&p);
	if (!on_module()) {
		p = netmap_port(ATTACHED);
		CHECK_EQ(attach(ATTACHED, MODE_ALL_NIC), EBUSY);
		netmap_close(&p);
	}
	CHECK_EQ(attach("vale0:nowhere", MODE_ALL_NIC), EINVAL);
	CHECK_EQ(attach("vale0:lo", MODE_ALL_NIC), EINVAL);
	CHECK(host_answers());
}

/* With its host rings the host is on the switch, too. */
static void check_host(void)
{
	struct netmap_port p;
	int error = attach(ATTACHED, MODE_NIC_AND_HOST);

	if (error == ENODEV || error == EOPNOTSUPP) {
		printf("no host rings in this kernel: not tested\n");
		return;
	}
	CHECK_EQ(error, 0);
	CHECK(is_listed(ATTACHED));
	CHECK(host_answers());
	p = netmap_port("vale0:1");
	frames_pass(&p);
	netmap_close(&p);
	CHECK_EQ(detach(ATTACHED), 0);
	check_detached();
}

/* The module keeps it: its deletion does not end before it is detached. */
static void delete_and_detach(void)
{
	run("ip link del doomed &");
	while (if_nametoindex("doomed") > 0)
		usleep(1000);
	CHECK(is_listed("vale0:doomed"));
	CHECK_EQ(detach("vale0:doomed"), 0);
	CHECK(!is_listed("vale0:doomed"));
}

/* The face's ends by itself. */
static void check_lost_interface(void)
{
	run("ip link add doomed type veth peer name doom");
	run("ip link set doomed up && ip link set doom up");
	CHECK_EQ(attach("vale0:doomed", MODE_ALL_NIC), 0);
	CHECK(is_listed("vale0:doomed"));
	if (on_module()) {
		delete_and_detach();
		return;
	}
	run("ip link del doomed");
	while (is_listed("vale0:doomed"))
		usleep(1000);
	CHECK_EQ(detach("vale0:doomed"), ENXIO);
}

int main(void)
{
	begin_attaching();
	check_refusals();
	check_unnoticed();
	check_it_outlives();
	check_host();
	check_lost_interface();
	veth_end();
	return 0;
}
