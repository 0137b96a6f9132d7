#!/bin/sh
# The tests of `vesicle cargo` beside limma, edgeR and DESeq2 on the same tables (400 x 40 log values, 1500 x 40 counts),
# in turn, so that other work on the machine meets both alike. Prints the medians over rounds and their ratio.
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
    "$speed" 5 | awk -F': ' '/ ms$/ { sub(/ ms$/, "", $2); print "ours\t" $1 "\t" $2 }'
    Rscript scripts/cargo-speed.R "$folder" | sed 's/^/R\t/'
done > "$folder/times"
median() { awk -F'\t' -v who="$1" -v what="$2" '$1 == who && $2 == what { print $3 }' "$folder/times" | sort -n |
    awk '{ v[NR] = $1 } END { print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
pair() {
    a=$(median R "$2"); b=$(median ours "$1")
    printf '%-62s %10.2f %10.3f %8.0f\n' "$1 | $2" "$a" "$b" "$(echo "$a $b" | awk '{ print $1 / $2 }')"
}
printf '%-62s %10s %10s %8s\n' "ours | theirs, $rounds rounds, $RAYON_NUM_THREADS thread(s)" "theirs ms" "ours ms" "times"
pair "moderated t, 400 x 40, robust trend false" "limma"
pair "moderated t, 400 x 40, robust trend true" "limma trend robust"
pair "TMM + voom + moderated t, 1500 x 40, sample quality false" "TMM voom"
pair "TMM + voom + moderated t, 1500 x 40, sample quality true" "TMM voom quality"
pair "TMM + quasi-likelihood (small counts), 1500 x 40" "TMM edgeR QL"
pair "TMM + quasi-likelihood (legacy), 1500 x 40" "TMM edgeR QL"
pair "TMM + quasi-likelihood (small counts), 1500 x 40" "DESeq2"
