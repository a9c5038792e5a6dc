/* SPDX-License-Identifier: BSD-2-Clause */
#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Frames that wait for the pump: the kernel drops what does not fit, and a
 * burst of a socket's send buffer is to fit.
 */
#define QUEUE_FRAMES 4096

/* The kernel's argument for IPv6 addresses; its header clashes with libc's. */
struct address_in6 {
	struct in6_addr address;
	uint32_t prefix;
	int interface;
};

static int complain(const struct tap_request *tap, const char *call, int fd)
{
	const char *remedy = "";

	if (errno == EPERM || errno == EACCES)
		remedy = "; making an interface needs root or CAP_NET_ADMIN";
	else if (errno == EBUSY)
		remedy = "; there is an interface of this name: choose "
			 "another name, or use --map";
	else if (errno == ENOENT || errno == ENODEV)
		remedy = "; the kernel needs its tun module";
	fprintf(stderr, "nmrun: --tap %s=%s: %s: %s%s\n", tap->name, tap->port,
		call, strerror(errno), remedy);
	if (fd >= 0)
		close(fd);
	return -1;
}

static struct ifreq request_for(const struct tap_request *tap)
{
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", tap->name);
	return request;
}

static int set_address_v4(int fd, const struct tap_request *tap,
			  const struct tap_address *address)
{
	struct ifreq request = request_for(tap);
	struct sockaddr_in *in = (struct sockaddr_in *)&request.ifr_addr;
	uint32_t mask = address->prefix ? ~0u << (32 - address->prefix) : 0;

	in->sin_family = AF_INET;
	in->sin_addr = address->v4;
	if (ioctl(fd, SIOCSIFADDR, &request) < 0)
		return -1;
	in->sin_addr.s_addr = htonl(mask);
	return ioctl(fd, SIOCSIFNETMASK, &request);
}

static int set_address_v6(const struct tap_request *tap,
			  const struct tap_address *address)
{
	struct address_in6 request = {
		.address = address->v6,
		.prefix = address->prefix,
		.interface = (int)if_nametoindex(tap->name),
	};
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result, error;

	if (fd < 0)
		return -1;
	result = ioctl(fd, SIOCSIFADDR, &request);
	error = errno;
	close(fd);
	errno = error;
	return result;
}

static int set_addresses(int fd, const struct tap_request *tap)
{
	for (int i = 0; i < tap->address_count; i++) {
		const struct tap_address *address = &tap->addresses[i];
		int result = address->family == AF_INET
				     ? set_address_v4(fd, tap, address)
				     : set_address_v6(tap, address);

		if (result < 0)
			return -1;
	}
	return 0;
}

static int start(int fd, const struct tap_request *tap)
{
	struct ifreq request = request_for(tap);

	request.ifr_qlen = QUEUE_FRAMES;
	/* Not for the root of a user namespace: 1000 frames, then. */
	if (ioctl(fd, SIOCSIFTXQLEN, &request) < 0 && errno != EPERM)
		return -1;
	request = request_for(tap);
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return -1;
	request.ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &request);
}

int tap_open(const struct tap_request *tap)
{
	struct ifreq request = request_for(tap);
	int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	int fd, result;

	if (tun < 0)
		return complain(tap, "/dev/net/tun", -1);
	request.ifr_flags = (short)(IFF_TAP | IFF_NO_PI | IFF_TUN_EXCL);
	if (ioctl(tun, TUNSETIFF, &request) < 0)
		return complain(tap, "cannot make it", tun);
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return complain(tap, "socket", tun);
	result = start(fd, tap);
	if (result == 0)
		result = set_addresses(fd, tap);
	if (result < 0)
		complain(tap, "cannot start it or set its address", fd);
	else
		close(fd);
	if (result == 0)
		return tun;
	close(tun);
	return -1;
}
