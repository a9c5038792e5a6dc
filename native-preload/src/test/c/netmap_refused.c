// SPDX-License-Identifier: BSD-2-Clause
/*
 * Each request, command, option, mode and flag of the interface: what is not
 * supported (docs/netmap-face.md) fails with the module's error for that, and
 * leaves the port as it was; and the legacy commands do as the current
 * requests. The module does more than the face; what, and how it answers then,
 * stands beside the face's answer.
 */
#include "netmap_testing.h"

static const char port[] = "vale0:1";

static void check_requests(int fd)
{
	uint64_t body[32] = {0};
	const struct {
		enum request_type type;
		const char *name;
		bool has_body;
		int error;
	} all[] = {
		{0, port, false, EINVAL},
		{REQUEST_REGISTER, port, true, EBUSY}, /* it is registered */
		{REQUEST_ATTACH, port, true, EBUSY},
		{REQUEST_ATTACH, "vale0:none", true, EINVAL},
		{REQUEST_ATTACH, "vale0:lo", true, EINVAL},
		{REQUEST_DETACH, port, true, EBUSY},
		{REQUEST_DETACH, "vale0:none", true, ENXIO},
		{REQUEST_LIST, "eth0", true, EINVAL},
		{REQUEST_HEADER_GET, "vale0:none", true, ENXIO},
		{REQUEST_HEADER_SET, "lo", true, ENXIO},
		{REQUEST_NEW_PORT, "lo", true, EEXIST},
		{REQUEST_DELETE_PORT, "lo", false, EINVAL},
		{REQUEST_POLLING_ON, port, true, EOPNOTSUPP},
		{REQUEST_POLLING_OFF, port, true, EOPNOTSUPP},
		{REQUEST_POLLING_ON, "vale0:none", true, ENXIO},
		{REQUEST_POLLING_ON, "lo", true, EINVAL},
		{REQUEST_POOLS_INFO, "", true, ENXIO},
		{REQUEST_PORT_INFO, "", true, 0},
		{REQUEST_LOOP_START, "", true, EINVAL},
		{REQUEST_LOOP_STOP, "", false, 0},
		{REQUEST_CSB_ENABLE, "", false, EINVAL},
		{REQUEST_CSB_ENABLE + 1, port, false, EINVAL},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		int error;

		memset(body, 0, sizeof(body));
		error = netmap_ask(fd, all[i].type, all[i].name,
				   all[i].has_body ? body : NULL);
		if (error != all[i].error)
			printf("request %d on %s\n", all[i].type, all[i].name);
		CHECK_EQ(error, all[i].error);
	}
}

static void check_header_lengths(int fd)
{
	static const struct {
		uint32_t length;
		int error;
	} all[] = {{10, EOPNOTSUPP}, {12, EOPNOTSUPP}, {0, 0}, {11, EINVAL}};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct header_request h = {.length = all[i].length};
		int error = netmap_ask(fd, REQUEST_HEADER_SET, port, &h);
		bool taken = all[i].error == EOPNOTSUPP && on_module();

		CHECK_EQ(error, taken ? 0 : all[i].error);
		CHECK_EQ(netmap_ask(fd, REQUEST_HEADER_GET, port, &h), 0);
		CHECK_EQ(h.length, taken ? all[i].length : 0);
	}
}

/* An option of its full size, which the module copies. */
union any_option {
	struct request_option head;
	uint64_t words[12];
};

static int register_with(union any_option *o)
{
	struct register_request r = {.mode = MODE_ALL_NIC};
	struct request_header h = {.version = NETMAP_ABI_VERSION,
				   .type = REQUEST_REGISTER,
				   .name = "vale0:9",
				   .options = (uintptr_t)o,
				   .body = (uintptr_t)&r};
	int fd = netmap_open(), error = 0;

	if (ioctl(fd, NETMAP_CONTROL, &h) < 0)
		error = errno;
	/* Not registered: it can be yet. */
	h.options = 0;
	CHECK_EQ(ioctl(fd, NETMAP_CONTROL, &h), 0);
	CHECK_EQ(close(fd), 0);
	return error;
}

