/* SPDX-License-Identifier: BSD-2-Clause */
/* Port names: vale<switch>:<port>[/x]. */
#ifndef SPEC_H
#define SPEC_H

#include <stdbool.h>

#include "nmd.h"

struct spec {
	char switch_name[16]; /* with the prefix: "vale0" */
	char port_name[32];   /* "1", or "*" for the switch-wide tap */
	bool exclusive;       /* suffix /x */
};

/* Parses text; -EINVAL or -ENODEV with err filled. */
int spec_parse(const char *text, struct spec *out, struct nmd_error *err);

#endif
