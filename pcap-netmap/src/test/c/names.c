/* SPDX-License-Identifier: BSD-2-Clause */
/* Which names are port names, what they mean, and what is said of others. */
#include "testing.h"

#include "spec.h"

struct good {
	const char *text, *switch_name, *port_name;
	bool exclusive;
};

static const struct good good[] = {
	{"vale0:1", "vale0", "1", false},
	{"vale:1", "vale", "1", false},
	{"valeA9z:in_port.2-b", "valeA9z", "in_port.2-b", false},
	{"vale0:1/x", "vale0", "1", true},
	{"vale0:*", "vale0", "*", false},
	{"vale12345678901:p", "vale12345678901", "p", false},
	{"netmap:eth0{1/x", "valepipe", "eth0{1", true},
	{"vale0:1234567890123456789012345678901", "vale0",
	 "1234567890123456789012345678901", false},
};

struct bad {
	const char *text;
	int code;
	const char *reason; /* must occur in the error's text */
};

static const struct bad bad[] = {
	{"", -EINVAL, "not a netmap port name"},
	{"eth0", -EINVAL, "not a netmap port name"},
	{"vale", -EINVAL, "not a netmap port name"},
	{"vale0", -EINVAL, "not a netmap port name"},
	{"Vale0:1", -EINVAL, "not a netmap port name"},
	{"xvale0:1", -EINVAL, "not a netmap port name"},
	{"vale 0:1", -EINVAL, "not a netmap port name"},
	{"vale../x:1", -EINVAL, "not a netmap port name"},
	{"vale0/../1:1", -EINVAL, "not a netmap port name"},
	{"vale0:", -EINVAL, "no port name"},
	{"vale0:/x", -EINVAL, "no port name"},
	{"vale0:!", -EINVAL, "no port name"},
	{"vale0:../x", -EINVAL, "no port name"},
	{"vale0:\xc3\xa4", -EINVAL, "letters, digits"},
	{"vale\xc3\xa4:1", -EINVAL, "not a netmap port name"},
	{"netmap:\xc3\xa4", -EINVAL, "letters, digits"},
	{"vale0:1{.", -EINVAL, "no pipe name"},
	{"vale123456789012:p", -EINVAL, "too long"},
	{"vale0:12345678901234567890123456789012", -EINVAL, "too long"},
	{"vale0:1/y", -EINVAL, "\"/y\" not understood"},
	{"vale0:1/xx", -EINVAL, "\"/xx\" not understood"},
	{"vale0:1 ", -EINVAL, "\" \" not understood"},
	{"vale0:1/../2", -EINVAL, "not understood"},
	{"vale0:1:2", -EINVAL, "\":2\" not understood"},
	{"vale0:**", -EINVAL, "not understood"},
	{"vale0:1{", -EINVAL, "no pipe name"},
	{"vale0:1}/x", -EINVAL, "no pipe name"},
	{"vale0:{2", -EINVAL, "no port name"},
	{"vale0:*{2", -EINVAL, "not understood"},
	{"vale0:1{2}3", -EINVAL, "not understood"},
	{"vale0:12345678901234567890{12345678901", -EINVAL, "too long"},
	{"vale0:1^", -EINVAL, "host rings"},
	{"vale0:1*", -EINVAL, "host rings"},
	{"vale0:1+", -EINVAL, "host rings"},
	{"vale0:1/", -EINVAL, "not understood"},
	{"vale0:1-16", -EINVAL, "ring 16 does not exist"},
	{"vale0:1-4294967296", -EINVAL, "does not exist"},
	{"vale0:1-1", -EINVAL, "ring 1 does not exist"},
	{"vale0:1{2-1", -EINVAL, "ring 1 does not exist"},
	{"vale0:*-0", -EINVAL, "not understood"},
	{"vale0:1/RT", -EINVAL, "leave no rings"},
	{"vale0:1/RR", -EINVAL, "not understood"},
	{"vale0:1/rR", -EINVAL, "monitor"},
	{"vale0:1/rr", -EINVAL, "not understood"},
	{"vale0:1/rx", -EINVAL, "monitor"},
	{"vale0:*/r", -EINVAL, "monitor"},
	{"vale0:1/r", -ENODEV, "not open"},
	{"vale0:1/z", -ENODEV, "not open"},
	{"vale0:1/zz", -EINVAL, "not understood"},
	{"vale0:1/zx", -EINVAL, "monitor"},
	{"vale0:1/rztr", -EINVAL, "not understood"},
	{"vale0:1{2/t", -ENODEV, "not open"},
	{"netmap:", -EINVAL, "1 to 15"},
	{"netmap:sixteen-and-more", -EINVAL, "1 to 15"},
	{"netmap:none{", -EINVAL, "no pipe name"},
	{"netmap:{1", -EINVAL, "1 to 15"},
	{"netmap:none{1^", -EINVAL, "no host rings"},
	{"netmap:none}1@group:1", -EINVAL, "an end of a pipe has no group"},
	{"netmap:none^", -ENODEV, "no interface"},
	{"netmap:none@group", -EINVAL, "no group"},
	{"netmap:none/rx", -EINVAL, "monitor"},
};

