#!/bin/sh
# Lists the tests that the last runs skipped, by name and with the reason, from
# the reports of Maven and of run-c-tests.sh; a class of which all were skipped
# for one reason is one line. Run it in the project's folder.
set -u

{
	for report in */target/surefire-reports/TEST-*.xml \
		*/target/failsafe-reports/TEST-*.xml; do
		[ -e "$report" ] || continue
		awk '
		/<testcase / {
			name = $0; sub(/.* name="/, "", name); sub(/".*/, "", name)
			class = $0; sub(/.*classname="/, "", class); sub(/".*/, "", class)
			tests++
		}
		/<skipped/ {
			why = $0
			if (!sub(/.*message="/, "", why))
				sub(/.*CDATA\[[A-Za-z0-9_.$]*:? */, "", why)
			sub(/".*|<.*|\].*/, "", why)
			why = why == "" ? "" : ": " why
			skipped[++n] = class "." name why
			if (n == 1) reason = why
			if (why != reason) differ = 1
		}
		END {
			if (n > 1 && n == tests && !differ)
				print class ", all " n " tests" reason
			else
				for (i = 1; i <= n; i++) print skipped[i]
		}' "$report"
	done
	for report in */target/native*/test-results.txt; do
		[ -e "$report" ] || continue
		variant=$(basename "$(dirname "$report")")
		sed -n "s/^SKIP \(.*\)/$variant: \1/p" "$report"
	done
} | sed 's/^/  /' | grep . || echo "  none"
