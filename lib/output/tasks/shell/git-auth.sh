#!/bin/sh
# Lets git talk to the server; sourced after common.sh. Values: SSH_KEY and TOKEN, folders of Secrets that may be missing.

# Credentials exist only in this step; git asks for none and prints none.
export GIT_TERMINAL_PROMPT=0
mkdir -p "$HOME"
if [ -f "${SSH_KEY:-}/ssh-privatekey" ]; then
  install -m 600 "$SSH_KEY/ssh-privatekey" "$HOME/.ssh-key"
  [ -f "$SSH_KEY/known_hosts" ] || fail "the ssh key has no known_hosts: add this entry to its Secret, or nobody knows whom git talks to"
  export GIT_SSH_COMMAND="ssh -i $HOME/.ssh-key -o UserKnownHostsFile=$SSH_KEY/known_hosts -o StrictHostKeyChecking=yes -o BatchMode=yes"
fi
if [ -f "${TOKEN:-}/token" ]; then
  export GIT_ASKPASS="$HOME/.askpass"
  cat >"$GIT_ASKPASS" <<ASKPASS
#!/bin/sh
case \$1 in Username*) echo x-access-token ;; *) cat "$TOKEN/token" ;; esac
ASKPASS
  chmod 700 "$GIT_ASKPASS"
fi
forget() { rm -f "$HOME/.ssh-key" "$HOME/.askpass"; }
trap forget EXIT
