/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be known of another process by its number. */
#ifndef PROCESS_H
#define PROCESS_H

#include "lock.h"

/* In this process's own pid namespace. */
enum lock_life process_life(uint32_t pid);

#endif
