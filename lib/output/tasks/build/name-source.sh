#!/bin/sh
# Says what was cloned, in results that Tekton Chains takes for the source. Values: URL, COMMIT.
set -eu
. "$(dirname "$0")/../shell/common.sh"

give "$URL" "$RESULT_CHAINS_GIT_URL"
give "$COMMIT" "$RESULT_CHAINS_GIT_COMMIT"
