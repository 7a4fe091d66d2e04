#!/bin/sh
# Records in Git what the run has built, in one commit with the team's Deployments. Values: IMAGES_FILE (`app digest` a line), TEAM,
# VERSIONS_FILE and those of platform.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/git-auth.sh"
. "$(dirname "$0")/../shell/versions.sh"
. "$(dirname "$0")/../shell/platform.sh"

change() {
  while read -r app digest; do
    versions digest --file "$VERSIONS_FILE" --app "$app" --digest "$digest"
  done <"$IMAGES_FILE"
  deploy "$TEAM"
  commit "Bootstrap $TEAM

$(cat "$IMAGES_FILE")"
}

clone_platform
push_change
