/* SPDX-License-Identifier: BSD-2-Clause */
#include "spec.h"

#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "error.h"

#define ALLOWED "letters, digits, '_', '-' and, not first, '.'"
#define REMEDY "use vale<switch>:<port>, for example vale0:1"

#define NIC_PREFIX "netmap:"

static bool is_nic(const char *text)
{
	return strncmp(text, NIC_PREFIX, strlen(NIC_PREFIX)) == 0;
}

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

/* A name is no path: "vale0:../x" is a slip, not a port ".." for us alone. */
static size_t name_length(const char *name)
{
	size_t n = 0;

	if (name[0] == '.')
		return 0;
	while (is_port_char(name[n]))
		n++;
	return n;
}

/*
 * Takes a "-<k>" off the end of a name of length bytes, where the name itself
 * ends: what follows is '/' or nothing. Returns the length that is left.
 */
static size_t without_ring(const char *name, size_t length, const char **ring)
{
	size_t n = length;

	if (name[length] != '\0' && name[length] != '/' && name[length] != '@')
		return length;
	while (n > 0 && isdigit((unsigned char)name[n - 1]))
		n--;
	if (n == length || n < 2 || name[n - 1] != '-')
		return length;
	*ring = name + n;
	return n - 1;
}

/* What is between the ':' and the end or the '/'. */
struct parts {
	const char *port;
	size_t port_length; /* without what follows */
	char end;           /* '{' or '}', or 0: no pipe */
	const char *pipe;
	size_t pipe_length;
	const char *ring; /* the digits of a "-<k>", or NULL */
	const char *rest; /* "" or what was not understood yet */
};

static struct parts split(const char *port)
{
	struct parts p = {.port = port};
	size_t length = port[0] == '*' ? 1 : name_length(port);

	p.rest = port + length;
	p.port_length = without_ring(port, length, &p.ring);
	if (length > 0 && port[0] != '*' &&
	    (p.rest[0] == '{' || p.rest[0] == '}')) {
		p.end = p.rest[0];
		p.pipe = p.rest + 1;
		length = name_length(p.pipe);
		p.rest = p.pipe + length;
		p.pipe_length = without_ring(p.pipe, length, &p.ring);
	}
	return p;
}

static int copy_ring(const char *text, const struct parts *p, struct spec *out,
		     struct nmd_error *err)
{
	if (!p->ring)
		return 0;
	out->one_ring = true;
	for (const char *c = p->ring; isdigit((unsigned char)*c); c++) {
		out->ring = 10 * out->ring + (uint32_t)(*c - '0');
		if (out->ring >= SW_MAX_RINGS)
			return error_set(err, -EINVAL,
					 "%s: ring %.*s does not exist; a "
					 "direction has at most %d rings, "
					 "numbered from 0",
					 text, (int)(p->rest - p->ring),
					 p->ring, SW_MAX_RINGS);
	}
	return 0;
}

static int copy_names(const char *text, const char *sw_name, size_t sw,
		      const struct parts *p, struct spec *out,
		      struct nmd_error *err)
{
	size_t n = p->port_length + (p->end ? 1 + p->pipe_length : 0);

	if (p->port_length == 0)
		return error_set(err, -EINVAL,
				 "%s: no port name of " ALLOWED
				 " after the ':'; " REMEDY,
				 text);
	if (p->end && p->pipe_length == 0)
		return error_set(err, -EINVAL,
				 "%s: no pipe name after the '%c'; name it, "
				 "for example vale0:1{3 and vale0:1}3",
				 text, p->end);
	if (sw >= sizeof(out->switch_name) || n >= sizeof(out->port_name))
		return error_set(err, -EINVAL,
				 "%s: name too long (switch at most %zu "
				 "characters, port at most %zu); shorten it",
				 text, sizeof(out->switch_name) - 1,
				 sizeof(out->port_name) - 1);
	memcpy(out->switch_name, sw_name, sw);
	memcpy(out->port_name, p->port, n);
	if (!p->end)
		return 0;
	out->pipe_end = p->end == '{' ? SW_LEFT : SW_RIGHT;
	memcpy(out->other_end, p->port, n);
	out->other_end[p->port_length] = p->end == '{' ? '}' : '{';
	return 0;
}

static bool set_once(bool *flag)
{
	bool again = *flag;

	*flag = true;
	return !again;
}

static bool parse_letter(char letter, struct spec *out)
{
	switch (letter) {
	case 'x':
		return set_once(&out->exclusive);
	case 'R':
		return set_once(&out->rx_rings_only);
	case 'T':
		return set_once(&out->tx_rings_only);
	case 'r':
		return set_once(&out->monitors_rx);
	case 't':
		return set_once(&out->monitors_tx);
	case 'z':
		return set_once(&out->zero_copy);
	default:
		return false;
	}
}

