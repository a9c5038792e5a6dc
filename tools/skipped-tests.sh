#!/bin/sh
# Lists the tests that the last runs skipped, by name and with the reason, from
# the reports of Maven and of run-c-tests.sh. Run it in the project's folder.
set -u

{
	for report in */target/surefire-reports/TEST-*.xml \
		*/target/failsafe-reports/TEST-*.xml; do
		[ -e "$report" ] || continue
		awk '
		/<testcase / {
			name = $0; sub(/.* name="/, "", name); sub(/".*/, "", name)
			class = $0; sub(/.*classname="/, "", class); sub(/".*/, "", class)
		}
		/<skipped/ {
			why = $0
			if (!sub(/.*message="/, "", why))
				sub(/.*CDATA\[[A-Za-z0-9_.$]*:? */, "", why)
			sub(/".*|<.*|\].*/, "", why)
			print class "." name (why == "" ? "" : ": " why)
		}' "$report"
	done
	for report in */target/native*/test-results.txt; do
		[ -e "$report" ] || continue
		variant=$(basename "$(dirname "$report")")
		sed -n "s/^SKIP \(.*\)/$variant: \1/p" "$report"
	done
} | sed 's/^/  /' | grep . || echo "  none"
