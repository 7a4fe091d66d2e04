#!/bin/sh
# Before run-tests-postman.sh, in one combination of several. Values: as matrix.sh.
. "$(dirname "$0")/matrix.sh"

# newman: scripts of a collection read no variables of the process, but those of their environment.
newman() {
  while IFS= read -r setting; do
    [ -z "$setting" ] || set -- "$@" --env-var "$setting"
  done <<VALUES
$MATRIX
VALUES
  command newman "$@"
}
