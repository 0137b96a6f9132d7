#!/usr/bin/env python3
"""Does `vesicle target enrich` call programs where there is nothing to find?

Takes samples of one group, labels n of them `a` and n `b` at random within blocks, runs `vesicle cargo compare` and
`vesicle target enrich` on these labels, and prints in what share of runs any program is below a false discovery rate of
5 %: by the matched null, and by the hypergeometric test beside it.

    scripts/calibrate_enrich.py VESICLE COUNTS SAMPLES.tsv [--runs 200] [--n 5] [--seed 1] -- ENRICH OPTIONS

COUNTS is a matrix of miRNAs by samples (.csv or .csv.gz); SAMPLES a table with the columns `sample` and, where there
are blocks, `block`, of the samples to draw from.
"""

import argparse
import csv
import gzip
import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path


def opened(path):
    return gzip.open(path, "rt") if path.suffix == ".gz" else open(path)


def labelled(samples, n, rng):
    """n samples of `a` and n of `b`, of each block as many of one as of the other where the block allows."""
    blocks = defaultdict(list)
    for sample, block in samples:
        blocks[block].append(sample)
    pairs = []
    for block in sorted(blocks):
        members = blocks[block]
        rng.shuffle(members)
        pairs += [(x, y, block) for x, y in zip(members[::2], members[1::2])]
    rng.shuffle(pairs)
    if len(pairs) < n:
        sys.exit(f"only {len(pairs)} pairs within blocks, {n} wanted")
    return [(s, g, block) for x, y, block in pairs[:n] for s, g in ((x, "a"), (y, "b"))]


def run(arguments, matrix, samples, index):
    rng = random.Random(f"{arguments.seed} {index}")
    chosen = labelled(samples, arguments.n, rng)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        head, rows = matrix
        at = [0] + [head.index(sample) for sample, _, _ in chosen]
        with open(folder / "counts.csv", "w", newline="") as file:
            csv.writer(file).writerows([[row[i] for i in at] for row in [head, *rows]])
        with open(folder / "samples.csv", "w", newline="") as file:
            csv.writer(file).writerows(
                [["sample", "donor", "group"], *([sample, sample, group] for sample, group, _ in chosen)]
            )
        compare = [arguments.vesicle, "cargo", "compare", folder / "counts.csv", "--samples", folder / "samples.csv"]
        subprocess.run([*compare, "--kind", "count", "--out", folder / "r"], check=True, capture_output=True)
        enrich = [arguments.vesicle, "target", "enrich", folder / "r", "--json", *arguments.options]
        done = subprocess.run(enrich, check=True, capture_output=True)
        rows = json.loads(done.stdout)["rows"]
    least = lambda column: min((row[column] for row in rows if row[column] is not None), default=1.0)
    return bool(rows), least("adjusted_p") <= 0.05, least("naive_adjusted_p") <= 0.05


def main():
    own, options = sys.argv[1:], []
    if "--" in own:
        own, options = own[: own.index("--")], own[own.index("--") + 1 :]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("vesicle")
    parser.add_argument("counts", type=Path)
    parser.add_argument("samples", type=Path)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--n", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(own)
    arguments.options = options
    with opened(arguments.counts) as file:
        head, *rows = csv.reader(file)
    with opened(arguments.samples) as file:
        samples = [(r["sample"], r.get("block") or "-") for r in csv.DictReader(file, delimiter="\t")]
    found = []
    for index in range(arguments.runs):
        found.append(run(arguments, (head, rows), samples, index))
        if (index + 1) % 10 == 0:
            print(f"{index + 1} runs: {[sum(column) for column in zip(*found)]}", file=sys.stderr, flush=True)
    tested, matched, naive = (sum(column) for column in zip(*found))
    share = lambda n: f"{n} of {len(found)} ({100 * n / len(found):.1f} %)"
    print(f"runs that selected a miRNA with targets: {share(tested)}")
    print(f"runs with any program at 5 %: matched null {share(matched)}; hypergeometric {share(naive)}")


if __name__ == "__main__":
    main()
