/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of interfaces: libpcap's, and among them the mapped names, the ports
 * that are open and the switches they are on. Every part of an entry is
 * malloc's own, as libpcap makes it, so that its pcap_freealldevs frees the
 * joined list.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "names.h"

/* Openings that are looked at: of all switches. */
#define MAX_OPENINGS 1024

/* A list that grows at *end. */
struct listing {
	struct abi_if **first, **end;
	struct abi_if *rest; /* libpcap's, behind ours */
	bool out_of_memory;
};

static void free_entry(struct abi_if *entry)
{
	free(entry->name);
	free(entry->description);
	free(entry);
}

static struct abi_if *find(struct abi_if *entry, const char *name)
{
	while (entry && strcmp(entry->name, name) != 0)
		entry = entry->next;
	return entry;
}

/* A port that exists as long as it is in use is up and has a cable. */
static void append(struct listing *l, const char *name, const char *description)
{
	struct abi_if *entry = calloc(1, sizeof(*entry));

	if (!entry) {
		l->out_of_memory = true;
		return;
	}
	entry->name = strdup(name);
	entry->description = strdup(description);
	entry->flags = ABI_IF_UP | ABI_IF_RUNNING | ABI_IF_CONNECTED;
	if (!entry->name || !entry->description) {
		l->out_of_memory = true;
		free_entry(entry);
		return;
	}
	entry->next = l->rest;
	*l->end = entry;
	l->end = &entry->next;
}

/* An interface keeps its entry, and is described if it was not. */
static void list_mapped(void *to, const char *device, const char *port)
{
	char text[DEVICE_NAME_SIZE + sizeof("netmap port ")];
	struct listing *l = to;
	struct abi_if *entry = find(*l->first, device);

	snprintf(text, sizeof(text), "netmap port %s", port);
	if (!entry)
		append(l, device, text);
	else if (!entry->description)
		entry->description = strdup(text);
}

static void name_of(const struct nmd_info *opening, const char *port,
		    char name[static DEVICE_NAME_SIZE])
{
	snprintf(name, DEVICE_NAME_SIZE, "%s:%s", opening->switch_name, port);
}

static void list_opening(struct listing *l, const struct nmd_info *opening)
{
	char name[DEVICE_NAME_SIZE], text[64];

	name_of(opening, opening->port_name, name);
	/* Monitors are no ports, and "*" is told of every switch. */
	if (strchr(name, '/') || strchr(name, '*') || find(*l->first, name))
		return;
	snprintf(text, sizeof(text), "netmap port, open in %s",
		 opening->program);
	append(l, name, text);
}

static void list_switch(struct listing *l, const struct nmd_info *opening)
{
	char name[DEVICE_NAME_SIZE], text[64];

	name_of(opening, "*", name);
	/* Ports of a machine, as netmap:eth0, have nothing in common. */
	if (strncmp(name, "vale", 4) != 0 || find(*l->first, name))
		return;
	snprintf(text, sizeof(text), "all ports of the netmap switch %s",
		 opening->switch_name);
	append(l, name, text);
}

static int by_name(const void *left, const void *right)
{
	const struct nmd_info *l = left, *r = right;
	int order = strcmp(l->switch_name, r->switch_name);

	return order ? order : strverscmp(l->port_name, r->port_name);
}

/* Where no switch can be looked at, there is none to list. */
static void list_openings(struct listing *l)
{
	struct nmd_info *openings = calloc(MAX_OPENINGS, sizeof(*openings));
	int count = openings ? nmd_list(openings, MAX_OPENINGS, NULL) : 0;

	l->out_of_memory |= !openings;
	if (count > MAX_OPENINGS)
		count = MAX_OPENINGS;
	if (count > 0)
		qsort(openings, (size_t)count, sizeof(*openings), by_name);
	for (int i = 0; i < count; i++)
		list_opening(l, &openings[i]);
	for (int i = 0; i < count; i++)
		list_switch(l, &openings[i]);
	free(openings);
}

/*
 * Ports come behind the interfaces that are up and before loopback and what is
 * no interface at all: pcap_lookupdev takes the first of the list.
 */
static struct abi_if **place(struct abi_if **first)
{
	const uint32_t alive = ABI_IF_UP | ABI_IF_RUNNING;
	struct abi_if **at = first;

	while (*at && ((*at)->flags & alive) == alive &&
	       !((*at)->flags & ABI_IF_LOOPBACK) &&
	       strcmp((*at)->name, "any") != 0)
		at = &(*at)->next;
	return at;
}

int ours_pcap_findalldevs(struct abi_if **list, char *errbuf)
{
	struct listing l = {.first = list};
	int error = errno;
	int result = real()->pcap_findalldevs(list, errbuf);

	if (result < 0 || names_off())
		return result;
	l.end = place(list);
	l.rest = *l.end;
	names_each_mapped(list_mapped, &l);
	list_openings(&l);
	errno = error;
	if (!l.out_of_memory)
		return result;
	real()->pcap_freealldevs(*list);
	*list = NULL;
	snprintf(errbuf, ABI_ERRBUF_SIZE, "malloc: %s", strerror(ENOMEM));
	return ABI_ERROR;
}
