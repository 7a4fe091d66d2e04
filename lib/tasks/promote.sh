#!/bin/sh
# Gives a cluster of a team the released versions of the cluster before it, in Git. Values: TEAM, TO, APPS (names with blanks
# between them; empty: all), URL, BRANCH.
set -eu
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/git-auth.sh"
. "$(dirname "$0")/platform.sh"

change() {
  set -- --team "$TEAM" --to "$TO"
  for app in $APPS; do set -- "$@" --app "$app"; done
  npm ci --no-audit --no-fund || fail "npm ci does not work in $URL: the reason is above"
  { npx tekton-dag promote "$@" && npx tekton-dag synth "$TEAM"; } || fail "nothing is promoted: the reason is above"
  what="Promote $TEAM to $TO${APPS:+: $APPS}"
}

clone_platform
push_change
