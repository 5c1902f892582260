#!/usr/bin/env bash
# Fills the corpora with what the tests use: certificates and keys in both forms, kubeconfigs,
# configurations, and the inputs that once were a bug (seeds/).
set -euo pipefail
cd "$(dirname "$0")"

fixtures=../tests/fixtures
targets=(certificate request key_pem kubeconfig config_toml config_kubeadm journal)
for target in "${targets[@]}"; do
    mkdir -p "corpus/$target"
    if [ -d "seeds/$target" ]; then
        cp "seeds/$target"/* "corpus/$target/"
    fi
done

# A name for each content, so that copies of one file are one seed.
seed() { # target file
    cp "$2" "corpus/$1/$(sha256sum < "$2" | cut -c1-16)"
}

der() { # target file: every PEM block of a file, decoded
    local block
    block=$(mktemp)
    awk '/^-----BEGIN /{n++} n==1' "$2" | grep -v -e '^-----' | tr -d ' \r\n' | base64 -d > "$block" 2> /dev/null || true
    if [ -s "$block" ]; then
        seed "$1" "$block"
    fi
    rm "$block"
}

while IFS= read -r file; do
    seed certificate "$file"
    der certificate "$file"
done < <(find "$fixtures" -name '*.crt')
while IFS= read -r file; do
    seed key_pem "$file"
done < <(find "$fixtures" -name '*.key' -o -name '*.pub')
while IFS= read -r file; do
    seed kubeconfig "$file"
done < <(find "$fixtures" -name '*.conf')
while IFS= read -r file; do
    seed config_toml "$file"
done < <(find ../examples -name '*.toml')
while IFS= read -r file; do
    seed config_kubeadm "$file"
done < <(find ../crates/pki-core/src/config/fixtures "$fixtures" -name '*.yaml')
