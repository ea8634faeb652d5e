# PowerShell completion for kubectl-vmirs
# Written by `kubectl vmirs completion`, which may replace it.
#
# Load it in your profile: kubectl vmirs completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName 'kubectl-vmirs', 'kubectl-vmirs.exe' -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)
    $words = @($CommandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $CursorPosition } |
        Select-Object -Skip 1 | ForEach-Object { $_.Extent.Text })
    # Windows PowerShell drops an empty argument unless it is quoted twice.
    $current = if ($WordToComplete) { $WordToComplete } elseif ($PSVersionTable.PSVersion -lt [version]'7.3') { '""' } else { '' }
    $lines = @(& kubectl-vmirs __complete @words $current 2> $null)
    if ($lines.Count -eq 0) { return }
    $directive = [int]($lines[-1].TrimStart(':'))
    # Directives 8 and 16 list no candidates but ask for files, as 0 does; PowerShell completes files when nothing is returned.
    if ($directive -band 24) { return }
    # What is offered for a value goes without `--flag=`.
    $flag = if ($WordToComplete -match '^-[^=]*=') { $Matches[0] } else { '' }
    $candidates = @($lines | Select-Object -SkipLast 1 | Where-Object { $_ } | ForEach-Object {
        $value, $help = $_ -split "`t", 2
        $space = if ($directive -band 2) { '' } else { ' ' }
        [System.Management.Automation.CompletionResult]::new("$flag$value$space", $value, 'ParameterValue', $(if ($help) { $help } else { $value }))
    })
    if ($candidates.Count -eq 0 -and ($directive -band 4)) { return '' }
    $candidates
}
