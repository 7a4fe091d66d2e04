#!/bin/sh
# Says as which version an app is released: what is asked for, else what versions.yaml has in preparation, with what waits in a
# pull request. Values: APP, VERSION, RESULT_VERSION and those of platform.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/git-auth.sh"
. "$(dirname "$0")/../shell/versions.sh"
. "$(dirname "$0")/../shell/platform.sh"

[ -z "$VERSION" ] || is_version "$VERSION" || fail "'$VERSION' is not a version like 1.2.3"
clone_platform
versions read --file "$VERSIONS_FILE" --app "$APP" >"$HOME/entry"
read -r version _ <"$HOME/entry"
version=${VERSION:-${version%%-rc.*}}
give "$version" "$RESULT_VERSION"
printf '%s is to be released as %s\n' "$APP" "$version"
