#!/bin/sh
# Lets git talk to the server; sourced after common.sh. Values: SSH_KEY and TOKEN, folders of Secrets that may be missing,
# URL: the token is for its host alone.

# Credentials exist only in this step; git asks for none and prints none. What it says is read below, in English.
export GIT_TERMINAL_PROMPT=0 LC_ALL=C
mkdir -p "$HOME"
if [ -f "${SSH_KEY:-}/ssh-privatekey" ]; then
  # ssh takes no key with the line ends of Windows, with indented lines or without a last line end; people paste such
  (umask 077 && tr -d '\r' <"$SSH_KEY/ssh-privatekey" | sed 's/^[[:space:]]*//' | awk 1 >"$HOME/.ssh-key")
  [ -f "$SSH_KEY/known_hosts" ] || fail "the ssh key has no known_hosts: add this entry to its Secret, or nobody knows whom git talks to"
  export GIT_SSH_COMMAND="ssh -i $HOME/.ssh-key -o UserKnownHostsFile=$SSH_KEY/known_hosts -o StrictHostKeyChecking=yes -o BatchMode=yes"
fi
if [ -f "${TOKEN:-}/token" ]; then
  export GIT_ASKPASS="$HOME/.askpass"
  host=${URL#*://}
  host=${host%%/*}
  # a submodule, a redirect or the settings of LFS may name any host: they are what a pull request brings
  cat >"$GIT_ASKPASS" <<ASKPASS
#!/bin/sh
case \$1 in
*://*)
  asked=\${1#*://}
  asked=\${asked%[\'\"]*}
  # the name of a user, which may hold any character, ends at an @, and a path, which may hold one, begins at a slash
  first=\${asked%%/*} last=\${asked##*@}
  for asked in "\${first##*@}" "\${last%%/*}"; do
    [ "\$asked" = "${host##*@}" ] || { echo "the token is not for \$asked" >&2; exit 1; }
  done
  ;;
esac
case \$1 in Username*) echo x-access-token ;; *) cat "$TOKEN/token" ;; esac
ASKPASS
  chmod 700 "$GIT_ASKPASS"
fi
forget() { rm -f "$HOME/.ssh-key" "$HOME/.askpass"; }
trap forget EXIT
