/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runtime directory: where the switches of a user lie.
 *
 * NETMAP_RUNTIME_DIR, or /dev/shm/pcap-netmap-<uid>. It must be on tmpfs and
 * belong to the user (mode 0700), or be a setgid directory that root made
 * for a group the user is in; root may join anyone's.
 */
#ifndef RUNTIME_H
#define RUNTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "nmd.h"

struct runtime {
	int fd; /* of the directory, O_CLOEXEC */
	char path[256];
	bool group; /* a group's directory: files get group rights */
	uid_t owner;
	bool is_default; /* nobody named it: made and removed as needed */
};

/*
 * Opens the runtime directory, making the default one when create is set.
 * -ENOENT (no error text) when it is not there and create is not set.
 */
int runtime_open(struct runtime *rt, bool create, struct nmd_error *err);
void runtime_close(struct runtime *rt);

/*
 * Bytes that its tmpfs has left, whether the directory is there yet or not;
 * UINT64_MAX if that is not known, or not limited.
 */
uint64_t runtime_left(void);

/* What root makes in a user's directory is the user's. */
void runtime_give_to_owner(const struct runtime *rt, int fd);

/*
 * Opens a plain file of the directory for reading and writing; with create it
 * is made, and given to the owner, where there is none. A descriptor of 3 or
 * more or a negative errno. -EACCES: what is there was not made so, as a link
 * to another user's file.
 */
int runtime_open_file(const struct runtime *rt, const char *name, bool create);

/*
 * Files of processes that forward for an interface begin so; they are locked,
 * by flock, as long as those live.
 */
#define RUNTIME_ATTACHED "attached."

/* Removes such a file if nobody has it locked. */
void runtime_remove_unlocked(const struct runtime *rt, const char *name);

/* Removes the directory if it is the default one and empty. */
void runtime_remove_if_empty(const struct runtime *rt);

/* Moves fd to a number of 3 or more, O_CLOEXEC; closes the old. */
int fd_above_stdio(int fd);

#endif
