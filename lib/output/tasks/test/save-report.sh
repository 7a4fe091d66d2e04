#!/bin/sh
# Keeps the report of a test and says how it ended. Values: OUTCOME, REPORT, APP, KIND, and those of keep.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/keep.sh"

give "$OUTCOME" "$RESULT_OUTCOME"
keep "$REPORT" "$APP/$KIND" || fail "the $KIND tests of $APP $OUTCOME, but their report cannot be kept: $cause"
give "$kept" "$RESULT_REPORT"
echo "the report is in $kept"
if [ "$OUTCOME" != passed ]; then
  # names of test cases that hold a failure, of whatever wrote them
  names=$(find "$REPORT" -maxdepth 2 -name '*.xml' -exec cat {} + | tr '\n' ' ' | sed 's/<testcase/\n&/g' | grep -E '<(failure|error)[ />]' | sed -n 's/.*<testcase[^>]* name="\([^"]*\)".*/\1/p' | head -n 5 |
    sed "s/&quot;/\"/g; s/&apos;/'/g; s/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g" | awk '{ printf "%s%s", (NR > 1 ? "; " : ""), $0 }')
  fail "the $KIND tests of $APP failed${names:+: $names}; the report is in $kept"
fi
