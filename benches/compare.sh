#!/usr/bin/env bash
# pkigen init beside its peers, in the same minutes: medians, ratios, and the budgets.
#
#   benches/compare.sh [RUNS]        default 11
#
# PKIGEN=path    the binary to measure; default: the release build, made when it is missing
# SCRATCH=dir    where trees are made; a directory on the disk that matters
#
# openssl makes the same keys and certificates as files: 3 authorities, 12 leaves (7 pairs and 5
# for kubeconfigs) and sa, with three commands a leaf (key, request, certificate), as manuals have
# it. kubeadm and cfssl take part when they are on PATH. The contenders alternate, so that a noisy
# machine is noisy for all of them. pkigen forces everything to disk; openssl is shown both ways
# (+sync: every file fsynced afterwards); kubeadm and cfssl force nothing.
#
# Where kubeadm is missing, its time is derived: on the machine where both were measured, openssl
# and kubeadm (certs all + kubeconfig all) took 458 : 70 ms with ECDSA and 3018 : 952 ms with RSA.
set -euo pipefail
export LC_ALL=C

runs=${1:-11}
case $runs in '' | *[!0-9]* | 0) echo "usage: $0 [RUNS]" >&2; exit 2 ;; esac
cd "$(dirname "$0")/.."
pkigen=${PKIGEN:-${CARGO_TARGET_DIR:-target}/release/pkigen}
[ -x "$pkigen" ] || cargo build --release -p pki-cli
pkigen=$(realpath "$pkigen")
command -v openssl >/dev/null || { echo "openssl is needed (Debian package openssl)" >&2; exit 3; }
scratch=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/pkigen-compare.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

algorithm=

# --- contenders: each makes a whole tree in an empty directory -------------------------------

run_pkigen() {
    "$pkigen" init --quiet --root "$1" --node-name cp1 --advertise-address 192.0.2.10 \
        --key-algorithm "$algorithm"
}

openssl_key() {
    case $algorithm in
    ecdsa-p256) openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" ;;
    rsa-2048) openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1" ;;
    esac
}

openssl_leaf() { # directory, authority, name, subject, purpose, names
    local key=$1/$3.key request=$1/$3.csr
    openssl_key "$key"
    openssl req -new -key "$key" -subj "$4" -out "$request"
    openssl x509 -req -in "$request" -CA "$1/$2.crt" -CAkey "$1/$2.key" -days 365 \
        -out "$1/$3.crt" -extfile <(
            echo "keyUsage=critical,digitalSignature"
            echo "extendedKeyUsage=$5"
            echo "basicConstraints=critical,CA:FALSE"
            if [ -n "${6:-}" ]; then echo "subjectAltName=$6"; fi
        )
}

run_openssl() {
    local authority
    mkdir -p "$1/etcd"
    for authority in ca front-proxy-ca etcd/ca; do
        openssl_key "$1/$authority.key"
        openssl req -x509 -new -key "$1/$authority.key" -subj "/CN=$authority" -days 3650 \
            -addext keyUsage=critical,digitalSignature,keyCertSign,cRLSign \
            -addext basicConstraints=critical,CA:TRUE -out "$1/$authority.crt"
    done
    local api="DNS:cp1,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc"
    api="$api,DNS:kubernetes.default.svc.cluster.local,IP:10.96.0.1,IP:192.0.2.10"
    local etcd="DNS:cp1,DNS:localhost,IP:192.0.2.10,IP:127.0.0.1,IP:::1"
    local both="serverAuth,clientAuth"
    openssl_leaf "$1" ca apiserver /CN=kube-apiserver serverAuth "$api"
    openssl_leaf "$1" ca apiserver-kubelet-client /CN=kube-apiserver-kubelet-client clientAuth
    openssl_leaf "$1" front-proxy-ca front-proxy-client /CN=front-proxy-client clientAuth
    openssl_leaf "$1" etcd/ca etcd/server /CN=kube-etcd "$both" "$etcd"
    openssl_leaf "$1" etcd/ca etcd/peer /CN=kube-etcd-peer "$both" "$etcd"
    openssl_leaf "$1" etcd/ca etcd/healthcheck-client /CN=kube-etcd-healthcheck-client clientAuth
    openssl_leaf "$1" etcd/ca apiserver-etcd-client /CN=kube-apiserver-etcd-client clientAuth
    openssl_leaf "$1" ca admin /O=kubeadm:cluster-admins/CN=kubernetes-admin clientAuth
    openssl_leaf "$1" ca super-admin /O=system:masters/CN=kubernetes-super-admin clientAuth
    openssl_leaf "$1" ca kubelet /O=system:nodes/CN=system:node:cp1 clientAuth
    openssl_leaf "$1" ca controller-manager /CN=system:kube-controller-manager clientAuth
    openssl_leaf "$1" ca scheduler /CN=system:kube-scheduler clientAuth
    openssl_key "$1/sa.key"
    openssl pkey -in "$1/sa.key" -pubout -out "$1/sa.pub"
}

