/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What forwards for an interface that is attached to a switch, until it is
 * detached: netmap_attachment.h. Started by the netmap face alone.
 *
 *	interface -- its rings -- this process -- port vale0:eth1 -- switch
 *	host      -- host rings -- the same    -- port vale0:eth1-host
 */
#ifndef VALE_ATTACH_H
#define VALE_ATTACH_H

#include <stdbool.h>

/* Whether that is what nmrun was started for. */
bool vale_attach_is_meant(int argc, char **argv);

/* Forwards; the exit status. */
int vale_attach_run(int argc, char **argv);

#endif
