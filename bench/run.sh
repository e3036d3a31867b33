#!/usr/bin/env bash
# Every measurement but the build, one JSON row each. Needs a release build (make build) and an idle machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
program="${CARGO_TARGET_DIR:-target}/release/roadbed"

bench/start.sh "$program"
bench/jobs.py "$program"
bench/serving.sh "$program"
cargo run --quiet --release --locked --package roadbed-store --example bench_store
cargo run --quiet --release --locked --package roadbed-inference --example bench_trees
