#!/bin/sh
# Records in Git what the run has built, in one commit with the team's dist/. Values: IMAGES_FILE (`app digest` a line), TEAM,
# URL, BRANCH, VERSIONS_FILE.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/git-auth.sh"
. "$(dirname "$0")/../shell/platform.sh"
. "$(dirname "$0")/../shell/versions.sh"

change() {
  while read -r APP digest; do
    current >/dev/null || exit 1
    edit '' '' "$digest"
  done <"$IMAGES_FILE"
  what="Bootstrap $TEAM

$(cat "$IMAGES_FILE")"
  install
  synthesize "$TEAM"
}

clone_platform
push_change
