/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What programs ask of /dev/netmap by ioctl, on 64-bit Linux: version 14 of
 * both interfaces, the legacy one (struct legacy_request for everything) and
 * the current one (a header, a body by request type, a chain of options).
 *
 * Written here from the published numbers, offsets and meanings, as
 * netmap_abi.h is.
 */
#ifndef NETMAP_REQUESTS_H
#define NETMAP_REQUESTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

/* Legacy: port info, registration and all that legacy_command names. */
struct legacy_request {
	char name[16];
	uint32_t version;
	uint32_t offset;  /* out: of the netmap_if in the mapping */
	uint32_t memsize; /* out: bytes to map */
	uint32_t tx_slots, rx_slots;
	uint16_t tx_rings, rx_rings;
	uint16_t ringid;  /* a ring's number and LEGACY_* flags */
	uint16_t command; /* enum legacy_command */
	uint16_t arg1;
	uint16_t mem_id;
	uint32_t extra_buffers;
	uint32_t flags; /* enum register_mode and REGISTER_* flags */
	uint32_t spare;
};

#define LEGACY_RING 0x0fffu
#define LEGACY_NO_TX_POLL 0x1000u
#define LEGACY_HOST_RINGS 0x2000u
#define LEGACY_ONE_RING 0x4000u
#define LEGACY_DO_RX_POLL 0x8000u
#define LEGACY_MODE 0xfu /* in flags */

enum legacy_command {
	LEGACY_REGISTER = 0, /* with NIOCGINFO: port info */
	LEGACY_ATTACH = 1,
	LEGACY_DETACH = 2,
	LEGACY_CALLBACKS = 3, /* by kernel modules only */
	LEGACY_LIST = 4,
	LEGACY_HEADER_SET = 5,
	LEGACY_NEW_PORT = 6,
	LEGACY_DELETE_PORT = 7,
	LEGACY_GUEST_CREATE = 8,
	LEGACY_GUEST_DELETE = 9,
	LEGACY_POLLING_ON = 10,
	LEGACY_POLLING_OFF = 11,
	LEGACY_HEADER_GET = 12,
};

#define LEGACY_ATTACH_HOST 1u /* arg1: with the host rings */

/* Current. */
struct request_header {
	uint16_t version;
	uint16_t type; /* enum request_type */
	uint32_t reserved;
	char name[64];
	uint64_t options; /* address of the first, or 0 */
	uint64_t body;    /* address */
};

enum request_type {
	REQUEST_REGISTER = 1,
	REQUEST_PORT_INFO = 2,
	REQUEST_ATTACH = 3,
	REQUEST_DETACH = 4,
	REQUEST_LIST = 5,
	REQUEST_HEADER_SET = 6,
	REQUEST_HEADER_GET = 7,
	REQUEST_NEW_PORT = 8,
	REQUEST_DELETE_PORT = 9,
	REQUEST_POLLING_ON = 10,
	REQUEST_POLLING_OFF = 11,
	REQUEST_POOLS_INFO = 12,
	REQUEST_LOOP_START = 13,
	REQUEST_LOOP_STOP = 14,
	REQUEST_CSB_ENABLE = 15,
};

struct request_option {
	uint64_t next; /* address, or 0 */
	uint32_t type; /* enum option_type */
	uint32_t status;
	uint64_t size;
};

enum option_type {
	OPTION_EXTERNAL_MEMORY = 1,
	OPTION_LOOP_EVENTFDS = 2,
	OPTION_CSB = 3,
	OPTION_LOOP_MODE = 4,
	OPTION_OFFSETS = 5,
};

/* Slots say where in their buffers frames begin. */
struct offsets_option {
	struct request_option head;
	uint64_t most; /* out: the rings', which may be more */
	uint64_t initial;
	uint32_t bits; /* lower ones of ptr; 0: all */
	uint32_t tx_align;
	uint64_t gap;
};

struct register_request {
	uint64_t offset;  /* out: of the netmap_if in the mapping */
	uint64_t memsize; /* out: bytes to map */
	uint32_t tx_slots, rx_slots;
	uint16_t tx_rings, rx_rings;
	uint16_t host_tx_rings, host_rx_rings;
	uint16_t mem_id;
	uint16_t ringid;
	uint32_t mode; /* enum register_mode */
	uint32_t extra_buffers;
	uint32_t reserved;
	uint64_t flags; /* REGISTER_* */
};

enum register_mode {
	MODE_DEFAULT = 0,
	MODE_ALL_NIC = 1,
	MODE_HOST = 2,
	MODE_NIC_AND_HOST = 3,
	MODE_ONE_NIC = 4,
	MODE_PIPE_MASTER = 5,
	MODE_PIPE_SLAVE = 6,
	MODE_NULL = 7,
	MODE_ONE_HOST = 8,
};

