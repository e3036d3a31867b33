# Build products and caches live outside the checkout, so that clones share them; tools that are missing go into .tools.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/roadbed/target
export PATH := $(CURDIR)/.tools/bin:$(PATH):$(HOME)/.cargo/bin
SHELL := bash
.PHONY: build portal wheel demo test bench
.DELETE_ON_ERROR:

build: portal                ## the program, as users get it
	@ROADBED_REQUIRE_UI=1 ROADBED_COMMIT="$$(git rev-parse --short=12 HEAD 2>/dev/null)" \
	  cargo build --release --locked --package roadbed
portal:                      ## the files of the portal, which the program takes in
	@scripts/setup.sh && $(MAKE) --no-print-directory web/dist/index.html
wheel: portal                ## the Python package, with the program in it
	@ROADBED_REQUIRE_UI=1 ROADBED_COMMIT="$$(git rev-parse --short=12 HEAD 2>/dev/null)" \
	  uv build --wheel --out-dir "$$CARGO_TARGET_DIR/wheels" python
demo: build                  ## the whole story on real data; ONCE=1 ends after it
	@python3 examples/breast-cancer/demo.py --program "$$CARGO_TARGET_DIR/release/roadbed" $(if $(ONCE),--once)
test:                        ## what CI runs
	@scripts/test.sh
bench: build                 ## figures of this machine, one JSON row each
	@bench/run.sh

# Built anew when something it is made of is newer; folders count, so that a file that went away is noticed.
PORTAL_SOURCES := $(shell find web -maxdepth 1 -type f 2>/dev/null; \
  find web/src web/public web/scripts ! -name schema.d.ts 2>/dev/null)
web/dist/index.html: $(PORTAL_SOURCES) docs/reference/openapi.json Cargo.lock
	@node web/scripts/install.mjs && cd web && npm run --silent build
