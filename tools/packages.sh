# Sourced by the launchers: finds out what this machine lacks and installs it.
#
#	need_command tcpdump tcpdump     a program, and the Debian package with it
#	need_file /usr/include/stdio.h libc6-dev
#	need_build                       all that building the project takes
#	install_missing                  installs what the calls before noted
#
# As root it installs without asking; otherwise it says the command to run and
# ends the script. Nothing is written to standard output.

# Some of the programs lie where only root's PATH leads.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export PATH

missing=

need_command() {
	command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

need_file() {
	[ -e "$1" ] || missing="$missing $2"
}

need_build() {
	if [ -z "${CC:-}" ]; then
		command -v clang >/dev/null 2>&1 || need_command gcc gcc
	fi
	need_command make make
	need_file /usr/include/stdio.h libc6-dev
	# Maven, too, takes the JDK that JAVA_HOME names.
	[ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/javac" ] ||
		need_command javac openjdk-17-jdk-headless
	need_command mvn maven
}

install_missing() {
	[ -n "$missing" ] || return 0
	if ! command -v apt-get >/dev/null 2>&1; then
		echo "Please install (these are the names of Debian's packages):$missing" >&2
		exit 1
	fi
	if [ "$(id -u)" -ne 0 ]; then
		echo "Something is missing here. Please run: sudo apt-get install -y$missing" >&2
		exit 1
	fi
	echo "installing$missing" >&2
	apt_log=$(mktemp)
	# shellcheck disable=SC2086
	if ! apt_install $missing >"$apt_log" 2>&1 &&
		! { apt_get update && apt_install $missing; } >>"$apt_log" 2>&1; then
		cat "$apt_log" >&2
		rm -f "$apt_log"
		echo "Could not install:$missing" >&2
		exit 1
	fi
	rm -f "$apt_log"
	missing=
}

apt_get() {
	DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

apt_install() {
	apt_get install -y --no-install-recommends "$@"
}
