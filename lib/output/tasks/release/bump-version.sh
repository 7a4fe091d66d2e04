#!/bin/sh
# Records a version in Git, in the clone that is there. Values: MODE (release: the next patch begins; rc: a candidate passed),
# APP, VERSION (asked for), DIGEST, CHOSEN_FILE, VERSIONS_FILE, DEPLOYED (team whose Deployments go into the same commit; empty:
# none), RESULT_VERSION and those of platform.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/git-auth.sh"
. "$(dirname "$0")/../shell/versions.sh"
. "$(dirname "$0")/../shell/platform.sh"

# record VERSION DIGEST [--asked|--tagged]: prints the version that it got.
record() { versions release --file "$VERSIONS_FILE" --app "$APP" --version "$1" --digest "$2" ${3:+"$3"}; }

release() {
  read -r chosen <"$CHOSEN_FILE"
  sed 1d "$CHOSEN_FILE" >"$HOME/unrecorded"
  while read -r version image; do
    record "$version" "$image" --tagged >"$HOME/recorded"
    commit "Release $APP $version, which was tagged and not recorded"
  done <"$HOME/unrecorded"
  record "$chosen" "$DIGEST" ${VERSION:+--asked} >"$HOME/recorded"
  read -r version <"$HOME/recorded"
  what="Release $APP $version"
}

change() {
  case $MODE in
  release) release ;;
  rc)
    versions candidate --file "$VERSIONS_FILE" --app "$APP" >"$HOME/recorded"
    read -r version <"$HOME/recorded"
    what="Pass $APP $version"
    ;;
  esac
  [ -z "$DEPLOYED" ] || deploy "$DEPLOYED"
  commit "$what"
}

cd "$SOURCE"
push_change
give "$version" "$RESULT_VERSION"