static int bad_suffix(const char *text, const char *suffix,
		      struct nmd_error *err)
{
	if (strchr("^*+", suffix[0]) && suffix[-1] != '*' && suffix[1] == '\0')
		return error_set(err, -EINVAL,
				 "%s: a port of a switch has no host rings, "
				 "which \"%s\" asks for; drop it",
				 text, suffix);
	return error_set(
		err, -EINVAL,
		"%s: suffix \"%s\" not understood; -<k> (one "
		"ring), /x (exclusive), /R or /T (receive or transmit "
		"rings only) and /r, /t, /rt or /z (monitor) may follow "
		"the port",
		text, suffix);
}

/* Whether the letters go together. */
static int check_letters(const char *text, const struct spec *spec,
			 struct nmd_error *err)
{
	if (spec->rx_rings_only && spec->tx_rings_only)
		return error_set(err, -EINVAL,
				 "%s: /R and /T together leave no rings; use "
				 "one of them, or neither for both directions",
				 text);
	if (spec_is_monitor(spec) &&
	    (spec->exclusive || spec->rx_rings_only || spec->tx_rings_only ||
	     spec->port_name[0] == '*'))
		return error_set(err, -EINVAL,
				 "%s: a monitor has rings of its own; give "
				 "the port's name, a ring if need be, and /r, "
				 "/t, /rt or /z only",
				 text);
	return 0;
}

/* Letters up to the end or a group behind them. */
static int parse_letters(const char *text, const char **rest, struct spec *out,
			 struct nmd_error *err)
{
	const char *suffix = *rest, *c = suffix + 1;

	if (suffix[0] == '\0')
		return 0;
	if (suffix[0] != '/' || suffix[1] == '\0')
		return bad_suffix(text, suffix, err);
	for (; *c && *c != '@'; c++)
		if (!parse_letter(*c, out))
			return bad_suffix(text, suffix, err);
	*rest = c;
	/* As the module has it, whatever stands beside the z. */
	if (out->zero_copy)
		out->monitors_rx = out->monitors_tx = true;
	return check_letters(text, out, err);
}

#define GROUP "@group:"
#define ROBIN "@robin:"
#define GROUPS 65536

/* Takes "@group:<n>" or "@robin:<n>" off the front of *rest. */
static int take_group(const char *text, const char **rest, struct spec *out,
		      struct nmd_error *err)
{
	const char *c = *rest;
	uint32_t n = 0;

	if (*c != '@' || out->group)
		return 0;
	out->robin = strncmp(c, ROBIN, strlen(ROBIN)) == 0;
	if (out->robin || strncmp(c, GROUP, strlen(GROUP)) == 0)
		c += strlen(GROUP);
	if (!isdigit((unsigned char)*c))
		n = GROUPS;
	while (isdigit((unsigned char)*c) && n < GROUPS)
		n = 10 * n + (uint32_t)(*c++ - '0');
	if (n >= GROUPS)
		return error_set(err, -EINVAL,
				 "%s: \"%s\" is no group; use @group:<n> "
				 "(each flow to one member) or @robin:<n> "
				 "(frames in turn), with a number up to %d",
				 text, *rest, GROUPS - 1);
	out->group = n + 1;
	*rest = c;
	return 0;
}

static int check_group(const char *text, const struct spec *spec,
		       struct nmd_error *err)
{
	if (!spec->group)
		return 0;
	if (spec->pipe_end)
		return error_set(
			err, -EINVAL,
			"%s: an end of a pipe has no group; bridge the "
			"pipe to a switch, and share a port there",
			text);
	if (spec->exclusive && spec->is_nic)
		return error_set(
			err, -EINVAL,
			"%s: a queue has one owner; let \"nmcap bridge "
			"netmap:%s/x vale9:nic\" own them, and share "
			"vale9:*@group:<n>, or drop the /x",
			text, spec->port_name);
	if (spec->exclusive || spec->one_ring)
		return error_set(err, -EINVAL,
				 "%s: a group shares all rings of the port; "
				 "drop the %s",
				 text, spec->exclusive ? "/x" : "ring");
	return 0;
}

/* A group may stand before the letters or behind them. */
static int parse_suffix(const char *text, const char *rest, struct spec *out,
			struct nmd_error *err)
{
	int r = take_group(text, &rest, out, err);

