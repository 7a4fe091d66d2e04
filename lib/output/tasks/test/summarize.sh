#!/bin/sh
# Reads what tests have written into REPORT, and writes summary.json beside it. Foreign code has written these files, so
# whatever they hold, the step ends well: what cannot be read is said in the summary. Values: APP, KIND, SOURCE, CONTEXT_DIR,
# REPORT, COLLECT (files below CONTEXT_DIR that are copied there before: patterns, one a line), OWN_TOOLS. Gives TESTS: how
# many cases passed and failed, in JSON. In its log is a line of JSON for each case that failed.
set -eu
. "$(dirname "$0")/../shell/common.sh"

mkdir -p "$HOME"
# summarize: within the memory of the step, which a file that was made for that purpose could take otherwise
summarize() {
  timeout 300 node --max-old-space-size=512 "$OWN_TOOLS" summarize --app "$APP" --kind "$KIND" --source "$SOURCE" \
    --context-dir "$CONTEXT_DIR" --reports "$REPORT" --collect "${COLLECT:-}"
}
# say_unread: a summary without anything in it but why
say_unread() {
  rm -rf "$REPORT/summary.json"
  printf '{"version":1,"app":"%s","kind":"%s","cases":[],"omitted":{"failed":0,"cases":0,"files":0,"figures":0,"notes":0},"notes":[{"file":"","text":"%s"}]}\n' \
    "$APP" "$KIND" 'the reports cannot be read: doing so takes too long or too much memory, or fails; the log of step summarize says more' >"$REPORT/summary.json"
}

if summarize >"$HOME/told"; then
  give "$(head -n 1 "$HOME/told")" "$RESULT_TESTS"
  tail -n +2 "$HOME/told"
else
  give '' "$RESULT_TESTS"
  mkdir -p "$REPORT" && say_unread || echo "warning: $REPORT takes no file" >&2
fi
