#!/bin/sh
# Chooses the version of a release: what is asked for; that of the last release, if the image is the same; else the one in
# preparation, or the next that no other image has. Values: MODE, VERSION (asked for), DIGEST, IMAGE, ENTRY_FILE, CHOSEN_FILE
# and those of registry.sh. The first line of CHOSEN_FILE is the version; `version digest` of releases without a record follow.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/registry.sh"
. "$(dirname "$0")/../shell/versions.sh"

mkdir -p "$HOME"

# taken VERSION: whether another image has it. Sets `there` to the digest of what has it.
taken() {
  there=''
  [ -n "$IMAGE" ] || return 1
  there=$(released "$1") || exit 1
  [ -n "$there" ] && [ "$there" != "$DIGEST" ]
}

[ "$MODE" = release ] || exit 0
read -r version last recorded <"$ENTRY_FILE"
: >"$HOME/unrecorded"
if [ -n "$VERSION" ]; then
  is_version "$VERSION" || fail "'$VERSION' is not a version like 1.2.3"
  chosen=$VERSION
  ! taken "$chosen" || fail "$IMAGE:$chosen is released already, as $there: a release is not replaced, choose another version"
elif [ "$recorded" = "$DIGEST" ] && [ "$last" != - ] && ! taken "$last"; then
  chosen=$last
else
  chosen=${version%%-rc.*}
  while taken "$chosen"; do
    printf '%s %s\n' "$chosen" "$there" >>"$HOME/unrecorded"
    printf '%s:%s is another image, %s, from a release that did not end\n' "$IMAGE" "$chosen" "$there"
    chosen=${chosen%.*}.$((${chosen##*.} + 1))
  done
fi
printf '%s\n' "$chosen" >"$CHOSEN_FILE"
cat "$HOME/unrecorded" >>"$CHOSEN_FILE"
