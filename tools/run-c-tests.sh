#!/bin/sh
# Runs C test programs one after the other, by name.
#	run-c-tests.sh <results file> <program ...>
# A program ends with 0 (passed), 1 (failed) or 77 (skipped, the last line of
# its output says why); anything else, and more than TEST_TIMEOUT seconds, is a
# failure. What a failed test printed is shown, and kept beside the program.
set -u

results=$1
shift
mkdir -p "$(dirname "$results")"
: >"$results"
export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1}"
export TSAN_OPTIONS="${TSAN_OPTIONS:-halt_on_error=1}"

# ThreadSanitizer cannot work with the widest address randomisation.
wrap=
case ${SAN:-} in
*tsan*) wrap="setarch -R" ;;
esac

note() {
	printf '%s %s%s\n' "$1" "$name" "${2:+: $2}" | tee -a "$results"
}

failed=0
for program in "$@"; do
	name=$(basename "$program")
	log=$program.log
	# shellcheck disable=SC2086
	timeout -k 5 "${TEST_TIMEOUT:-300}" $wrap "$program" >"$log" 2>&1
	code=$?
	case $code in
	0) note PASS ;;
	77) note SKIP "$(tail -n 1 "$log")" ;;
	*)
		note FAIL "exit code $code"
		sed 's/^/    /' "$log"
		failed=$((failed + 1))
		;;
	esac
done
echo "C tests${SAN:+ ($SAN)}: $# run, $failed failed," \
	"$(grep -c '^SKIP' "$results") skipped"
[ "$failed" -eq 0 ]
