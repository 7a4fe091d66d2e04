#!/bin/sh
# Lists the images that the run has built, `app digest` a line. Values: IMAGES_FILE and those of task-runs.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/task-runs.sh"

list_tasks
jq -r '.[] | select((.name | startswith("push-")) and .succeeded) | "\(.name | ltrimstr("push-")) \(.results.IMAGE_DIGEST)"' "$HOME/tasks" >"$IMAGES_FILE"
cat "$IMAGES_FILE"
