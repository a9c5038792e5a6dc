/* SPDX-License-Identifier: BSD-2-Clause */
#include "interfaces.h"

#include <errno.h>
#include <net/if_arp.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>

#include "libc_calls.h"
#include "names.h"

/* Names without an interface of their own, numbered by their place here. */
#define MADE_UP_FIRST 0x70000000
#define MADE_UP 64

#define MTU 1500

static char made_up[MADE_UP][IFNAMSIZ];
static atomic_int made_up_count;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* A child has no thread that would unlock it; names count when complete. */
static void after_fork(void)
{
	pthread_mutex_init(&mutex, NULL);
}

__attribute__((constructor)) static void watch_forks(void)
{
	pthread_atfork(NULL, NULL, after_fork);
}

bool interface_is_made_up(int index)
{
	return index >= MADE_UP_FIRST &&
	       index < MADE_UP_FIRST + atomic_load(&made_up_count);
}

static void set_name(struct ifreq *request, const char *name)
{
	memset(request, 0, sizeof(*request));
	snprintf(request->ifr_name, IFNAMSIZ, "%s", name);
}

/* Asks the kernel, and leaves errno alone. */
static bool ask(int fd, unsigned long request, struct ifreq *about)
{
	int error = errno;
	bool known = libc_calls.ioctl(fd, request, about) >= 0;

	errno = error;
	return known;
}

static bool is_ours(const char *name)
{
	char spec[DEVICE_NAME_SIZE];

	return names_port(name, spec);
}

/* The lock is held. */
static int make_up(const char *name)
{
	int count = atomic_load(&made_up_count);

	for (int i = 0; i < count; i++)
		if (!strcmp(made_up[i], name))
			return MADE_UP_FIRST + i;
	if (count == MADE_UP)
		return 0;
	snprintf(made_up[count], IFNAMSIZ, "%s", name);
	atomic_store(&made_up_count, count + 1);
	return MADE_UP_FIRST + count;
}

static int made_up_index(const char *name)
{
	int index;

	pthread_mutex_lock(&mutex);
	index = make_up(name);
	pthread_mutex_unlock(&mutex);
	return index;
}

int interface_index(int fd, const char *name)
{
	struct ifreq request;

	if (!is_ours(name))
		return 0;
	set_name(&request, name);
	if (ask(fd, SIOCGIFINDEX, &request))
		return request.ifr_ifindex;
	return made_up_index(name);
}

/* The same in every process: locally administered, a hash (FNV) of the name. */
static void make_up_address(const char *name, unsigned char address[6])
{
	uint32_t hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619u;
	address[0] = 0x02;
	address[1] = 0x6e;
	memcpy(address + 2, &hash, sizeof(hash));
}

bool interface_by_index(int fd, int index, struct interface *found)
{
	struct ifreq request;

	memset(&request, 0, sizeof(request));
	request.ifr_ifindex = index;
	if (interface_is_made_up(index))
		set_name(&request, made_up[index - MADE_UP_FIRST]);
	else if (!ask(fd, SIOCGIFNAME, &request))
		return false;
	if (!names_port(request.ifr_name, found->spec))
		return false;
	memcpy(found->name, request.ifr_name, IFNAMSIZ);
	if (ask(fd, SIOCGIFHWADDR, &request))
		memcpy(found->address, request.ifr_hwaddr.sa_data, 6);
	else
		make_up_address(found->name, found->address);
	return true;
}

bool interface_request(unsigned long request)
{
	return request == SIOCGIFINDEX || request == SIOCGIFHWADDR ||
	       request == SIOCGIFMTU || request == SIOCGIFFLAGS ||
	       request == SIOCGIFNAME;
}

static bool answer_name(struct ifreq *asked)
{
	if (!interface_is_made_up(asked->ifr_ifindex))
		return false;
	memcpy(asked->ifr_name, made_up[asked->ifr_ifindex - MADE_UP_FIRST],
	       IFNAMSIZ);
	return true;
}

static bool answer_index(struct ifreq *asked)
{
	int index = made_up_index(asked->ifr_name);

	if (index)
		asked->ifr_ifindex = index;
	return index != 0;
}

bool interface_answer(unsigned long request, struct ifreq *asked)
{
	if (request == SIOCGIFNAME)
		return answer_name(asked);
	if (!memchr(asked->ifr_name, '\0', IFNAMSIZ) ||
	    !is_ours(asked->ifr_name))
		return false;
	switch (request) {
	case SIOCGIFINDEX:
		return answer_index(asked);
	case SIOCGIFHWADDR:
		asked->ifr_hwaddr.sa_family = ARPHRD_ETHER;
		make_up_address(asked->ifr_name,
				(unsigned char *)asked->ifr_hwaddr.sa_data);
		return true;
	case SIOCGIFMTU:
		asked->ifr_mtu = MTU;
		return true;
	case SIOCGIFFLAGS:
		asked->ifr_flags = IFF_UP | IFF_BROADCAST | IFF_RUNNING |
				   IFF_MULTICAST;
		return true;
	default:
		return false;
	}
}
