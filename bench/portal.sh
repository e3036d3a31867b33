#!/usr/bin/env bash
# How quick the portal is with much in it, in Chromium on a release program. Usage: bench/portal.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../web"
ROADBED_PROGRAM="${1:-${CARGO_TARGET_DIR:-../target}/release/roadbed}" exec npx playwright test --config bench/playwright.config.ts --reporter=line
