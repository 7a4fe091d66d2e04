#!/bin/sh
# Records in Git what the run has built, in one commit with the team's dist/. Values: IMAGES_FILE (`app digest` a line), TEAM,
# URL, BRANCH, VERSIONS_FILE.
set -eu
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/git-auth.sh"
. "$(dirname "$0")/platform.sh"
. "$(dirname "$0")/versions.sh"

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
