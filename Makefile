# make test: everything, as CI runs it. make quick: the inner loop. make mint: golden files anew.
SHELL := /bin/bash
TEST := $(shell cargo nextest --version >/dev/null 2>&1 && echo "cargo nextest run" || echo "cargo test")

.PHONY: test quick lint bench cost recovery mint book setup

test: setup lint
	$(TEST) --workspace --locked
	cargo test --workspace --doc --locked
	python3 data/scripts/check.py
	scripts/readme.sh
	target/release/vesicle validate

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo deny check licenses bans sources

quick:
	cargo test -p vesicle-base -p vesicle-experiment -p vesicle-files -p tissue-sim --lib --locked

# Installs what a fresh machine lacks.
setup:
	@cargo deny --version >/dev/null 2>&1 || cargo install cargo-deny --locked --version 0.20.2

# The pages of the book that the program writes.
book:
	cargo run --release --locked -- validate --page > book/src/validation.md
	python3 scripts/coverage.py

# One table of speed; beside the peers where VESICLE_PEERS=FOLDER holds their programs (scripts/peers). `cargo bench` has more.
bench:
	cargo bench -p tissue-sim --bench speed

# Cost against size: minutes on one core, and 5 GB. Values, figures and the page of the book.
cost:
	mkdir -p book/src/figures
	cargo bench -p tissue-sim --bench speed -- sizes > book/src/figures/cost.csv
	cargo run --release -p vesicle-report --example cost -- book/src/figures/cost.csv book/src/figures > book/src/cost.md

# The table of which mechanism a laboratory with four animals an arm would recover, by the twin.
recovery:
	cargo run --release --locked -- recover crates/vesicle/tests/recovery.tsv --make experiments/rejuvenation.toml

# Golden files anew, with the reason: make mint WHY="capture is no longer split from diffusion"
mint:
	@test -n "$(WHY)" || { echo 'say why: make mint WHY="…"'; exit 2; }
	INSTA_UPDATE=always cargo test --workspace --locked
	@git diff --quiet -- '*.snap' || echo "- $(WHY)" >> crates/tissue-sim/tests/golden.md
