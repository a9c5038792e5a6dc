#!/bin/sh
# Called by Maven: runs make for one module's C code.
#	native.sh <folder of the Makefile> <make arguments ...>
# Says in one paragraph what to install when a tool is missing.
set -eu

folder=$1
shift

missing=
command -v make >/dev/null 2>&1 || missing="$missing make"
if [ -n "${CC:-}" ]; then
	# CC may carry arguments ("ccache gcc"): only its first word is looked up.
	compiler=${CC%% *}
	command -v "$compiler" >/dev/null 2>&1 || missing="$missing $compiler"
elif ! command -v gcc >/dev/null 2>&1 && ! command -v clang >/dev/null 2>&1; then
	missing="$missing gcc"
fi
[ -e /usr/include/stdio.h ] || missing="$missing libc6-dev"

if [ -n "$missing" ]; then
	echo "pcap-netmap has a part in C (the netmap device library and the" \
		"library that is preloaded), and this machine lacks what builds" \
		"it:$missing. Any of gcc and clang will do. On Debian or Ubuntu:" \
		"sudo apt-get install -y gcc make libc6-dev" >&2
	exit 1
fi
exec make --silent --no-print-directory -C "$folder" -j "$(nproc 2>/dev/null || echo 2)" "$@" </dev/null
