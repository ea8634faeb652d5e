# bash completion for kubectl-vmirs                                                          -*- shell-script -*-
# Written by `kubectl vmirs completion`, which may replace it.
#
# Source it, or put it as `kubectl-vmirs` into ~/.local/share/bash-completion/completions. It needs bash 3.2 or later and
# nothing else. For an alias: complete -o default -F _kubectl_vmirs ALIAS

_kubectl_vmirs() {
  local words=() rest=${COMP_LINE:0:COMP_POINT} word blank i
  # Bash has split the line at `=` and `:` too.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blank=${rest%%[![:blank:]]*}
    rest=${rest#"$blank"}
    word=${COMP_WORDS[i]}
    ((i < COMP_CWORD)) || word=$rest
    if [[ $i -eq 0 || -n $blank ]]; then words+=("$word"); else words[${#words[@]} - 1]+=$word; fi
    rest=${rest#"$word"}
  done

  local cur=${words[${#words[@]} - 1]} flag='' kept='' out directive all=() text sign
  COMPREPLY=()
  out=$(kubectl-vmirs __complete "${words[@]:1}" 2> /dev/null) || return 0
  directive=${out##*:}
  while IFS= read -r text; do [[ -z $text ]] || all+=("$text"); done <<< "${out%:*}"

  # What is offered for a value goes without `--flag=`, and what stands up to a word break is not bash's to replace.
  if [[ $cur == -*=* ]]; then
    flag=${cur%%=*}=
    cur=${cur#*=}
  fi
  for sign in = :; do
    [[ $COMP_WORDBREAKS == *"$sign"* && $flag$cur == *"$sign"* ]] || continue
    text=$flag$cur
    text=${text%"${text##*"$sign"}"}
    ((${#text} <= ${#kept})) || kept=$text
  done

  if ((directive & 8)) || ((directive & 16)); then
    _kubectl_vmirs_option -o filenames
    if ((directive & 8)); then
      for text in "${all[@]}"; do
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -X "!*.$text" -- "$cur")
      done
    fi
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "$cur")
    return 0
  fi
  ((directive & 4)) && _kubectl_vmirs_option +o default
  ((directive & 2)) && _kubectl_vmirs_option -o nospace

  local longest=0 matching=()
  for text in "${all[@]}"; do
    word=${text%%$'\t'*}
    [[ $word == "$cur"* ]] || continue
    matching+=("$text")
    ((${#word} <= longest)) || longest=${#word}
  done
  for text in "${matching[@]}"; do
    word=${text%%$'\t'*}
    if ((${#matching[@]} == 1)); then
      [[ $word =~ ^[][:alnum:]_@%+=:,./-]*$ ]] || printf -v word %q "$word"
    elif [[ $text == *$'\t'* && ${COMP_TYPE:-9} -ne 9 && ${COMP_TYPE:-9} -ne 37 ]]; then
      # Only where candidates are listed: no part of a description may end up on the line.
      printf -v text '%-*s  (%s)' "$longest" "$word" "${text#*$'\t'}"
      word=${text:0:${COLUMNS:-80} - 1}
    fi
    word=$flag$word
    COMPREPLY+=("${word#"$kept"}")
  done
}

# Bash 3.2 has no compopt: there a space or file names too many are all there is to it.
_kubectl_vmirs_option() { [[ $(type -t compopt) != builtin ]] || compopt "$@"; }

complete -o default -F _kubectl_vmirs kubectl-vmirs
