/* SPDX-License-Identifier: BSD-2-Clause */
#include "spec.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "error.h"

#define REMEDY "use vale<switch>:<port>, for example vale0:1"

static bool is_port_char(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-';
}

/* "vale", letters and digits, then ':'; returns its length or 0. */
static size_t switch_length(const char *text)
{
	size_t n = 4;

	if (strncmp(text, "vale", 4) != 0)
		return 0;
	while (isalnum((unsigned char)text[n]))
		n++;
	return text[n] == ':' ? n : 0;
}

static size_t port_length(const char *port)
{
	size_t n = 0;

	if (port[0] == '*')
		return 1;
	while (is_port_char(port[n]))
		n++;
	return n;
}

static int bad_suffix(const char *text, const char *suffix,
		      struct nmd_error *err)
{
	if (suffix[0] == '{' || suffix[0] == '}')
		return error_set(err, -EINVAL,
				 "%s: pipes are not offered by the user-space "
				 "device; open the port itself",
				 text);
	return error_set(err, -EINVAL,
			 "%s: suffix \"%s\" not understood; only /x "
			 "(exclusive) may follow the port",
			 text, suffix);
}

static int parse_vale(const char *text, struct spec *out, struct nmd_error *err)
{
	size_t sw = switch_length(text);
	const char *port = text + sw + 1;
	size_t n = port_length(port);

	if (n == 0)
		return error_set(err, -EINVAL,
				 "%s: no port name after the ':'; " REMEDY,
				 text);
	if (sw >= sizeof(out->switch_name) || n >= sizeof(out->port_name))
		return error_set(err, -EINVAL,
				 "%s: name too long (switch at most %zu "
				 "characters, port at most %zu); shorten it",
				 text, sizeof(out->switch_name) - 1,
				 sizeof(out->port_name) - 1);
	if (port[n] != '\0' && strcmp(port + n, "/x") != 0)
		return bad_suffix(text, port + n, err);
	memset(out, 0, sizeof(*out));
	memcpy(out->switch_name, text, sw);
	memcpy(out->port_name, port, n);
	out->exclusive = port[n] != '\0';
	return 0;
}

int spec_parse(const char *text, struct spec *out, struct nmd_error *err)
{
	if (switch_length(text))
		return parse_vale(text, out, err);
	if (strncmp(text, "netmap:", 7) == 0)
		return error_set(
			err, -ENODEV,
			"%s: this machine has no /dev/netmap, and the "
			"user-space device has VALE ports only; " REMEDY,
			text);
	return error_set(err, -EINVAL, "%s: not a netmap port name; " REMEDY,
			 text);
}

NMD_API int nmd_is_port_name(const char *text)
{
	return text && switch_length(text) > 0;
}
