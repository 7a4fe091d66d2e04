#!/bin/sh
# Clones the platform repository, and says what versions.yaml has of an app: its digest only if that is what was released last, and
# not what a bootstrap brought. Values: APP, VERSIONS_FILE, ENTRY_FILE and those of platform.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/git-auth.sh"
. "$(dirname "$0")/../shell/versions.sh"
. "$(dirname "$0")/../shell/platform.sh"

# is_of_release LAST DIGEST: whether the commit that brought the digest brought the release, too.
# shellcheck disable=SC2154 # head: platform.sh
is_of_release() {
  commit=$(git log -1 --format=%H -S"$2" HEAD ${head:+"$head"} -- "$VERSIONS_FILE")
  git show "$commit^:$VERSIONS_FILE" >"$HOME/before.yaml" 2>/dev/null || return 1
  node "$TOOLS" versions read --file "$HOME/before.yaml" --app "$APP" >"$HOME/before" 2>/dev/null || return 1
  read -r _ before _ <"$HOME/before"
  [ "$before" != "$1" ]
}

clone_platform
versions read --file "$VERSIONS_FILE" --app "$APP" >"$HOME/entry"
read -r version last digest <"$HOME/entry"
if [ "$digest" != - ] && ! is_of_release "$last" "$digest"; then digest=-; fi
printf '%s %s %s\n' "$version" "$last" "$digest" >"$ENTRY_FILE"
