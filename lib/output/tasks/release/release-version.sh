#!/bin/sh
# Says as which version an app is released: what is asked for, else what versions.yaml has in preparation. Values: APP,
# VERSION, SOURCE, VERSIONS_FILE, TOOLS.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/versions.sh"

mkdir -p "$HOME"
if [ -n "$VERSION" ]; then
  is_version "$VERSION" || fail "'$VERSION' is not a version like 1.2.3"
  version=$VERSION
else
  cd "$SOURCE"
  versions read --file "$VERSIONS_FILE" --app "$APP" >"$HOME/entry"
  read -r version _ <"$HOME/entry"
  version=${version%%-rc.*}
fi
give "$version" "$VERSION_PATH"
printf '%s is to be released as %s\n' "$APP" "$version"