static void check_options(void)
{
	for (uint32_t type = 1; type <= OPTION_OFFSETS + 1; type++) {
		union any_option o = {.head = {.type = type}};
		uint32_t error;

		if (type == OPTION_OFFSETS || type == OPTION_EXTERNAL_MEMORY)
			continue; /* tests of their own */
		/* A CSB needs the port for itself. */
		error = type == OPTION_CSB ? EINVAL : EOPNOTSUPP;
		CHECK_EQ(register_with(&o), error);
		CHECK_EQ(o.head.status, error);
	}
}

static void check_modes(void)
{
	for (uint32_t mode = 0; mode <= MODE_ONE_HOST + 1; mode++) {
		struct register_request r = {.mode = mode};
		struct netmap_port p = {.fd = netmap_open()};
		int error = netmap_ask(p.fd, REQUEST_REGISTER, "vale0:8", &r);

		CHECK_EQ(error, mode == MODE_ALL_NIC || mode == MODE_ONE_NIC
					? 0
					: EINVAL);
		CHECK_EQ(close(p.fd), 0);
	}
}

static void check_flags(void)
{
	static const uint64_t taken[] = {
		REGISTER_EXCLUSIVE,  REGISTER_RX_ONLY,
		REGISTER_TX_ONLY,    REGISTER_ACCEPT_HEADER,
		REGISTER_DO_RX_POLL, REGISTER_NO_TX_POLL,
		REGISTER_MONITOR_RX, REGISTER_MONITOR_TX,
		REGISTER_ZERO_COPY,
	};

	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
		struct register_request r = {.flags = taken[i]};
		bool monitor = taken[i] & 0x700;
		struct netmap_port p;

		CHECK_EQ(netmap_try("vale0:8", r, &p), monitor ? EINVAL : 0);
		if (monitor)
			CHECK_EQ(netmap_try(port, r, &p), 0);
		CHECK_EQ(close(p.fd), 0);
	}
}

#define RING_FORWARD 0x4u /* NR_FORWARD */

/* A switch has no other side to forward to: frames go once, and are read. */
static void check_forwarding(const struct netmap_port *from,
			     const struct netmap_port *to)
{
	struct netmap_ring *tx = netmap_tx_ring(from, 0);
	struct netmap_ring *rx = netmap_rx_ring(to, 0);

	tx->flags |= RING_FORWARD;
	rx->flags |= RING_FORWARD;
	for (uint32_t i = 0; i < 3; i++) {
		uint32_t at = tx->head;

		CHECK_EQ(fill_ring(tx, i, 1), 1);
		tx->slot[at].flags = NETMAP_SLOT_FORWARD;
		CHECK_EQ(ioctl(from->fd, NETMAP_TXSYNC, NULL), 0);
		CHECK_EQ(ioctl(to->fd, NETMAP_RXSYNC, NULL), 0);
		rx->slot[rx->head].flags |= NETMAP_SLOT_FORWARD;
		CHECK_EQ(empty_ring(rx, i), 1);
		CHECK_EQ(ioctl(to->fd, NETMAP_RXSYNC, NULL), 0);
		CHECK_EQ(slots_in(rx), 0);
		CHECK_EQ(ioctl(from->fd, NETMAP_RXSYNC, NULL), 0);
		CHECK_EQ(slots_in(netmap_rx_ring(from, 0)), 0);
	}
	tx->flags &= ~RING_FORWARD;
	rx->flags &= ~RING_FORWARD;
}

static struct legacy_request legacy(const char *name, uint16_t command)
{
	struct legacy_request l = {.version = NETMAP_ABI_VERSION,
				   .command = command};

	snprintf(l.name, sizeof(l.name), "%s", name);
	return l;
}

static int ask_legacy(unsigned long request, struct legacy_request *l)
{
	int fd = netmap_open(), error;

	error = ioctl(fd, request, l) < 0 ? errno : 0;
	CHECK_EQ(close(fd), 0);
	return error;
}

static int command(const char *name, uint16_t number)
{
	struct legacy_request l = legacy(name, number);

	return ask_legacy(NETMAP_REGISTER, &l);
}

