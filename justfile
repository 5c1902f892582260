# The commands of this project; CI runs these too.

# List the commands.
default:
    @just --list

# Everything that CI checks.
check: format lint features test test-programs doc deny package

# Formatting.
format:
    cargo fmt --all --check

# Lints, as errors.
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings
    cargo clippy --locked --test oracle --test tools --test verdicts --test live --test kubernetes -- -D warnings

# Every crate with none of its features, and with each of them alone.
features:
    .ci/features

# The tests that need nothing but Rust and a C linker.
test:
    cargo test --locked

# Those that need root and other programs, which `.ci/run` installs, and Kubernetes' own where
# PKIGEN_KUBERNETES names their directory.
test-programs:
    cargo test --locked --test oracle --test tools --test verdicts --test live --test kubernetes

# The documentation, warnings as errors.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# Licences, bans and sources. Advisories need the RustSec database: `cargo deny check`.
deny:
    cargo deny --locked --workspace --exclude-dev check licenses bans sources

# Every published crate packs and builds from its package.
package:
    cargo package --workspace --locked

# Fuzz one target (certificate, request, key_pem, kubeconfig, config_toml, config_kubeadm).
# Needs cargo-fuzz and a C++ compiler. The toolchain is stable: its coverage flags need the
# bootstrap switch, and no sanitizer, for nothing here is unsafe.
fuzz target seconds="60":
    fuzz/seed.sh
    cd fuzz && RUSTC_BOOTSTRAP=1 cargo fuzz run --sanitizer none {{target}} -- -max_total_time={{seconds}} -timeout=10 -rss_limit_mb=512 -max_len=65536

# Benches, and the same work done by others beside ours.
bench:
    cargo bench --locked
    benches/compare.sh