static void parses(const struct good *g)
{
	struct nmd_error why = {0};
	struct spec spec;

	CHECK_EQ(spec_parse(g->text, &spec, &why), 0);
	CHECK_EQ(strcmp(spec.switch_name, g->switch_name), 0);
	CHECK_EQ(strcmp(spec.port_name, g->port_name), 0);
	CHECK_EQ(spec.exclusive, g->exclusive);
	CHECK(nmd_is_port_name(g->text));
}

static void is_refused(const struct bad *b)
{
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;

	CHECK_EQ(nmd_open(b->text, NULL, &port, &why), b->code);
	CHECK_EQ(why.code, b->code);
	CHECK(port == NULL);
	if (strncmp(why.text, b->text, strlen(b->text)) != 0 ||
	    !strstr(why.text, b->reason) || !strchr(why.text, ';') ||
	    strchr(why.text, '\n')) {
		printf("said of \"%s\": %s\n", b->text, why.text);
		exit(1);
	}
}

struct suffixed {
	const char *text, *port_name, *other_end;
	bool exclusive, rx, tx;
	int ring; /* -1: all */
	bool rx_only, tx_only;
};

static const struct suffixed suffixed[] = {
	{"vale0:1{2", "1{2", "1}2", false, false, false, -1, false, false},
	{"vale0:a-b}p.q_1", "a-b}p.q_1", "a-b{p.q_1", false, false, false, -1,
	 false, false},
	{"vale0:1{2/x", "1{2", "1}2", true, false, false, -1, false, false},
	{"vale0:1/r", "1", "", false, true, false, -1, false, false},
	{"vale0:1/tz", "1", "", false, true, true, -1, false, false},
	{"vale0:1/z", "1", "", false, true, true, -1, false, false},
	{"vale0:z-1/ztr", "z", "", false, true, true, 1, false, false},
	{"vale0:1}2/rt", "1}2", "1{2", false, true, true, -1, false, false},
	{"vale0:1-0", "1", "", false, false, false, 0, false, false},
	{"vale0:a-b-15/x", "a-b", "", true, false, false, 15, false, false},
	{"vale0:a--7", "a-", "", false, false, false, 7, false, false},
	{"vale0:-3", "-3", "", false, false, false, -1, false, false},
	{"vale0:a-1b", "a-1b", "", false, false, false, -1, false, false},
	{"vale0:1-2{3-4/R", "1-2{3", "1-2}3", false, false, false, 4, true,
	 false},
	{"vale0:1/xT", "1", "", true, false, false, -1, false, true},
	{"vale0:1-2/rt", "1", "", false, true, true, 2, false, false},
	{"netmap:eth0", "eth0", "", false, false, false, -1, false, false},
	{"netmap:br-0.1/x", "br-0.1", "", true, false, false, -1, false, false},
	{"netmap:eth0/t", "eth0", "", false, false, true, -1, false, false},
	{"netmap:none-3/R", "none", "", false, false, false, 3, true, false},
	{"netmap:none-3{p-2/T", "none-3{p", "none-3}p", false, false, false, 2,
	 false, true},
	{"netmap:lo}1/r", "lo}1", "lo{1", false, true, false, -1, false, false},
};

static void means(const struct suffixed *s)
{
	const char *letters = strchr(s->text, '/');
	struct nmd_error why = {0};
	struct spec spec;

	CHECK_EQ(spec_parse(s->text, &spec, &why), 0);
	CHECK_EQ(strcmp(spec.port_name, s->port_name), 0);
	CHECK_EQ(strcmp(spec.other_end, s->other_end), 0);
	CHECK_EQ(spec.exclusive, s->exclusive);
	CHECK_EQ(spec.monitors_rx, s->rx);
	CHECK_EQ(spec.monitors_tx, s->tx);
	CHECK_EQ(spec.zero_copy, letters && strchr(letters, 'z'));
	CHECK_EQ(spec_is_monitor(&spec), s->rx || s->tx);
	CHECK_EQ(spec.one_ring ? (int)spec.ring : -1, s->ring);
	CHECK_EQ(spec.rx_rings_only, s->rx_only);
	CHECK_EQ(spec.tx_rings_only, s->tx_only);
}

/* Names of others are left to others. */
static void others_are_not_claimed(void)
{
	static const char *const others[] = {
		"eth0", "any", "lo", "valentine", "vale", "netmap", "",
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		CHECK(!nmd_is_port_name(others[i]));
	CHECK(!nmd_is_port_name(NULL));
}

static void a_text_is_not_needed(void)
{
	struct nmd_port *port = NULL;

	CHECK_EQ(nmd_open("eth0", NULL, &port, NULL), -EINVAL);
	CHECK(port == NULL);
}

/* A name as long as an error's text, and longer, is cut, not overrun. */
static void long_names_fit(void)
{
	struct nmd_error why = {0};
	struct nmd_port *port = NULL;
	char text[2000];

	memset(text, 'e', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CHECK_EQ(nmd_open(text, NULL, &port, &why), -EINVAL);
	CHECK(strnlen(why.text, sizeof(why.text)) < sizeof(why.text));
}

int main(void)
{
	begin();
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		parses(&good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		is_refused(&bad[i]);
	for (size_t i = 0; i < sizeof(suffixed) / sizeof(*suffixed); i++)
		means(&suffixed[i]);
	others_are_not_claimed();
	a_text_is_not_needed();
	long_names_fit();
	finish();
	return 0;
}
