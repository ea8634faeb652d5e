# What fish runs in a sandbox after its own startup files.
if test "$KUBECONFIG" != "$VMIRS_SANDBOX"
    echo "Warning: your startup files set KUBECONFIG to "(string escape -- "$KUBECONFIG")". In this shell it is that of the @LABEL@ all the same." >&2
end
set -gx KUBECONFIG $VMIRS_SANDBOX
contains -- $VMIRS_SANDBOX_BIN $PATH; or set -gx PATH $VMIRS_SANDBOX_BIN $PATH
set -e VMIRS_SANDBOX_BIN

function __vmirs_sandbox --on-event fish_prompt
    if test "$KUBECONFIG" = "$VMIRS_SANDBOX"
        set -g __vmirs_told
    else if test "$__vmirs_told" != "set to $KUBECONFIG"
        echo "Warning: KUBECONFIG is "(string escape -- "$KUBECONFIG")" now: this shell no longer reaches the @LABEL@." >&2
        set -g __vmirs_told "set to $KUBECONFIG"
    end
end

function __vmirs_status
    return $argv[1]
end

functions -q fish_prompt; and functions -c fish_prompt __vmirs_fish_prompt
function fish_prompt
    set -l last $status
    if test "$KUBECONFIG" = "$VMIRS_SANDBOX"
        echo -n '(@LABEL@) '
    else
        echo -n '(NOT @LABEL@) '
    end
    __vmirs_status $last
    functions -q __vmirs_fish_prompt; and __vmirs_fish_prompt
end
