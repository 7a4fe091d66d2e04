#!/bin/sh
# Clones the platform repository, and says what versions.yaml has of an app. Values: APP, VERSIONS_FILE, ENTRY_FILE and those
# of platform.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/git-auth.sh"
. "$(dirname "$0")/../shell/versions.sh"
. "$(dirname "$0")/../shell/platform.sh"

clone_platform
versions read --file "$VERSIONS_FILE" --app "$APP" >"$ENTRY_FILE"
