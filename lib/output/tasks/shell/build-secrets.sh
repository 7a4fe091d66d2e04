#!/bin/sh
# The secrets of a build; sourced after common.sh. Values: BUILD_SECRETS, the folder of the Secret, SECRET_KEYS, the keys that
# the stack names, one a line, BUILD_SECRET, its name, SCOPE.

# check_secrets: every key that the stack names is there, unless nobody trusts what is built.
check_secrets() {
  [ -n "${SECRET_KEYS:-}" ] || return 0
  if [ "$SCOPE" = fork ]; then
    echo 'a pull request that is not trusted is built without build.secrets'
    return 0
  fi
  for key in $SECRET_KEYS; do
    [ -f "$BUILD_SECRETS/$key" ] || fail "Secret $BUILD_SECRET has no key '$key', which build.secrets of the stack names: add it in the namespace of the team"
  done
}
