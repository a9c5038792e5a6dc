# Sourced by compat-tests/bench and pcap4j-soak, which set $home.
#
#	run_bench <main class> <argument ...>   after building what is missing

run_bench() {
	jar=$home/pcap-netmap/target/nmcap.jar
	classes=$home/compat-tests/target/classes
	for needed in "$jar" "$classes/org" \
		"$home/pcap4j-adapter/target/pcap4j-adapter.jar" \
		"$home/compat-tests/target/native-bench/bare-ring" \
		"$home/native-preload/target/native/nmrun"; do
		[ -e "$needed" ] || build_bench
	done
	exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+UseSerialGC \
		-XX:-UsePerfData -Dnmcap.home="$home" -cp "$classes:$jar" "$@"
}

build_bench() {
	. "$home/tools/packages.sh"
	need_build
	need_file /usr/include/pcap/pcap.h libpcap-dev
	install_missing
	echo "building (first use)…" >&2
	(cd "$home" && mvn -q -B -DskipTests -DskipChecks package) >&2
}
