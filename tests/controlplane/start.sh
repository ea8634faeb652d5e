#!/usr/bin/env bash
# Runs the real control plane on loopback until stdin is closed, then kills all of it.
#
#   start.sh ASSETS DIR PORT ETCD_PORT PEER_PORT [MANIFEST ...]
#
# ASSETS is what build.sh printed; MANIFESTs (the CRDs) are applied first. DIR takes data, logs and `kubeconfig`. Prints `ready` when it is. Whoever starts it
# holds the other end of stdin, so that nothing is left running however that process ends.
set -euo pipefail
assets=$1 dir=$2 port=$3 etcd_port=$4 peer_port=$5
# KILL, not TERM: asked politely with etcd gone, the API server takes minutes. INT is the terminal's to the tests.
trap '' INT
cleanup() { trap - EXIT; kill -KILL 0; }
trap cleanup EXIT

umask 077
mkdir -p "$dir"
cd "$dir"
openssl genrsa -out service-account.key 2048 2> /dev/null
cat > tokens.csv << TOKENS
admin-token,admin,admin,"system:masters"
editor-token,editor,editor,"editors"
viewer-token,viewer,viewer,"viewers"
nobody-token,nobody,nobody,"nobodies"
reconciler-token,reconciler,reconciler,"reconcilers"
TOKENS

# Somebody who is known by a certificate: client.crt and client.key.
key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
openssl req -x509 "${key[@]}" -keyout client-ca.key -out client-ca.crt -subj /CN=client-ca -days 2 2> /dev/null
openssl req "${key[@]}" -keyout client.key -subj /O=system:masters/CN=certified 2> /dev/null \
  | openssl x509 -req -CA client-ca.crt -CAkey client-ca.key -days 2 -out client.crt \
      -extfile <(echo extendedKeyUsage=clientAuth) 2> /dev/null

"$assets/etcd" --data-dir "$dir/etcd" --unsafe-no-fsync --log-level error \
  --listen-client-urls "http://127.0.0.1:$etcd_port" --advertise-client-urls "http://127.0.0.1:$etcd_port" \
  --listen-peer-urls "http://127.0.0.1:$peer_port" > etcd.log 2>&1 < /dev/null &
"$assets/kube-apiserver" --etcd-servers "http://127.0.0.1:$etcd_port" --secure-port "$port" --bind-address 127.0.0.1 \
  --endpoint-reconciler-type none --cert-dir "$dir/certificates" --token-auth-file tokens.csv --client-ca-file client-ca.crt \
  --authorization-mode RBAC --service-cluster-ip-range 10.0.0.0/24 --service-account-issuer https://issuer.invalid \
  --service-account-key-file service-account.key --service-account-signing-key-file service-account.key \
  --disable-admission-plugins ServiceAccount --enable-admission-plugins OwnerReferencesPermissionEnforcement --max-requests-inflight 3000 --max-mutating-requests-inflight 1000 \
  > apiserver.log 2>&1 < /dev/null &

user() { printf '  - name: %s\n    user: {token: %s-token}\n' "$1" "$1"; }
context() { printf '  - name: %s\n    context: {cluster: real, user: %s}\n' "$1" "$1"; }
{
  printf 'apiVersion: v1\nkind: Config\ncurrent-context: admin\nclusters:\n'
  printf '  - name: real\n    cluster: {server: "https://127.0.0.1:%s", certificate-authority: "%s"}\n' \
    "$port" "$dir/certificates/apiserver.crt"
  printf 'users:\n'
  for name in admin editor viewer nobody reconciler; do user "$name"; done
  printf 'contexts:\n'
  for name in admin editor viewer nobody reconciler; do context "$name"; done
} > kubeconfig

for _ in $(seq 300); do
  [ "$("$assets/kubectl" --kubeconfig kubeconfig get --raw /readyz 2> /dev/null)" = ok ] && break
  sleep 0.1
done
# The controller manager refreshes its list of kinds every 30 s only: the CRDs have to be there before it starts.
for manifest in "${@:6}"; do
  "$assets/kubectl" --kubeconfig kubeconfig apply -f "$manifest" > apply.log 2>&1
done
"$assets/kubectl" --kubeconfig kubeconfig wait --for=condition=Established crd --all --timeout=30s >> apply.log 2>&1 || true
"$assets/kube-controller-manager" --kubeconfig kubeconfig --authentication-kubeconfig kubeconfig \
  --authorization-kubeconfig kubeconfig --secure-port 0 --leader-elect=false \
  --controllers "${CONTROLLERS:-garbage-collector-controller,namespace-controller,horizontal-pod-autoscaler-controller}" \
  --horizontal-pod-autoscaler-sync-period 2s --kube-api-qps 500 --kube-api-burst 1000 > manager.log 2>&1 < /dev/null &
echo ready
cat > /dev/null
