#!/bin/sh
# Runs what the stack asks for in the app's directory. Values: SOURCE, CONTEXT_DIR, PRE_COMMAND, COMMAND, REPORT (a folder
# for what tests report), those of build-secrets.sh; $@: K=V each, for these commands alone. Where a later step says that
# the command failed, this one gives OUTCOME, passed or failed.
# The commands are the team's own: they are meant to be run.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/build-secrets.sh"

# Of what holds several values, those that are here stay: the cluster's proxy and authorities, and where the cache is. Of an
# option that is given twice, the last one counts.
for setting in "$@"; do
  shift
  given=${setting#*=}
  case $setting in
  JAVA_TOOL_OPTIONS=*) setting="JAVA_TOOL_OPTIONS=${JAVA_TOOL_OPTIONS:+$JAVA_TOOL_OPTIONS }$given" ;;
  MAVEN_ARGS=*) setting="MAVEN_ARGS=${MAVEN_ARGS:+$MAVEN_ARGS }$given" ;;
  NO_PROXY=*) setting="NO_PROXY=${NO_PROXY:+$NO_PROXY,}$given" ;;
  no_proxy=*) setting="no_proxy=${no_proxy:+$no_proxy,}$given" ;;
  esac
  set -- "$@" "$setting"
done
mkdir -p "$HOME" ${REPORT:+"$REPORT"}
[ -z "${RESULT_OUTCOME:-}" ] || give failed "$RESULT_OUTCOME"
check_secrets
cd "$SOURCE/$CONTEXT_DIR"
if [ "${TOOL:-}" = pip ] && [ ! -d "$HOME/venv" ]; then python3 -m venv "$HOME/venv"; fi

# run NAME COMMAND SETTING...
run() {
  step=$1 asked=$2
  shift 2
  [ -n "$asked" ] || return 0
  printf '+ %s\n' "$asked"
  code=0
  # shellcheck disable=SC2016 # the inner shell's
  env "$@" /bin/sh -c 'PATH="$1:$PATH" && exec sh -euc "$2"' sh "$HOME/bin:$HOME/venv/bin" "$asked" || code=$?
  [ "$code" = 0 ] || fail "$step failed with exit code $code in '$CONTEXT_DIR': its output is above"
}
run "$PRE_NAME" "$PRE_COMMAND" "$@"
run "$NAME" "$COMMAND" "$@"
[ -z "${RESULT_OUTCOME:-}" ] || give passed "$RESULT_OUTCOME"
