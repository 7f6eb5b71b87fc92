.DEFAULT_GOAL := help
.PHONY: help run test check build web
.NOTPARALLEL:

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
WEB_SOURCES := $(shell find web/src web/public web/index.html web/vite.config.ts web/initial-size.ts web/package.json -type f)

help:
	@echo 'make run     build, start a demo with a simulated GitHub, and print a login link'
	@echo 'make test    run the tests: Rust on both stores, web unit, end to end in browsers'
	@echo 'make check   formatting, lints, types and documentation'
	@echo 'make build   the optimised server with the web app inside: target/release/taskwire'
	@echo 'make web     the web app alone: web/dist'

run: web/dist/index.html
	cargo build --locked
	@RUST_LOG="$${RUST_LOG:-warn}" exec $(TARGET)/debug/taskwire serve --demo

test: web/dist/index.html tests/node/node_modules/.package-lock.json
	scripts/need-browsers
	scripts/need-python-client $(TARGET)/python-client
	scripts/test-rust
	cd web && npm test
	cd web && TASKWIRE_BIN=$(TARGET)/debug/taskwire npm run e2e

check: web/dist/index.html tests/node/node_modules/.package-lock.json
	cargo fmt --all --check
	cargo clippy --locked --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --locked --no-deps
	if command -v cargo-deny >/dev/null; then cargo deny check bans licenses sources; fi
	cd web && npm run check
	web/node_modules/.bin/tsc -p tests/node/jsconfig.json

build: web/dist/index.html
	cargo build --locked --release

web: web/dist/index.html

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run build

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund
	touch $@
