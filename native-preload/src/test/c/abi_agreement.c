// SPDX-License-Identifier: BSD-2-Clause
/* Our declarations of libpcap's binary interface against libpcap's own. */
#include <stddef.h>
#include <stdio.h>

#if __has_include(<pcap/pcap.h>)
#include <pcap/pcap.h>

#include "libpcap_abi.h"

#define SAME_SIZE(ours, theirs) \
	_Static_assert(sizeof(struct ours) == sizeof(struct theirs), #ours)
#define SAME_OFFSET(ours, theirs, field)                       \
	_Static_assert(offsetof(struct ours, field) ==         \
			       offsetof(struct theirs, field), \
		       #ours "." #field)
#define SAME_PLACE(ours, theirs, field)                             \
	SAME_OFFSET(ours, theirs, field);                           \
	_Static_assert(sizeof(((struct ours *)0)->field) ==         \
			       sizeof(((struct theirs *)0)->field), \
		       #ours "." #field)
#define SAME_NUMBER(name) \
	_Static_assert((int)ABI_##name == (int)PCAP_##name, #name)

SAME_SIZE(abi_pkthdr, pcap_pkthdr);
SAME_PLACE(abi_pkthdr, pcap_pkthdr, ts);
SAME_PLACE(abi_pkthdr, pcap_pkthdr, caplen);
SAME_PLACE(abi_pkthdr, pcap_pkthdr, len);
SAME_SIZE(abi_insn, bpf_insn);
SAME_PLACE(abi_insn, bpf_insn, code);
SAME_PLACE(abi_insn, bpf_insn, jt);
SAME_PLACE(abi_insn, bpf_insn, jf);
SAME_PLACE(abi_insn, bpf_insn, k);
SAME_SIZE(abi_program, bpf_program);
SAME_PLACE(abi_program, bpf_program, bf_len);
SAME_OFFSET(abi_program, bpf_program, bf_insns);
SAME_SIZE(abi_stat, pcap_stat);
SAME_PLACE(abi_stat, pcap_stat, ps_recv);
SAME_PLACE(abi_stat, pcap_stat, ps_drop);
SAME_PLACE(abi_stat, pcap_stat, ps_ifdrop);
SAME_SIZE(abi_if, pcap_if);
SAME_OFFSET(abi_if, pcap_if, next);
SAME_PLACE(abi_if, pcap_if, name);
SAME_PLACE(abi_if, pcap_if, description);
SAME_OFFSET(abi_if, pcap_if, addresses);
SAME_PLACE(abi_if, pcap_if, flags);
SAME_NUMBER(IF_LOOPBACK);
SAME_NUMBER(IF_UP);
SAME_NUMBER(IF_RUNNING);
SAME_NUMBER(ERROR);
SAME_NUMBER(ERROR_BREAK);
SAME_NUMBER(ERROR_NOT_ACTIVATED);
SAME_NUMBER(ERROR_ACTIVATED);
SAME_NUMBER(ERROR_NO_SUCH_DEVICE);
SAME_NUMBER(ERROR_RFMON_NOTSUP);
SAME_NUMBER(ERROR_PERM_DENIED);
SAME_NUMBER(ERROR_TSTAMP_PRECISION_NOTSUP);
SAME_NUMBER(WARNING_TSTAMP_TYPE_NOTSUP);
SAME_NUMBER(D_INOUT);
SAME_NUMBER(D_IN);
SAME_NUMBER(D_OUT);
SAME_NUMBER(TSTAMP_HOST);
SAME_NUMBER(ERRBUF_SIZE);
_Static_assert((int)ABI_IF_CONNECTED == PCAP_IF_CONNECTION_STATUS_CONNECTED,
	       "CONNECTED");
_Static_assert(ABI_PRECISION_MICRO == PCAP_TSTAMP_PRECISION_MICRO, "micro");
_Static_assert(ABI_PRECISION_NANO == PCAP_TSTAMP_PRECISION_NANO, "nano");
_Static_assert(ABI_DLT_EN10MB == DLT_EN10MB, "EN10MB");
_Static_assert(ABI_DLT_DOCSIS == DLT_DOCSIS, "DOCSIS");

int main(void)
{
	puts("all agree, or this would not have compiled");
	return 0;
}
#else
int main(void)
{
	puts("libpcap's header is not installed; on Debian: libpcap-dev");
	return 77;
}
#endif
