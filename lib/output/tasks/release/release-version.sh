#!/bin/sh
# Says as which version an app is released: what is asked for, else what versions.yaml has in preparation. Values: APP,
# VERSION, SOURCE, VERSIONS_FILE.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/versions.sh"

if [ -n "$VERSION" ]; then
  is_version "$VERSION" || fail "'$VERSION' is not a version like 1.2.3"
  version=$VERSION
else
  cd "$SOURCE"
  version=$(current)
  version=$(release_of "$version")
fi
give "$version" "$VERSION_PATH"
printf '%s is released as %s\n' "$APP" "$version"
