# fish completion for kubectl-vmirs
# Written by `kubectl vmirs completion`, which may replace it.
#
# Source it, or put it as `kubectl-vmirs.fish` into ~/.config/fish/completions. For an alias: complete -c ALIAS -w kubectl-vmirs

function __kubectl_vmirs_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (kubectl-vmirs __complete $words[2..-1] "$current" 2>/dev/null)
    set -l directive (string replace : '' -- $lines[-1])
    set -e lines[-1]
    # What is offered for a value goes without `--flag=`.
    set -l flag (string match -r -- '^-[^=]*=' $current)
    set -l typed (string replace -- "$flag" '' $current)
    switch $directive
        case 8
            # Folders lead to files, and a file with another extension may be meant all the same.
            __fish_complete_path $current
        case 16
            __fish_complete_directories $current ''
        case '*'
            for line in $lines
                echo -- "$flag$line"
            end
            if test "$directive" = 0 -a (count $lines) -eq 0
                __fish_complete_path $current
            end
    end
end

complete -c kubectl-vmirs -e
complete -c kubectl-vmirs -f -a '(__kubectl_vmirs_complete)'