#define REGISTER_MONITOR_TX 0x100u
#define REGISTER_MONITOR_RX 0x200u
#define REGISTER_ZERO_COPY 0x400u
#define REGISTER_EXCLUSIVE 0x800u
#define REGISTER_RX_ONLY 0x2000u
#define REGISTER_TX_ONLY 0x4000u
#define REGISTER_ACCEPT_HEADER 0x8000u
#define REGISTER_DO_RX_POLL 0x10000u
#define REGISTER_NO_TX_POLL 0x20000u

struct port_info_request {
	uint64_t memsize;
	uint32_t tx_slots, rx_slots;
	uint16_t tx_rings, rx_rings;
	uint16_t host_tx_rings, host_rx_rings;
	uint16_t mem_id;
	uint16_t reserved[3];
};

struct attach_request {
	struct register_request registration;
	uint32_t port_index;
	uint32_t reserved;
};

struct detach_request {
	uint32_t port_index;
	uint32_t reserved;
};

struct list_request {
	uint16_t switch_index;
	uint16_t reserved;
	uint32_t port_index;
};

struct header_request {
	uint32_t length;
	uint32_t reserved;
};

struct new_port_request {
	uint32_t tx_slots, rx_slots;
	uint16_t tx_rings, rx_rings;
	uint16_t mem_id;
	uint16_t reserved;
};

struct polling_request {
	uint32_t mode;
	uint32_t first_cpu;
	uint32_t cpus;
	uint32_t reserved;
};

struct pools_request {
	uint64_t memsize;
	uint16_t mem_id;
	uint16_t reserved[3];
	uint64_t if_offset;
	uint32_t ifs, if_size;
	uint64_t ring_offset;
	uint32_t rings, ring_size;
	uint64_t buffer_offset;
	uint32_t buffers, buffer_size;
};

/* Rings and buffers are to lie in memory of the program's. */
struct external_option {
	struct request_option head;
	uint64_t address;
	struct pools_request pools; /* memsize: of the whole; 0: the default */
};

/*
 * The program says in memory of its own how far it is in a ring, and the sync
 * loop how far the device is: an entry in either direction for each of its TX
 * rings, then for each of its RX rings. Whoever writes one index of the two
 * reads the other's in the opposite order.
 */
struct csb_to_device {
	uint32_t head;      /* written last */
	uint32_t cur;       /* written first */
	uint32_t wants_irq; /* when the device has moved tail */
	uint32_t sync_flags;
	uint32_t pad[12];
};

struct csb_to_program {
	uint32_t hwcur;      /* written first */
	uint32_t hwtail;     /* written last */
	uint32_t wants_kick; /* when the program has moved head */
	uint32_t pad[13];
};

struct csb_option {
	struct request_option head;
	uint64_t to_device, to_program; /* addresses of the entries */
};

struct loop_request {
	uint32_t sleep_us; /* between looks, unless there are eventfds */
	uint32_t reserved;
};

struct loop_eventfds {
	int32_t kick; /* program to loop; -1: it looks by itself */
	int32_t irq;  /* loop to program, or -1 */
};

struct loop_eventfds_option {
	struct request_option head;
	struct loop_eventfds ring[]; /* as the CSB's entries */
};

struct loop_mode_option {
	struct request_option head;
	uint32_t mode; /* LOOP_DIRECT_* */
	uint32_t pad;
};

#define LOOP_DIRECT_TX 0x1u
#define LOOP_DIRECT_RX 0x2u

#define NETMAP_INFO _IOWR('i', 145, struct legacy_request)
#define NETMAP_REGISTER _IOWR('i', 146, struct legacy_request)
#define NETMAP_TXSYNC _IO('i', 148)
#define NETMAP_RXSYNC _IO('i', 149)
#define NETMAP_CONTROL _IOWR('i', 151, struct request_header)

_Static_assert(sizeof(struct legacy_request) == 60, "legacy request");
_Static_assert(offsetof(struct legacy_request, ringid) == 40, "ringid");
_Static_assert(offsetof(struct legacy_request, flags) == 52, "flags");
_Static_assert(sizeof(struct request_header) == 88, "header");
_Static_assert(sizeof(struct request_option) == 24, "option");
_Static_assert(sizeof(struct offsets_option) == 56, "offsets");
_Static_assert(sizeof(struct register_request) == 56, "register");
_Static_assert(offsetof(struct register_request, mode) == 36, "mode");
_Static_assert(offsetof(struct register_request, flags) == 48, "flags");
_Static_assert(sizeof(struct port_info_request) == 32, "port info");
_Static_assert(sizeof(struct attach_request) == 64, "attach");
_Static_assert(sizeof(struct new_port_request) == 16, "new port");
_Static_assert(sizeof(struct pools_request) == 64, "pools info");
_Static_assert(sizeof(struct external_option) == 96, "external memory");
_Static_assert(sizeof(struct csb_to_device) == 64, "CSB to the device");
_Static_assert(sizeof(struct csb_to_program) == 64, "CSB to the program");
_Static_assert(sizeof(struct csb_option) == 40, "CSB");
_Static_assert(sizeof(struct loop_eventfds_option) == 24, "eventfds");
_Static_assert(offsetof(struct loop_mode_option, mode) == 24, "loop mode");

#endif
