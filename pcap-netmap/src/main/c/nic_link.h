/* SPDX-License-Identifier: BSD-2-Clause */
/* What an interface is like while it is open: others set it up and down. */
#ifndef NIC_LINK_H
#define NIC_LINK_H

#include <net/if.h>
#include <stdint.h>

struct nic;

struct nic_link {
	_Atomic uint32_t mtu; /* as seen last */
	_Atomic int lost;     /* 0, -ENETDOWN: set down, -ENODEV: gone */
	_Atomic int64_t looked_ns;
};

/* Asks the kernel about the interface, whatever it is called by now. */
int nic_ask_link(const struct nic *nic, unsigned long what,
		 struct ifreq *answer);

/* Looks at the interface now. */
void nic_look_at_link(struct nic *nic);

/* The same, unless the kernel's coarse clock stands where it stood then. */
void nic_glance_at_link(struct nic *nic);

#endif
