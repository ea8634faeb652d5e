@rem Written by `kubectl vmirs completion`, which may replace it.
@rem kubectl runs this for the words behind `kubectl vmirs` when Tab is pressed; it has to be on the PATH.
@kubectl-vmirs __complete %*
