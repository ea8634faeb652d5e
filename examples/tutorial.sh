#!/usr/bin/env bash
# The life of a set, from creation to clean-up, on a fresh cluster:
#
#   kubectl vmirs sandbox -- examples/tutorial.sh
#
# Shows each command before its output, checks what it shows, and ends with an error at the first surprise.
set -euo pipefail
cd "$(dirname "$0")/.."

last=

# Shows a command as it would be typed, runs it, shows what it prints.
run() {
  printf '\n$ kubectl vmirs %s\n' "$*"
  last=$(kubectl-vmirs "$@" 2>&1) || { printf '%s\n' "$last"; fail "the command failed"; }
  printf '%s\n' "$last"
}

say() { printf '\n# %s\n' "$*"; }

fail() {
  printf '\ntutorial: %s\n' "$*" >&2
  exit 1
}

# expect COUNT PATTERN: so many lines of the last output match.
expect() {
  local found
  found=$(grep -cE "$2" <<< "$last" || true)
  [ "$found" = "$1" ] || fail "expected $1 lines like /$2/, found $found"
}

# wait_for COUNT PATTERN COMMAND...: until so many lines match, for 20 s at most.
wait_for() {
  local count=$1 pattern=$2 found
  shift 2
  for _ in $(seq 200); do
    found=$(kubectl-vmirs "$@" 2> /dev/null | grep -cE "$pattern" || true)
    [ "$found" = "$count" ] && return
    sleep 0.1
  done
  fail "waited in vain for $count lines like /$pattern/ of: kubectl vmirs $*"
}

running=' Running +10\.244\.[0-9]+\.[0-9]+ +node[0-9]+ +True'

say "A set of two virtual machines."
run create -f examples/vmirs.yaml
expect 1 'testreplicaset created'

say "Its machines are being scheduled: no address, no node yet."
wait_for 2 ' Scheduling ' get --vmis
run get --vmis
expect 2 ' Scheduling +False$'

say "A moment later they run."
wait_for 2 "$running" get --vmis
run get --vmis
expect 2 "$running"

say "Each runs in a launcher pod."
run get --pods
expect 2 '^virt-launcher-testreplicaset.{5}-.{5} +2/2 +Running '

say "What happened so far?"
run describe testreplicaset
expect 1 '^Replicas: +2 current / 2 desired'
expect 2 'SuccessfulCreate .* Started the virtual machine by creating the new virtual machine instance testreplicaset'

say "The set itself, by the file that it came from."
run get -f examples/vmirs.yaml
expect 1 '^testreplicaset +2 +2 +2 '

say "Five instead of two."
run scale testreplicaset --replicas 5
expect 1 'testreplicaset scaled'
wait_for 5 "$running" get --vmis
run get --vmis
expect 5 "$running"

say "One of them crashes, and is replaced."
victim=$(kubectl-vmirs get --vmis -o name | head -n 1)
victim=${victim##*/}
run sandbox crash "$victim"
wait_for 0 "^$victim " get --vmis
wait_for 5 "$running" get --vmis
run get --vmis
expect 5 "$running"
expect 0 "^$victim "

say "An autoscaler from a file. (The sandbox measures no load, so its target stays unknown.)"
run create -f examples/vmirs-hpa.yaml
run get --hpas
expect 1 '^NAME +REFERENCE +TARGETS +MINPODS +MAXPODS +REPLICAS +AGE$'
expect 1 '^testreplicaset +VirtualMachineInstanceReplicaSet/testreplicaset +cpu: <unknown>/50% +3 +5 '

say "In another namespace there is one set only: autoscale needs no name."
run create web --image quay.io/kubevirt/cirros-container-disk-demo --cpu 1 --memory 64Mi --replicas 2 -n playground
wait_for 1 '^web +2 +2 +2 ' get -n playground
run autoscale --min=2 --max=5 -n playground
expect 1 'horizontalpodautoscaler.autoscaling/web autoscaled'
run get --hpas -n playground
expect 1 '^web +VirtualMachineInstanceReplicaSet/web +cpu: <unknown>/80% +2 +5 '

say "Enough. The machines go with their set."
run delete testreplicaset
run delete web -n playground
wait_for 0 'testreplicaset|web' get --vmis -A
run get -A
expect 1 '^No resources found'
say "That was the tutorial."