run_openssl_sync() {
    run_openssl "$1"
    sync "$1"/*.* "$1"/etcd/*.* "$1" "$1/etcd"
}

run_kubeadm() {
    local name
    case $algorithm in ecdsa-p256) name=ECDSA-P256 ;; *) name=RSA-2048 ;; esac
    cat >"$1/kubeadm.yaml" <<-YAML
	apiVersion: kubeadm.k8s.io/v1beta4
	kind: InitConfiguration
	localAPIEndpoint: { advertiseAddress: 192.0.2.10 }
	nodeRegistration: { name: cp1 }
	---
	apiVersion: kubeadm.k8s.io/v1beta4
	kind: ClusterConfiguration
	kubernetesVersion: v1.36.0
	encryptionAlgorithm: $name
	certificatesDir: $1/pki
	YAML
    kubeadm init phase certs all --config "$1/kubeadm.yaml"
    kubeadm init phase kubeconfig all --config "$1/kubeadm.yaml" --kubeconfig-dir "$1"
}

cfssl_request() { # common name
    case $algorithm in
    ecdsa-p256) echo "{\"CN\":\"$1\",\"key\":{\"algo\":\"ecdsa\",\"size\":256}}" ;;
    *) echo "{\"CN\":\"$1\",\"key\":{\"algo\":\"rsa\",\"size\":2048}}" ;;
    esac
}

run_cfssl() {
    local authority leaf
    for authority in ca front-proxy-ca etcd-ca; do
        cfssl gencert -initca <(cfssl_request "$authority") | cfssljson -bare "$1/$authority"
    done
    for leaf in {1..12}; do
        cfssl gencert -ca "$1/ca.pem" -ca-key "$1/ca-key.pem" -hostname 192.0.2.10 \
            <(cfssl_request "leaf$leaf") | cfssljson -bare "$1/leaf$leaf"
    done
    openssl_key "$1/sa.key"
}

# --- measuring -------------------------------------------------------------------------------

measure() { # contender: appends its wall time in microseconds
    local contender=$1 base=$scratch directory start end
    if [ "$contender" = pkigen_memory ]; then base=/dev/shm; fi
    directory=$(mktemp -d "$base/pkigen-compare.XXXXXX")
    chmod 755 "$directory"
    start=${EPOCHREALTIME/./}
    if ! "run_${contender/_memory/}" "$directory" >"$scratch/output" 2>&1; then
        echo "$contender failed:" >&2
        cat "$scratch/output" >&2
        exit 3
    fi
    end=${EPOCHREALTIME/./}
    rm -rf "$directory"
    echo $((end - start)) >>"$scratch/$algorithm.$contender"
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
lowest() { sort -n "$1" | head -n 1; }

contenders=(pkigen openssl openssl_sync)
if [ -d /dev/shm ] && [ -w /dev/shm ]; then contenders+=(pkigen_memory); fi
if command -v kubeadm >/dev/null; then contenders+=(kubeadm); fi
if command -v cfssl >/dev/null && command -v cfssljson >/dev/null; then contenders+=(cfssl); fi
for absent in kubeadm cfssl; do
    command -v "$absent" >/dev/null || echo "$absent is not on PATH: left out" >&2
done

compare() { # algorithm, openssl and kubeadm where both were measured, budget
    algorithm=$1
    local run contender mine theirs basis
    for ((run = 0; run <= runs; run++)); do
        for contender in "${contenders[@]}"; do measure "$contender"; done
        # The first round warms caches.
        if ((run == 0)); then rm -f "$scratch/$algorithm".*; fi
    done
    mine=$(median "$scratch/$algorithm.pkigen")
    printf '\n%s, %s runs%26s%12s%18s\n' "$algorithm" "$runs" "median ms" "lowest ms" "pkigen : it"
    for contender in "${contenders[@]}"; do
        theirs=$(median "$scratch/$algorithm.$contender")
        awk -v name="$contender" -v t="$theirs" -v l="$(lowest "$scratch/$algorithm.$contender")" -v m="$mine" \
            'BEGIN { sub("_sync", " +sync", name); sub("_memory", " on tmpfs", name)
                     printf "  %-24s%20.1f%12.1f%18.3f\n", name, t / 1000, l / 1000, m / t }'
    done
    if [ -e "$scratch/$algorithm.kubeadm" ]; then
        theirs=$(median "$scratch/$algorithm.kubeadm")
        basis="measured"
    else
        theirs=$(awk -v o="$(median "$scratch/$algorithm.openssl")" -v a="$2" -v b="$3" 'BEGIN { print o * b / a }')
        basis="derived from openssl, $2 : $3"
    fi
    awk -v m="$mine" -v t="$theirs" -v b="$4" -v basis="$basis" 'BEGIN {
        printf "  pkigen : kubeadm = %.1f : %.1f ms = %.3f (%s); budget %.2f: %s\n",
            m / 1000, t / 1000, m / t, basis, b, m / t <= b ? "kept" : "MISSED" }'
}

peak() { # algorithm: VmHWM in KiB, the highest of five
    local directory highest=0 peak
    algorithm=$1
    for _ in 1 2 3 4 5; do
        directory=$(mktemp -d "$scratch/peak.XXXXXX")
        peak=$(/usr/bin/time -f %M -o /dev/stdout "$pkigen" init --quiet --root "$directory" \
            --node-name cp1 --advertise-address 192.0.2.10 --key-algorithm "$algorithm" 2>/dev/null | tail -n 1)
        if ((peak > highest)); then highest=$peak; fi
        rm -rf "$directory"
    done
    echo "$highest"
}

budget() { # what, value, budget, unit
    awk -v w="$1" -v v="$2" -v b="$3" -v u="$4" 'BEGIN {
        printf "  %-24s%10.2f %s; budget %d %s: %s\n", w, v, u, b, u, v <= b ? "kept" : "MISSED" }'
}

echo "$("$pkigen" --version), $(openssl version), $(nproc) processors, load $(cut -d' ' -f1-3 /proc/loadavg), $(stat -f -c %T "$scratch")"
compare ecdsa-p256 458 70 0.25
compare rsa-2048 3018 952 0.60
echo
if [ -x /usr/bin/time ]; then
    budget "peak memory, ecdsa-p256" "$(peak ecdsa-p256 | awk '{ print $1 / 1024 }')" 12 MiB
    budget "peak memory, rsa-2048" "$(peak rsa-2048 | awk '{ print $1 / 1024 }')" 12 MiB
else
    echo "  peak memory: not measured (Debian package time)"
fi
budget "binary, stripped" "$(stat -Lc %s "$pkigen" | awk '{ print $1 / 1048576 }')" 6 MiB
