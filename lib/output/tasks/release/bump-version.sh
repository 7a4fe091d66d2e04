#!/bin/sh
# Records a version in Git. Values: MODE (release: VERSION and DIGEST were released, the next patch begins; rc: a candidate
# passed), APP, URL, BRANCH, VERSIONS_FILE, SYNTH (team whose dist/ goes into the same commit; empty: none).
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/git-auth.sh"
. "$(dirname "$0")/../shell/platform.sh"
. "$(dirname "$0")/../shell/versions.sh"

change() {
  before=$(current) || exit 1
  case $MODE in
  release) edit "$(next_of "$VERSION")" "$VERSION" "$DIGEST" && what="Release $APP $VERSION" ;;
  rc) edit "$(candidate_of "$before")" '' '' && what="Pass $APP $before" ;;
  esac
  [ -z "$SYNTH" ] && return
  install
  synthesize "$SYNTH"
}

clone_platform
push_change
