# Some systems put the history beside the startup files before they read them.
if [[ ${HISTFILE-} == $__vmirs_zdotdir/* ]]; then HISTFILE=${__vmirs_user_zdotdir:-$HOME}/${HISTFILE##*/}; fi
if [[ -n $__vmirs_user_zdotdir ]]; then ZDOTDIR=$__vmirs_user_zdotdir; else unset ZDOTDIR; fi
unset __vmirs_zdotdir __vmirs_user_zdotdir
if [[ -r ${ZDOTDIR:-$HOME}/.zshrc ]]; then . "${ZDOTDIR:-$HOME}/.zshrc"; fi

# Before each prompt: says when this shell reaches another cluster, and marks the prompt. Before the first one, which
# comes after all startup files, it puts KUBECONFIG right.
__vmirs_sandbox() {
  local mark='(@LABEL@) ' other='(NOT @LABEL@) '
  if (( ! ${+__vmirs_told} )); then
    typeset -g __vmirs_told=
    if [[ ${KUBECONFIG-} != "$VMIRS_SANDBOX" ]]; then
      print -ru2 -- "Warning: your startup files set KUBECONFIG to ${(q)KUBECONFIG-}. In this shell it is that of the @LABEL@ all the same."
      export KUBECONFIG=$VMIRS_SANDBOX
    fi
    # /etc/profile and its like begin a PATH of their own.
    if (( ! ${path[(Ie)$VMIRS_SANDBOX_BIN]} )); then path=("$VMIRS_SANDBOX_BIN" $path); fi
    unset VMIRS_SANDBOX_BIN
  fi
  PROMPT=${PROMPT#"$mark"}
  PROMPT=${PROMPT#"$other"}
  if [[ ${KUBECONFIG-} == "$VMIRS_SANDBOX" ]]; then
    PROMPT=$mark$PROMPT
    __vmirs_told=
  else
    PROMPT=$other$PROMPT
    if [[ $__vmirs_told != "set to ${KUBECONFIG-}" ]]; then
      print -ru2 -- "Warning: KUBECONFIG is ${(q)KUBECONFIG-} now: this shell no longer reaches the @LABEL@."
      __vmirs_told="set to ${KUBECONFIG-}"
    fi
  fi
}
precmd_functions+=(__vmirs_sandbox)
