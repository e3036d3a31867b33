#!/usr/bin/env bash
# Requests per second of one XGBoost service, Roadbed beside FastAPI with ONNX Runtime, in the same run. Usage: bench/serving.sh [PROGRAM]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
program="${1:-${CARGO_TARGET_DIR:-$here/../target}/release/roadbed}"
for tool in wrk uv; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install it, or leave this measurement out" >&2; exit 1; }
done
environment="${XDG_CACHE_HOME:-$HOME/.cache}/roadbed/bench-peers"
[ -x "$environment/bin/python" ] || uv venv --quiet "$environment"
uv pip install --quiet --python "$environment/bin/python" --requirement "$here/peers/requirements.txt"
exec "$environment/bin/python" "$here/serving.py" "$program"
