#!/usr/bin/env bash
# Seconds from a clean clone to the release program, and from a touched room to a check. Downloads are done before the clock starts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch="$(mktemp -d "${TMPDIR:-/tmp}/roadbed-build-XXXXXX")"
trap 'rm -rf "$scratch"' EXIT
git clone --quiet --local . "$scratch/clone"
cd "$scratch/clone"
export CARGO_TARGET_DIR="$scratch/target"
cargo fetch --quiet --locked

seconds() {
  local begun ended
  begun="$(date +%s.%N)"
  "$@" >&2
  ended="$(date +%s.%N)"
  awk -v a="$begun" -v b="$ended" 'BEGIN { printf "%.1f", b - a }'
}

release="$(seconds cargo build --quiet --release --locked --package roadbed)"
cargo check --quiet --locked --workspace
touch crates/roadbed-training/src/lib.rs
room="$(seconds cargo check --quiet --locked --workspace)"
size="$(stat -c %s "$CARGO_TARGET_DIR/release/roadbed")"
printf '{"what": "build", "commit": "%s", "cores": %s, "release_cold_seconds": %s, "check_one_room_seconds": %s, "program_bytes": %s}\n' \
  "$(git rev-parse --short HEAD)" "$(nproc)" "$release" "$room" "$size"
