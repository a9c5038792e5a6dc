/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The join lock of a switch: held while its tables are changed. An open file
 * description lock on the file "lock" of the switch's directory, which the
 * kernel drops with its holder; the same in all layout versions.
 */
#ifndef JOIN_LOCK_H
#define JOIN_LOCK_H

#include <stdbool.h>

/*
 * Opens and locks a directory's lock, making it if create is set. A descriptor
 * for join_lock_release, -ESTALE when the lock was removed meanwhile, -ETIMEDOUT when
 * its holder does not go on.
 */
int join_lock_take(int dir_fd, bool create);

/*
 * Unlocks and closes: a child that another thread has forked meanwhile has the
 * descriptor, too, and would keep what a close alone gives up.
 */
void join_lock_release(int fd);

/*
 * Whether the caller has a lock: the handler of a signal that interrupted who
 * took it must not wait for it.
 */
bool join_lock_is_own(void);

#endif
