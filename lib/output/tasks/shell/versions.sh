#!/bin/sh
# Reads and edits versions.yaml; sourced after common.sh. Values: TOOLS (the program that does it).

# versions COMMAND...: its output, or the end of the step with what is wrong.
versions() { node "$TOOLS" versions "$@" 2>"$HOME/tools.log" || fail "$(cat "$HOME/tools.log")"; }

# is_version TEXT: whether versions.yaml takes it as what was released; a line end is no part of one.
is_version() {
  case $1 in *[!0-9.]*) return 1 ;; esac
  printf '%s' "$1" | grep -Eqx '(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2}'
}
