# Sourced by bin/nmcap and bin/nmrun, which set $home: the project's folder.
#
#	build_unless <file ...>   builds the project when one of these is missing

. "$home/tools/packages.sh"

build_unless() {
	for file in "$@"; do
		if [ ! -e "$file" ]; then
			build "$@"
			return
		fi
	done
}

# Several may be started at once: one builds, the others wait for it.
build() {
	need_build
	install_missing
	if ! mkdir -p "$home/pcap-netmap/target" 2>/dev/null ||
		[ ! -w "$home/pcap-netmap/target" ]; then
		echo "$home is not built yet and you may not write there." \
			"Its owner builds it with: mvn -q -DskipTests package" >&2
		exit 1
	fi
	(
		flock 9
		for file in "$@"; do
			[ -e "$file" ] || run_maven
		done
	) 9>"$home/pcap-netmap/target/build.lock"
}

run_maven() {
	echo "building (first use)…" >&2
	# The subshell that holds the lock ends here, with the build's result.
	cd "$home"
	# Or Maven resets colours that it never set, into files, too.
	MAVEN_OPTS="${MAVEN_OPTS:-} -Djansi.noreset=true" \
		mvn -q -B -Dstyle.color=never -DskipTests -DskipChecks package \
		-pl pcap-netmap,native-preload -am >&2 9>&- </dev/null
	exit
}