	if (r == 0)
		r = parse_letters(text, &rest, out, err);
	if (r == 0)
		r = take_group(text, &rest, out, err);
	if (r == 0 && *rest)
		return bad_suffix(text, rest, err);
	return r < 0 ? r : check_group(text, out, err);
}

static int parse_vale(const char *text, struct spec *out, struct nmd_error *err)
{
	size_t sw = switch_length(text);
	struct parts p = split(text + sw + 1);
	int r;

	memset(out, 0, sizeof(*out));
	r = copy_names(text, text, sw, &p, out, err);
	if (r == 0)
		r = copy_ring(text, &p, out, err);
	return r < 0 ? r : parse_suffix(text, p.rest, out, err);
}

/* netmap:<name>{<pipe>: no more than a name, be there such an interface or not. */
static int parse_bare_pipe(const char *text, const struct parts *p,
			   struct spec *out, struct nmd_error *err)
{
	int r;

	memset(out, 0, sizeof(*out));
	out->bare = true;
	r = copy_names(text, SPEC_PIPES, strlen(SPEC_PIPES), p, out, err);
	if (r == 0)
		r = copy_ring(text, p, out, err);
	return r < 0 ? r : parse_suffix(text, p->rest, out, err);
}

/*
 * An interface's name may end in '-' and digits, too: where there is one that
 * is called so, no ring is meant.
 */
static struct parts split_nic(const char *name)
{
	struct parts p = {.port = name, .port_length = name_length(name)};
	char whole[IF_NAMESIZE] = "";

	p.rest = name + p.port_length;
	if (p.port_length < sizeof(whole))
		memcpy(whole, name, p.port_length);
	if (if_nametoindex(whole) == 0)
		p.port_length = without_ring(name, p.port_length, &p.ring);
	return p;
}

/* Takes "^", "*" or "+" off the front of *rest. */
static void take_host_rings(const char **rest, struct spec *out)
{
	out->host_rings = **rest == '^';
	out->host_too = **rest == '*' || **rest == '+';
	if (out->host_rings || out->host_too)
		++*rest;
}

static int check_host_rings(const char *text, const struct spec *spec,
			    struct nmd_error *err)
{
	if (spec->host_rings &&
	    (spec->group || spec->one_ring || spec_is_monitor(spec)))
		return error_set(err, -EINVAL,
				 "%s: host rings are one ring of either "
				 "direction, for one program; drop what "
				 "follows the ^",
				 text);
	if (spec->host_too && spec->exclusive)
		return error_set(
			err, -EINVAL,
			"%s: the host keeps its side of the "
			"interface; drop the /x, or let \"nmcap bridge "
			"netmap:%s/x netmap:%s^\" join the two",
			text, spec->port_name, spec->port_name);
	return 0;
}

/* The port's name is the interface's; its switch is "netmap". */
static int parse_nic(const char *text, struct spec *out, struct nmd_error *err)
{
	struct parts p = split_nic(text + strlen(NIC_PREFIX));
	int r;

	memset(out, 0, sizeof(*out));
	out->is_nic = true;
	if (p.port_length == 0 || p.port_length >= IF_NAMESIZE)
		return error_set(err, -EINVAL,
				 "%s: no interface name of 1 to %d " ALLOWED
				 " after the ':'; \"ip link\" lists them",
				 text, IF_NAMESIZE - 1);
	memcpy(out->switch_name, text, strlen(NIC_PREFIX) - 1);
	memcpy(out->port_name, p.port, p.port_length);
	r = copy_ring(text, &p, out, err);
	take_host_rings(&p.rest, out);
	if (r == 0)
		r = parse_suffix(text, p.rest, out, err);
	return r < 0 ? r : check_host_rings(text, out, err);
}

int spec_parse(const char *text, struct spec *out, struct nmd_error *err)
{
	struct parts p;

	if (switch_length(text))
		return parse_vale(text, out, err);
	if (is_nic(text)) {
		p = split(text + strlen(NIC_PREFIX));
		return p.end ? parse_bare_pipe(text, &p, out, err)
			     : parse_nic(text, out, err);
	}
	return error_set(err, -EINVAL,
			 "%s: not a netmap port name; " REMEDY
			 ", or netmap:<interface>",
			 text);
}

bool spec_same_pipe(const char *a, const char *b)
{
	size_t n = strcspn(a, "{}");

	return a[n] && n == strcspn(b, "{}") && strncmp(a, b, n) == 0 && b[n] &&
	       strcmp(a + n + 1, b + n + 1) == 0;
}

NMD_API int nmd_is_port_name(const char *text)
{
	return text && (switch_length(text) > 0 || is_nic(text));
}
