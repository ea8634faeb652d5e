# What bash reads in a sandbox in place of its own startup files, which it then reads from here.
if [ -n "${VMIRS_SANDBOX_LOGIN-}" ]; then
  unset VMIRS_SANDBOX_LOGIN
  if [ -r /etc/profile ]; then . /etc/profile; fi
  for __vmirs_file in ~/.bash_profile ~/.bash_login ~/.profile; do
    if [ -r "$__vmirs_file" ]; then . "$__vmirs_file"; break; fi
  done
  unset __vmirs_file
elif [ -r ~/.bashrc ]; then
  . ~/.bashrc
fi

if [ "${KUBECONFIG-}" != "$VMIRS_SANDBOX" ]; then
  printf 'Warning: your startup files set KUBECONFIG to %q. In this shell it is that of the @LABEL@ all the same.\n' "${KUBECONFIG-}" >&2
fi
export KUBECONFIG=$VMIRS_SANDBOX
# /etc/profile begins a PATH of its own.
case ":$PATH:" in *":$VMIRS_SANDBOX_BIN:"*) ;; *) PATH=$VMIRS_SANDBOX_BIN:$PATH ;; esac
unset VMIRS_SANDBOX_BIN

# Before each prompt: says when this shell reaches another cluster, and marks the prompt.
__vmirs_sandbox() {
  local status=$? mark='(@LABEL@) ' other='(NOT @LABEL@) '
  PS1=${PS1#"$mark"}
  PS1=${PS1#"$other"}
  if [ "${KUBECONFIG-}" = "$VMIRS_SANDBOX" ]; then
    PS1=$mark$PS1
    __vmirs_told=
  else
    PS1=$other$PS1
    if [ "${__vmirs_told-}" != "set to ${KUBECONFIG-}" ]; then
      printf 'Warning: KUBECONFIG is %q now: this shell no longer reaches the @LABEL@.\n' "${KUBECONFIG-}" >&2
      __vmirs_told="set to ${KUBECONFIG-}"
    fi
  fi
  return "$status"
}
PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND
}__vmirs_sandbox"
