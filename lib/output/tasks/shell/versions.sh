#!/bin/sh
# Reads and edits versions.yaml, its comments and order kept; sourced after common.sh. Values: APP, VERSIONS_FILE.

# release_of VERSION: what 1.2.3-rc.4 is released as.
release_of() { printf '%s' "${1%%-rc.*}"; }

# next_of VERSION: what is worked on after a release.
next_of() { printf '%s' "$1" | awk -F. '{ printf "%d.%d.%d-rc.0", $1, $2, $3 + 1 }'; }

# candidate_of VERSION: what follows a release candidate that passed.
candidate_of() { printf '%s-rc.%d' "${1%%-rc.*}" $((${1##*-rc.} + 1)); }

is_version() { printf '%s' "$1" | grep -Eqx '[0-9]+\.[0-9]+\.[0-9]+(-rc\.[0-9]+)?'; }

# entry KEY: the value of a key of the app.
entry() {
  awk -v app="$APP" -v key="$1" '
    /^[^ #]/ { apps = /^apps:/; next }
    !apps || /^ *(#|$)/ { next }
    { match($0, /^ */); depth = RLENGTH; if (!top) top = depth; name = $1; gsub(/["\047:]/, "", name) }
    depth == top { ours = name == app; next }
    ours && name == key { value = $2; gsub(/["\047]/, "", value); print value; exit }
  ' "$VERSIONS_FILE"
}

# edit VERSION RELEASED DIGEST: sets the keys of the app; an empty value leaves its key as it is.
edit() {
  awk -v app="$APP" -v version="$1" -v released="$2" -v digest="$3" '
    function set(key, value) { printf "%*s%s: \"%s\"\n", depth, "", key, value }
    /^[^ #]/ { apps = /^apps:/; ours = 0; print; next }
    !apps || /^ *(#|$)/ { print; next }
    { match($0, /^ */); depth = RLENGTH; if (!top) top = depth; name = $1; gsub(/["\047:]/, "", name) }
    depth == top { ours = name == app; print; next }
    ours && name == "version" {
      if (version != "") set("version", version); else print
      if (released != "") set("last-released", released)
      if (digest != "") set("digest", digest)
      next
    }
    ours && (name == "last-released" && released != "" || name == "digest" && digest != "") { next }
    { print }
  ' "$VERSIONS_FILE" >"$VERSIONS_FILE.new"
  mv "$VERSIONS_FILE.new" "$VERSIONS_FILE"
}

# current: the version of the app, or why there is none.
current() {
  [ -f "$VERSIONS_FILE" ] || fail "the platform repository has no $VERSIONS_FILE: add it, with an entry for $APP"
  found=$(entry version)
  [ -n "$found" ] || fail "$VERSIONS_FILE has no version of $APP: add it below apps, in lines of its own"
  is_version "$found" || fail "version '$found' of $APP in $VERSIONS_FILE is not like 1.2.3 or 1.2.3-rc.0"
  printf '%s' "$found"
}
