"""Makes `mirna_orthologues.tsv`: human and mouse mature miRNAs with the same sequence.

Input (public): miRBase v22 mature sequences (bioc/miRBaseConverter, commit
163132a6c73b59c85403216ecadcb20a8c791d81), `marrow_msc_vesicle_mirna.tsv` and `targets.tsv`.
"""

import argparse
from collections import defaultdict

import tables


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("mature", "vesicle", "targets", "out"):
        parser.add_argument(name)
    a = parser.parse_args()
    names = tables.Names(a.mature)
    wanted = {r["mirna"] for r in tables.shipped(a.vesicle) + tables.shipped(a.targets)} & set(names.sequence)
    wanted |= set(tables.MIMICS)
    mouse = defaultdict(list)
    for name, sequence in sorted(names.sequence.items()):
        if name.startswith("mmu-"):
            mouse[sequence].append(name)
    body = []
    for human in sorted(n for n in names.sequence if n.startswith("hsa-")):
        for other in mouse[names.sequence[human]]:
            if human in wanted or other in wanted:
                body.append((human, names.accession[human], other, names.accession[other],
                             names.seed(human), names.sequence[human]))
    paired = {r[0] for r in body}
    humans = sorted(n for n in wanted if n.startswith("hsa-"))
    mice = {names.sequence[n] for n in names.sequence if n.startswith("mmu-")}
    unpaired = [m for m in tables.MIMICS if names.sequence[m] not in mice]
    notes = [
        ("title", "human and mouse mature miRNAs with identical sequence"),
        ("source", "miRBase v22 mature sequences, in bioc/miRBaseConverter commit 163132a6c73b59c85403216ecadcb20a8c791d81"),
        ("release", "miRBase v22"),
        ("citation", "Kozomara 2019, doi 10.1093/nar/gky1141"),
        ("licence", "miRBase is in the public domain"),
        ("rule", "pairs with the same mature sequence over its whole length, where either occurs in marrow_msc_vesicle_mirna.tsv or targets.tsv or is one of the four mimics; several names may share a sequence and then every pair stands; ordered by human name"),
        ("counts", f"{sum(h in paired for h in humans)} of {len(humans)} human miRNAs asked have an identical mouse sequence"),
        ("mimics without one", " ".join(unpaired) or "none"),
    ]
    columns = ("human", "human_accession", "mouse", "mouse_accession", "seed", "sequence")
    tables.write(a.out, notes, columns, body, (a.mature, a.vesicle, a.targets), __file__)


if __name__ == "__main__":
    main()
