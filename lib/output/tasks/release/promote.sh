#!/bin/sh
# Gives a cluster of a team the released versions of the cluster before it, in Git. Arguments: names of the apps. Values: TEAM,
# TO and those of platform.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/git-auth.sh"
. "$(dirname "$0")/../shell/versions.sh"
. "$(dirname "$0")/../shell/platform.sh"

apps=$*

change() {
  set -- --team "$TEAM" --to "$TO"
  for app in $apps; do set -- "$@" --app "$app"; done
  node "$TOOLS" promote "$@" >"$HOME/promoted" 2>"$HOME/tools.log" || fail "$(cat "$HOME/tools.log")"
  cat "$HOME/promoted"
  deploy "$TEAM"
  commit "Promote $TEAM to $TO

$(grep ' → ' "$HOME/promoted" || echo 'As it is there')"
}

clone_platform
push_change
