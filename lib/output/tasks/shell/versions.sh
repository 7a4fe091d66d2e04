#!/bin/sh
# Reads and edits versions.yaml; sourced after common.sh. Values: TOOLS (the program that does it).

# versions COMMAND...: its output, or the end of the step with what is wrong.
versions() { node "$TOOLS" versions "$@" 2>"$HOME/tools.log" || fail "$(cat "$HOME/tools.log")"; }

is_version() { printf '%s' "$1" | grep -Eqx '[0-9]+\.[0-9]+\.[0-9]+(-rc\.[0-9]+)?'; }
