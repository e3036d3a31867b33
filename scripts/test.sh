#!/usr/bin/env bash
# Everything CI runs, cheap things first. Ends with the closing lines of the test runner.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.tools/bin:$PATH:$HOME/.cargo/bin"

step() {
  printf '\n== %s (%ss)\n' "$1" "$SECONDS"
  shift
  "$@"
}

install_test_servers() {
  if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then return; fi
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "SKIPPED: tests on PostgreSQL; install the package postgresql to run them" >&2
    return
  fi
  export DEBIAN_FRONTEND=noninteractive
  local quiet=(-qq -y --no-install-recommends -o Dpkg::Use-Pty=0)
  # Tests start a private server; the package must not start one of its own.
  if apt-get update -qq && apt-get install "${quiet[@]}" postgresql-common >/dev/null \
    && sed -ri 's/^#?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf \
    && apt-get install "${quiet[@]}" postgresql >/dev/null; then
    return
  fi
  echo "SKIPPED: tests on PostgreSQL; the package postgresql could not be installed" >&2
}

# Debian's package; Playwright's own browsers are never downloaded.
install_browser() {
  for found in chromium-headless-shell chromium; do
    if command -v "$found" >/dev/null; then return; fi
  done
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "SKIPPED later: the portal in a browser; install chromium-headless-shell or chromium to run it" >&2
    return
  fi
  export DEBIAN_FRONTEND=noninteractive
  local quiet=(-qq -y --no-install-recommends -o Dpkg::Use-Pty=0)
  if apt-get update -qq && { apt-get install "${quiet[@]}" chromium-headless-shell >/dev/null 2>&1 \
    || apt-get install "${quiet[@]}" chromium >/dev/null; }; then
    return
  fi
  echo "SKIPPED later: the portal in a browser; no package of Chromium could be installed" >&2
}

test_in_browser() {
  ROADBED_CHROMIUM="$(command -v chromium-headless-shell || command -v chromium || true)"
  if [ -z "$ROADBED_CHROMIUM" ]; then
    echo "SKIPPED: the portal in a browser; install chromium-headless-shell or chromium to run it" >&2
    return
  fi
  export ROADBED_CHROMIUM ROADBED_PROGRAM="${CARGO_TARGET_DIR:-$PWD/target}/debug/roadbed"
  npm run --silent --prefix web test:browser
}

# Types and behaviour of the helpers, against a platform of their own, with what users may have beside them.
test_python_helpers() {
  if ! command -v uv >/dev/null; then
    echo "SKIPPED: the Python helpers, because uv is not there" >&2
    return
  fi
  local packages=(--with mypy==2.4.1 --with numpy==2.2.6 --with pandas==2.3.3)
  local run=(uv run --quiet --no-project "${packages[@]}" --python "$(command -v python3)" python)
  (cd python && "${run[@]}" -m mypy)
  ROADBED_PROGRAM="${CARGO_TARGET_DIR:-$PWD/target}/debug/roadbed" PYTHONPATH=python/src PYTHONDONTWRITEBYTECODE=1 \
    "${run[@]}" -m unittest discover -t python python/tests
}

step "tools" scripts/setup.sh
step "servers for tests" install_test_servers
step "browser for tests" install_browser
step "format" cargo fmt --all --check
step "portal packages" node web/scripts/install.mjs
step "portal check" npm run --silent --prefix web check
step "portal build" make --no-print-directory portal
# One setting for all that follows: with another one cargo would take the portal in again.
export ROADBED_REQUIRE_UI=1
step "clippy" cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
step "tidy" cargo xtask tidy
step "error codes" python3 scripts/error_codes_test.py
step "program" cargo build --package roadbed --locked --quiet
step "guide" python3 scripts/docs_test.py --program "${CARGO_TARGET_DIR:-target}/debug/roadbed"
step "python helpers" test_python_helpers
step "portal in a browser" test_in_browser
step "tests" cargo test --workspace --locked --quiet --no-fail-fast
