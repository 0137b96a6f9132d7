#!/usr/bin/env bash
# Runs the console commands of README.md in a fresh folder, with the release binary in place of `cargo run --release --`;
# those that say how many minutes they take run with --quick.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cargo build --release --locked -p vesicle --manifest-path "$root/Cargo.toml"
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
cp -r "$root/experiments" "$root/examples" "$fresh/"
cd "$fresh"
vesicle() { "$root/target/release/vesicle" "$@"; }
run=0
while IFS= read -r line; do
  command=${line#\$ }
  command=${command/#cargo run --release -- /vesicle }
  case "$command" in *"  # "*minutes*) command="${command%%  #*} --quick" ;; esac
  case "$command" in
    vesicle*) echo "+ $command"; eval "$command" >/dev/null; run=$((run + 1)) ;;
  esac
done < <(awk '/^```console/{on=1;next} /^```/{on=0} on && /^\$ /' "$root/README.md")
echo "$run commands of the README ran"
test "$run" -gt 0
