/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the contract suite's programs call of libpcap, whose own header only its
 * development package brings.
 */
#ifndef PLAIN_PCAP_H
#define PLAIN_PCAP_H

#include <stdint.h>
#include <sys/time.h>

typedef struct pcap pcap_t;
struct pcap_pkthdr {
	struct timeval ts;
	uint32_t caplen;
	uint32_t len;
};
struct pcap_stat {
	unsigned int ps_recv;
	unsigned int ps_drop;
	unsigned int ps_ifdrop;
};
typedef void (*pcap_handler)(unsigned char *, const struct pcap_pkthdr *,
			     const unsigned char *);

char *pcap_geterr(pcap_t *);
int pcap_activate(pcap_t *);
int pcap_dispatch(pcap_t *, int, pcap_handler, unsigned char *);
int pcap_loop(pcap_t *, int, pcap_handler, unsigned char *);
int pcap_next_ex(pcap_t *, struct pcap_pkthdr **, const unsigned char **);
int pcap_set_immediate_mode(pcap_t *, int);
int pcap_set_timeout(pcap_t *, int);
int pcap_setdirection(pcap_t *, int);
int pcap_setnonblock(pcap_t *, int, char *);
int pcap_stats(pcap_t *, struct pcap_stat *);
pcap_t *pcap_create(const char *, char *);
pcap_t *pcap_open_live(const char *, int, int, int, char *);
void pcap_breakloop(pcap_t *);
void pcap_close(pcap_t *);
void pcap_perror(pcap_t *, const char *);

#endif
