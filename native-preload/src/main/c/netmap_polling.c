/* SPDX-License-Identifier: BSD-2-Clause */
#include "netmap_polling.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libc_calls.h"
#include "netmap_attachment.h"
#include "netmap_names.h"

/* All rings by one processor, or one ring each by as many, as numbered. */
#define ONE_CPU 1
#define A_CPU_EACH 2

static int check(const struct polling_request *r, uint32_t rings)
{
	uint64_t there = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t after = (uint64_t)r->first_cpu + r->cpus;

	/* One is left for all others. */
	if (r->cpus == 0 || r->cpus >= there || after > there)
		return EINVAL;
	if (r->mode == A_CPU_EACH)
		return after > rings ? EINVAL : 0;
	return r->mode == ONE_CPU && r->cpus == 1 ? 0 : EINVAL;
}

/* r is NULL: no longer. */
static int change(int fd, const struct polling_request *r)
{
	struct attachment_polling p;
	int error = 0;

	if (!attachment_read(fd, &p))
		return EOPNOTSUPP; /* it is being attached */
	if ((p.cpus > 0) == (r != NULL))
		return EFAULT;
	if (r)
		error = check(r, p.rings);
	p.first_cpu = r ? r->first_cpu : 0;
	p.cpus = r ? r->cpus : 0;
	if (error == 0 && !attachment_write(fd, &p))
		error = errno;
	return error;
}

/* One at a time looks and writes; who has died holds no lock of the file's. */
static int change_locked(int fd, const struct polling_request *r)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (libc_calls.fcntl(fd, F_OFD_SETLKW, &lock) < 0)
		return errno;
	return change(fd, r);
}

static int polling(const char *name, const struct polling_request *r)
{
	int fd, error;

	if (strncmp(name, "vale", 4) != 0)
		return EINVAL;
	if (!netmap_name_exists(name))
		return ENXIO;
	fd = attachment_open(name);
	if (fd < 0)
		return EOPNOTSUPP;
	error = change_locked(fd, r);
	libc_calls.close(fd);
	return error;
}

int netmap_polling_on(const char *name, const struct polling_request *r)
{
	return polling(name, r);
}

int netmap_polling_off(const char *name)
{
	return polling(name, NULL);
}
