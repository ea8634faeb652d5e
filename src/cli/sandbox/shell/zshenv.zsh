# zsh reads its startup files from $ZDOTDIR, which leads here in a sandbox. Each of them reads the user's own.
__vmirs_zdotdir=$ZDOTDIR
if [[ -n ${VMIRS_SANDBOX_ZDOTDIR-} ]]; then ZDOTDIR=$VMIRS_SANDBOX_ZDOTDIR; else unset ZDOTDIR; fi
unset VMIRS_SANDBOX_ZDOTDIR
if [[ -r ${ZDOTDIR:-$HOME}/.zshenv ]]; then . "${ZDOTDIR:-$HOME}/.zshenv"; fi
__vmirs_user_zdotdir=${ZDOTDIR-}
ZDOTDIR=$__vmirs_zdotdir
