#!/bin/sh
# The tests of `vesicle cargo` beside limma, edgeR and DESeq2 on the same tables (400 x 40 log values, 1500 x 40 counts),
# in turn, so that other work on the machine meets both alike. Both are timed inside their process, after a first call.
# Prints the least over the rounds, of processor time (which the documentation quotes) and of wall-clock time, and the
# ratios. limma, edgeR and DESeq2 take one thread.
# Usage: scripts/cargo-speed.sh [ROUNDS] [THREADS]
set -eu
rounds=${1:-5}
export RAYON_NUM_THREADS="${2:-1}"
cd "$(dirname "$0")/.."
command -v Rscript > /dev/null || { echo "R is not installed" >&2; exit 2; }
cargo build --quiet --release -p vesicle-cargo --example speed
speed=${CARGO_TARGET_DIR:-target}/release/examples/speed
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$speed" 1 "$folder"
for round in $(seq "$rounds"); do
    "$speed" 3 | sed -n 's/^\(.*\): \(.*\) ms, \(.*\) ms of processor time$/ours\t\1\t\2\t\3/p'
    Rscript scripts/cargo-speed.R "$folder" | sed 's/^/R\t/'
done > "$folder/times"
# WHO NAME COLUMN: 3 is wall-clock, 4 processor time
least() { awk -F'\t' -v who="$1" -v what="$2" -v at="$3" \
    '$1 == who && $2 == what && (best == "" || $at < best) { best = $at } END { print best }' "$folder/times"; }
pair() {
    for at in 4 3; do
        least R "$2" $at; least ours "$1" $at
    done | xargs printf '%s %s %s %s' | awk -v name="$1 | $2" \
        '{ printf "%-84s %9.2f %9.3f %6.1f %9.2f %9.3f %6.1f\n", name, $1, $2, $1 / $2, $3, $4, $3 / $4 }'
}
printf '%-84s %26s %26s\n' "$rounds rounds, $RAYON_NUM_THREADS thread(s) of ours" "processor ms, times" "wall-clock ms, times"
printf '%-84s %9s %9s %6s %9s %9s %6s\n' "ours | theirs" theirs ours times theirs ours times
pair "moderated t, 400 x 40, robust trend false" "limma"
pair "moderated t, 400 x 40, robust trend true" "limma trend robust"
pair "TMM + voom + moderated t, 1500 x 40, sample quality false" "TMM voom"
pair "TMM + voom + moderated t, 1500 x 40, sample quality true" "TMM voom quality"
pair "TMM + quasi-likelihood (small counts), 1500 x 40" "TMM edgeR QL"
pair "TMM + quasi-likelihood (legacy), 1500 x 40" "TMM edgeR QL"
pair "TMM + quasi-likelihood (small counts), 1500 x 40" "DESeq2"
