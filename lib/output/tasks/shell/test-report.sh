#!/bin/sh
# How the tests of every kind end; sourced after common.sh. Values: SOURCE, CONTEXT_DIR, TEST_PATH, APP, REPORT (a folder).

# open_report: goes where the tests are, which is as far as our own code goes.
open_report() {
  settle
  mkdir -p "$HOME" "$REPORT"
  cd "$SOURCE/$CONTEXT_DIR" || fail "there is no directory '$CONTEXT_DIR': fix context-dir in the stack"
  [ -e "$TEST_PATH" ] || fail "there is no '$TEST_PATH' in '$CONTEXT_DIR': fix tests of $APP in the stack"
}

# report COMMAND...: runs the tests; that they fail is for the next step to say, once the report is kept.
report() {
  code=0
  "$@" || code=$?
  if [ "$code" = 0 ]; then give passed "$RESULT_OUTCOME"; else give failed "$RESULT_OUTCOME"; fi
}
