#!/bin/sh
# Runs what the stack asks for in the app's directory. Values: SOURCE, CONTEXT_DIR, PRE_COMMAND, COMMAND, those of
# build-secrets.sh; $@: K=V each.
# The commands are the team's own: they are meant to be run.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/build-secrets.sh"

for setting in "$@"; do export "${setting?}"; done
mkdir -p "$HOME"
export PATH="$HOME/bin:$HOME/venv/bin:$PATH"
check_secrets
cd "$SOURCE/$CONTEXT_DIR"
if [ "${TOOL:-}" = pip ] && [ ! -d "$HOME/venv" ]; then python3 -m venv "$HOME/venv"; fi

run() {
  [ -n "$2" ] || return 0
  printf '+ %s\n' "$2"
  code=0
  sh -euc "$2" || code=$?
  [ "$code" = 0 ] || fail "$1 failed with exit code $code in '$CONTEXT_DIR': its output is above"
}
run "$PRE_NAME" "$PRE_COMMAND"
run "$NAME" "$COMMAND"