static void check_legacy_commands(void)
{
	struct legacy_request l = legacy("v1", LEGACY_NEW_PORT);

	l.tx_slots = 128;
	CHECK_EQ(ask_legacy(NETMAP_REGISTER, &l), 0);
	CHECK_EQ(command("v1", LEGACY_NEW_PORT), EEXIST);
	CHECK_EQ(command("vale3:v1", LEGACY_ATTACH), 0);
	CHECK_EQ(command("vale3:v1", LEGACY_ATTACH), EBUSY);
	l = legacy("vale3:v1", LEGACY_LIST);
	CHECK_EQ(ask_legacy(NETMAP_INFO, &l), 0);
	CHECK_EQ(l.mem_id, 0); /* the port's place on its switch */
	l = legacy("", LEGACY_LIST);
	CHECK_EQ(ask_legacy(NETMAP_INFO, &l), 0);
	/* The module's list has names that it has lost (netmap_requests.c). */
	CHECK(on_module() || strncmp(l.name, "vale", 4) == 0);
	l = legacy("vale3:v1", LEGACY_HEADER_GET);
	CHECK_EQ(ask_legacy(NETMAP_REGISTER, &l), 0);
	CHECK_EQ(l.arg1, 0);
	CHECK_EQ(command("vale3:v1", LEGACY_HEADER_SET), 0);
	l = legacy("vale3:v1", LEGACY_HEADER_SET);
	l.arg1 = 12;
	CHECK_EQ(ask_legacy(NETMAP_REGISTER, &l), DIFFERS(0, EOPNOTSUPP));
	CHECK_EQ(command("vale3:v1", LEGACY_HEADER_SET), 0);
	CHECK_EQ(command("vale3:v1", LEGACY_POLLING_ON), EOPNOTSUPP);
	CHECK_EQ(command("vale3:v1", LEGACY_POLLING_OFF), EOPNOTSUPP);
	CHECK_EQ(command("v1", LEGACY_DELETE_PORT), EBUSY);
	CHECK_EQ(command("vale3:v1", LEGACY_DETACH), 0);
	CHECK_EQ(command("v1", LEGACY_REGISTER), 0);
	CHECK_EQ(command("v1", LEGACY_DELETE_PORT), 0);
	CHECK_EQ(command("v1", LEGACY_CALLBACKS), EINVAL);
	CHECK_EQ(command("v1", LEGACY_GUEST_CREATE), ENOMEM);
	CHECK_EQ(command("v1", LEGACY_GUEST_DELETE), ENOMEM);
	CHECK_EQ(command("v1", LEGACY_HEADER_GET + 1), EINVAL);
}

static void check_legacy_rings(void)
{
	struct legacy_request l = legacy("vale0:7", 0);

	l.ringid = LEGACY_HOST_RINGS;
	CHECK_EQ(ask_legacy(NETMAP_REGISTER, &l), EINVAL);
	l.ringid = LEGACY_ONE_RING | 1;
	CHECK_EQ(ask_legacy(NETMAP_REGISTER, &l), EINVAL);
	l.ringid = LEGACY_ONE_RING | LEGACY_NO_TX_POLL | LEGACY_DO_RX_POLL;
	CHECK_EQ(ask_legacy(NETMAP_REGISTER, &l), 0);
	l = legacy("vale0:7", 0);
	l.flags = MODE_PIPE_MASTER;
	l.ringid = 3;
	CHECK_EQ(ask_legacy(NETMAP_REGISTER, &l), 0);
	l = legacy("vale0:7", 0);
	l.flags = MODE_PIPE_SLAVE;
	l.ringid = 3;
	CHECK_EQ(ask_legacy(NETMAP_REGISTER, &l), 0);
}

int main(void)
{
	struct netmap_port p, other;

	begin();
	p = netmap_port(port);
	other = netmap_port("vale0:2");
	check_requests(p.fd);
	check_header_lengths(p.fd);
	check_options();
	check_modes();
	check_flags();
	check_legacy_commands();
	check_legacy_rings();
	check_forwarding(&p, &other);
	/* The port has not noticed. */
	CHECK_EQ(fill_ring(netmap_tx_ring(&p, 0), 1, 1), 1);
	CHECK_EQ(ioctl(p.fd, NETMAP_TXSYNC, NULL), 0);
	CHECK_EQ(ioctl(other.fd, NETMAP_RXSYNC, NULL), 0);
	CHECK_EQ(empty_ring(netmap_rx_ring(&other, 0), 1), 1);
	netmap_close(&other);
	netmap_close(&p);
	finish();
	return 0;
}
