#!/bin/sh
# Sourced by the scripts of this folder; inlined where they become part of a Task.

# fail WHAT: says in one line what is wrong and what to do, in the log and as result MESSAGE of the TaskRun, and ends the
# step. All results of all steps of a pod share 12 KiB, and what is beyond is lost together: so a result is short.
fail() {
  printf 'error: %s\n' "$*" >&2
  [ -z "${RESULT_MESSAGE:-}" ] || give "$(printf '%s' "$*" | tr -s '[:space:]' ' ' | shorten 500)" "$RESULT_MESSAGE"
  exit 1
}
# shorten MAX: leaves out the middle of a line that is longer: what it is about comes first, the cause and what to do last.
shorten() {
  awk -v max="$1" '{ first = int(max / 3); if (length($0) > max) $0 = substr($0, 1, first) " … " substr($0, length($0) - (max - first - 6)); print }'
}

# Whoever stops the pod tells its processes before it kills them.
trap 'fail "its pod was stopped before it was done: it was deleted, or its node was drained or had no room left. Run it again"' TERM

# give VALUE FILE: writes a result. An earlier step may have left a file there that is not ours to overwrite.
give() {
  rm -f -- "$2"
  printf '%s' "$1" >"$2"
}

# settle: before foreign code. Tekton starts a step before it has read what the step before it gave; what that step may read
# could be put in the way of it.
settle() { sleep 1; }
