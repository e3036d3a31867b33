#!/usr/bin/env bash
# Time until every role answers (new and existing data directory) and memory at rest. Usage: bench/start.sh [PROGRAM]
set -euo pipefail
here="$(dirname "${BASH_SOURCE[0]}")"
exec python3 "$here/start.py" "${1:-${CARGO_TARGET_DIR:-$here/../target}/release/roadbed}"
