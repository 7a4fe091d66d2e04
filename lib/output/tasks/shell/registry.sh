#!/bin/sh
# Talks to a registry by skopeo; sourced after network.sh. Values: INSECURE (true: plain HTTP), REGISTRY_AUTH (folder with
# config.json, or none), SOURCE_AUTH (the same, for what is copied from elsewhere), SECRET (its name, for messages).

if [ -f "${REGISTRY_AUTH:-}/config.json" ]; then export REGISTRY_AUTH_FILE="$REGISTRY_AUTH/config.json"; fi
secure=true
[ "$INSECURE" != true ] || secure=false

# ask REFERENCE: writes the manifest to $HOME/manifest, empty if the registry has none; fails if it cannot be asked.
ask() {
  if skopeo --insecure-policy inspect --raw --tls-verify="$secure" "docker://$1" >"$HOME/manifest" 2>"$HOME/registry.log"; then return; fi
  # a helper for credentials that is not found says nothing of the image
  grep -Evi 'executable file not found' "$HOME/registry.log" | grep -Eqi 'manifest unknown|name unknown|not found|status(code| code)?:? 404' || return 1
  : >"$HOME/manifest"
}

# digest REFERENCE: prints its digest; nothing if there is none.
digest() {
  attempt ask "$1" || fail "the registry cannot be asked for $1: $(cause "$HOME/registry.log"): is it up, and may Secret $SECRET read there?"
  manifest_digest
}
# is_digest TEXT
is_digest() {
  case $1 in sha256:*[!0-9a-f]*) return 1 ;; esac
  [ "${1%%:*}" = sha256 ] && [ "${#1}" = 71 ]
}
manifest_digest() {
  [ -s "$HOME/manifest" ] || return 0
  sum=$(sha256sum <"$HOME/manifest") && printf 'sha256:%s' "${sum%% *}"
}

# reusable REFERENCE: the same where the answer only saves work: a registry that does not answer has none. Many refuse to
# say anything of a repository that is not there yet; whether one is out of order shows when it is pushed to.
reusable() {
  : >"$HOME/registry.log"
  if attempt ask_once "$1" && ! refused; then
    manifest_digest
  else
    printf 'the registry does not say whether it has %s: %s\n' "$1" "$(cause "$HOME/registry.log")" >&2
  fi
}
# A refusal is an answer.
ask_once() { ask "$1" || refused; }
refused() { grep -Eqi 'denied|unauthori[sz]ed|forbidden|authentication required|status(code| code)?:? 40[13]' "$HOME/registry.log"; }

# released VERSION: prints the digest of that version of $IMAGE; nothing if there is none. Where a registry denies what is
# absent, whoever may read $DIGEST of the same image is denied for no other reason.
released() {
  if attempt ask_once "$IMAGE:$1"; then
    if ! refused; then
      manifest_digest
      return
    fi
    cp "$HOME/registry.log" "$HOME/denied.log"
    if attempt ask_once "$IMAGE@$DIGEST" && [ -s "$HOME/manifest" ]; then return; fi
    cp "$HOME/denied.log" "$HOME/registry.log"
  fi
  fail "the registry cannot be asked for $IMAGE:$1: $(cause "$HOME/registry.log"): is it up, and may Secret $SECRET read there?"
}

# try_copy FROM TO: byte for byte, every platform, so that the digest stays; from and to with their transport. What was
# copied is in $HOME/digest: the tag may be another's a moment later.
try_copy() {
  source_auth="${SOURCE_AUTH:-}/config.json"
  [ -f "$source_auth" ] || source_auth=''
  # ${source_auth:+…}: no argument at all rather than an empty one
  attempt skopeo --insecure-policy copy --quiet --all --preserve-digests --digestfile "$HOME/digest" ${source_auth:+"--src-authfile=$source_auth"} --src-tls-verify="$secure" --dest-tls-verify="$secure" "$1" "$2" 2>"$HOME/registry.log"
}
copy_image() {
  try_copy "$@" ||
    fail "the image cannot be copied to $2: $(cause "$HOME/registry.log"): is the registry up, and may Secret $SECRET push there?"
}
