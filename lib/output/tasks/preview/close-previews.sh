#!/bin/sh
# Closes the previews that a run opened.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"
. "$(dirname "$0")/../shell/router.sh"
. "$(dirname "$0")/../shell/close.sh"

[ -n "$RUN_UID" ] || fail 'run-uid is empty: everything of the namespace would be closed'
close_previews "$RUN_UID"
echo "no preview of this run is open in $NAMESPACE"
