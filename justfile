# The commands of this project; CI runs these too.

# List the commands.
default:
    @just --list

# Everything that CI checks.
check: format lint test doc deny package

# Formatting.
format:
    cargo fmt --all --check

# Lints, as errors.
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Every test.
test:
    cargo test --locked

# The documentation, warnings as errors.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# Licences, bans and sources. Advisories need the RustSec database: `cargo deny check`.
deny:
    cargo deny --locked --workspace --exclude-dev check licenses bans sources

# Every published crate packs and builds from its package.
package:
    cargo package --workspace --locked

# The examples run.
examples:
    for example in plan_only issue_in_memory write_directory flags_only signing_service deterministic; do cargo run --quiet --locked --example $example > /dev/null || exit 1; done

# Benches, and the same work done by others beside ours.
bench:
    cargo bench --locked
    benches/compare.sh
