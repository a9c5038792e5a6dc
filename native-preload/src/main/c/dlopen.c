/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dlopen: whoever asks for libpcap gets a library that has this one's calls in
 * front of libpcap's (pcap-netmap/libpcap.so.0.8 beside this library), so that
 * dlsym finds what a program that links libpcap gets.
 *
 * The C library looks at the return address: the caller's RUNPATH and its
 * namespace decide what a name means. So dlopen is left by a jump, with the
 * caller's stack as it was, and never called.
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "names.h"
#include "real.h"

#define STAND_IN "pcap-netmap/libpcap.so.0.8"

/* As the instructions below lay them on the stack. */
struct dlopen_arguments {
	const char *file;
	int mode;
};

void *dlopen_prepare(struct dlopen_arguments *arguments);

#if defined(__x86_64__)
__asm__(".text\n"
	".globl dlopen\n"
	".type dlopen, @function\n"
	"dlopen:\n"
	".cfi_startproc\n"
	"endbr64\n"
	"pushq %rsi\n"
	".cfi_adjust_cfa_offset 8\n"
	"pushq %rdi\n"
	".cfi_adjust_cfa_offset 8\n"
	"subq $8, %rsp\n" /* calls want 16 bytes' alignment */
	".cfi_adjust_cfa_offset 8\n"
	"leaq 8(%rsp), %rdi\n"
	"call dlopen_prepare\n"
	"addq $8, %rsp\n"
	".cfi_adjust_cfa_offset -8\n"
	"popq %rdi\n"
	".cfi_adjust_cfa_offset -8\n"
	"popq %rsi\n"
	".cfi_adjust_cfa_offset -8\n"
	"jmp *%rax\n"
	".cfi_endproc\n"
	".size dlopen, . - dlopen\n");
#elif defined(__aarch64__)
__asm__(".text\n"
	".globl dlopen\n"
	".type dlopen, %function\n"
	"dlopen:\n"
	".cfi_startproc\n"
	"hint #34\n" /* bti c */
	"stp x29, x30, [sp, #-32]!\n"
	".cfi_def_cfa_offset 32\n"
	".cfi_offset 29, -32\n"
	".cfi_offset 30, -24\n"
	"mov x29, sp\n"
	"stp x0, x1, [sp, #16]\n"
	"add x0, sp, #16\n"
	"bl dlopen_prepare\n"
	"mov x16, x0\n"
	"ldp x0, x1, [sp, #16]\n"
	"ldp x29, x30, [sp], #32\n"
	".cfi_restore 29\n"
	".cfi_restore 30\n"
	".cfi_def_cfa_offset 0\n"
	"br x16\n"
	".cfi_endproc\n"
	".size dlopen, . - dlopen\n");
#else
#error "dlopen needs a few instructions for this machine"
#endif

/* libpcap.so, libpcap.so.1, /usr/lib/libpcap.so.0.8 and the like. */
static bool means_libpcap(const char *file)
{
	static const char name[] = "libpcap.so";
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;

	if (strncmp(base, name, sizeof(name) - 1) != 0)
		return false;
	base += sizeof(name) - 1;
	return strspn(base, ".0123456789") == strlen(base);
}

static char stand_in[PATH_MAX];
static pthread_once_t found = PTHREAD_ONCE_INIT;

static void find_stand_in(void)
{
	if (!real_beside_us(STAND_IN, stand_in, sizeof(stand_in)))
		stand_in[0] = '\0';
}

/* NULL where there is none: after a chroot, or without libpcap behind it. */
static const char *get_stand_in(void)
{
	char stock[PATH_MAX];

	pthread_once(&found, find_stand_in);
	if (!stand_in[0] || access(stand_in, R_OK) < 0 ||
	    !real_beside_us(STOCK_LIBPCAP, stock, sizeof(stock)) ||
	    access(stock, R_OK) < 0)
		return NULL;
	return stand_in;
}

/*
 * Puts another name in place of *file if it means libpcap; returns the C
 * library's dlopen. RTLD_NOLOAD asks what is there: that is left alone.
 */
__attribute__((used)) void *dlopen_prepare(struct dlopen_arguments *arguments)
{
	const char *other;
	int error = errno;

	if (arguments->file && means_libpcap(arguments->file) &&
	    !(arguments->mode & RTLD_NOLOAD) && !names_off()) {
		other = get_stand_in();
		if (other)
			arguments->file = other;
		errno = error;
	}
	return (void *)(uintptr_t)real_dlopen();
}
