/** What a shell is told once, so that it asks `tekton-dag complete` at each Tab. It lists files where the answer is nothing. */

const BASH = `# tekton-dag completion for bash
_tekton_dag() {
  local word
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    printf -v word %q "$word"
    COMPREPLY+=("$word")
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _tekton_dag tekton-dag
`;

const ZSH = `#compdef tekton-dag
# tekton-dag completion for zsh
_tekton_dag() {
  local word description
  local -a found
  while IFS=$'\\t' read -r word description; do
    found+=("\${word//:/\\\\:}:$description")
  done < <("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then _describe tekton-dag found; else _files; fi
}
# a file of fpath is the body of the function that has its name
if [[ \${funcstack[1]} == _tekton-dag ]]; then _tekton_dag "$@"; else compdef _tekton_dag tekton-dag; fi
`;

const FISH = `# tekton-dag completion for fish
function __tekton_dag
    set --local words (commandline --tokenize --cut-at-cursor --current-process)
    set --local answer ($words[1] complete -- $words[2..] (commandline --cut-at-cursor --current-token) 2>/dev/null)
    if test (count $answer) -gt 0
        printf '%s\\n' $answer
    else
        __fish_complete_path (commandline --cut-at-cursor --current-token)
    end
end
complete --command tekton-dag --no-files --arguments '(__tekton_dag)'
`;

/** The shells that have one. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
