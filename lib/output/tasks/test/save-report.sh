#!/bin/sh
# Keeps the report of a test and says how it ended. Values: OUTCOME, TESTS (of summarize.sh), REPORT, APP, KIND, KEEP (empty:
# it is not kept), those of keep.sh, and RESULT_OUTCOME and RESULT_REPORT, where the step has these results.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/keep.sh"

[ -z "${RESULT_OUTCOME:-}" ] || give "$OUTCOME" "$RESULT_OUTCOME"
where=''
if [ -n "${KEEP-all}" ]; then
  keep "$REPORT" "$APP/$KIND" || fail "the $KIND tests of $APP $OUTCOME, but their report cannot be kept: $cause"
  [ -z "${RESULT_REPORT:-}" ] || give "$kept" "$RESULT_REPORT"
  echo "the report is in $kept"
  where="; the report is in $kept"
fi
if [ "$OUTCOME" != passed ]; then
  names=$(printf '%s' "$TESTS" | jq -r '.names[:5] | join("; ")') || names=''
  fail "the $KIND tests of $APP failed${names:+: $names}$where"
fi
