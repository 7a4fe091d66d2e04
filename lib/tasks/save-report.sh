#!/bin/sh
# Keeps the report of a test and says how it ended. Values: OUTCOME, REPORT, RUN_NAME, APP, KIND.
set -eu
. "$(dirname "$0")/common.sh"

place="$RUN_NAME/$APP/$KIND"
mkdir -p "/reports/$place"
cp -R "$REPORT/." "/reports/$place/"
give "$place" "$REPORT_PATH"
give "$OUTCOME" "$OUTCOME_PATH"
if [ "$OUTCOME" != passed ]; then
  names=
  if [ -f "$REPORT/junit.xml" ]; then
    names=$(sed 's/<testcase/\n&/g' "$REPORT/junit.xml" | grep -E '<(failure|error)' | sed -n 's/.*<testcase[^>]* name="\([^"]*\)".*/\1/p' | head -n 5 | paste -s -d ';' -)
  fi
  fail "the $KIND tests of $APP failed${names:+: $names}; the report is in $place"
fi
