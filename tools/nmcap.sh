#!/bin/sh
# Installed as nmcap, with ../share/java/nmcap.jar of its folder: nmcap --help.
# NMCAP_JAVA_OPTS: more options for the JVM.
prefix=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck disable=SC2086
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -XX:+UseSerialGC -XX:-UsePerfData \
	-XX:CompileThresholdScaling=3 -Xshare:auto -Dnmcap.home="$prefix" ${NMCAP_JAVA_OPTS:-} \
	-jar "$prefix/share/java/nmcap.jar" "$@"
