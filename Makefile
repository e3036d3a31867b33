# Build products and caches live outside the checkout, so that clones share them; tools that are missing go into .tools.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/roadbed/target
export PATH := $(CURDIR)/.tools/bin:$(PATH):$(HOME)/.cargo/bin
SHELL := bash
.PHONY: build demo test bench

build:                       ## the program, as users get it
	@scripts/setup.sh && cargo build --release --locked --package roadbed
demo: build                  ## the whole story on real data; ONCE=1 ends after it
	@python3 examples/breast-cancer/demo.py --program "$$CARGO_TARGET_DIR/release/roadbed" $(if $(ONCE),--once)
test:                        ## what CI runs
	@scripts/test.sh
bench: build                 ## figures of this machine, one JSON row each
	@bench/run.sh
