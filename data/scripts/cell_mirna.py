"""Makes `<cell>_mirna.tsv`: a receiver's own miRNA, one level per seed family.

Inputs (public): microRNAome 2017, reads per million per primary cell type (mhalushka/miRNA-UCSC-hub,
commit 2a1714cefe9e13a139af3b48bb89d72af0e14e33, `hg38/Pri_BED/*_RPM_track.bed`); miRBase v22 mature
sequences and name history (bioc/miRBaseConverter, commit 163132a6c73b59c85403216ecadcb20a8c791d81);
and `targets.tsv` of this folder.

That repository is GPL-3: only single facts ship, the level of those families that targets.tsv needs.

The source repeats a level under every name that its reads could not tell apart (let-7a-5p and
let-7c-5p, miR-27a-3p and miR-27b-3p ...). Names whose levels agree in all 48 cell types are one
group and count once; the columns then sum to 0.999 to 1.000 million, as they must.
"""

import argparse
import math
from collections import defaultdict

import tables


def groups(table):
    """[(names, levels)]: names with the same non-zero levels in every column stand together."""
    found = defaultdict(list)
    lines = tables.text(table).rstrip("\n").split("\n")
    for line in lines[1:]:
        name, *levels = line.split("\t")
        levels = tuple(map(float, levels))
        # One or two equal entries may be chance: those stay apart.
        key = levels if sum(x > 0 for x in levels) >= 5 else (name, *levels)
        found[key].append((name, levels))
    return lines[0].split("\t")[1:], [([n for n, _ in g], g[0][1]) for g in found.values()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("rpm", "mature", "history", "targets", "column", "label", "out"):
        parser.add_argument(name)
    a = parser.parse_args()
    names = tables.Names(a.mature, a.history)
    columns, merged = groups(a.rpm)
    at = columns.index(a.column)
    total = math.fsum(levels[at] for _, levels in merged)
    wanted = {r["seed"] for r in tables.shipped(a.targets)}
    family, members, measured = defaultdict(list), defaultdict(list), set()
    for group, levels in merged:
        known = [names.resolve(n) for n in group]
        seeds = [names.seed(n) for n in known if n]
        if not seeds:
            continue
        fives = [names.seed(n) for n in known if n and n.endswith("-5p")]
        seed = max(seeds, key=lambda s: (seeds.count(s), s in fives, -seeds.index(s)))
        measured.add(seed)
        if levels[at] > 0:
            family[seed].append(levels[at])
            members[seed] += [n for n in known if n and names.seed(n) == seed]
    body = [(s, ";".join(sorted(set(members[s]))) or "-", f"{math.fsum(family[s]) / total * 1e6:.2f}")
            for s in sorted(wanted & measured)]
    body.sort(key=lambda r: (-float(r[2]), r[0]))
    missing = sorted(wanted - measured)
    notes = [
        ("title", f"own miRNA of the receiver: {a.label} (human), mean level per seed family"),
        ("source", f"microRNAome 2017, column {a.column}, mean over the samples of the type (mhalushka/miRNA-UCSC-hub commit 2a1714cefe9e13a139af3b48bb89d72af0e14e33, hg38/Pri_BED)"),
        ("release", "microRNAome 2017-06-02; seeds miRBase v22"),
        ("citation", "McCall 2017, Genome Res 27:1769, doi 10.1101/gr.222067.117"),
        ("licence", "the repository is GPL-3 and its table is not shipped; these are single facts, one mean level per seed family of targets.tsv, cited"),
        ("rule", "names whose levels agree in all 48 primary cell types (5 or more of them not zero) could not be told apart by the source: one group, counted once, given to the seed that most of its names have (on a tie that of the -5p name: miR-486); rpm = sum over the groups of the family, renormalised so that all groups of the column sum to one million; families (bases 2-8) that occur in targets.tsv"),
        ("column sum before renormalising", f"{total:.0f}"),
        ("not measured", f"{len(missing)} families of targets.tsv have no name of their own in the source (or only one merged into another family) and no row here, which means unknown, not zero: {' '.join(missing) or 'none'}"),
        ("members", "names found in this cell type; '-' when none was (rpm 0.00)"),
        ("note", "copies per cell = rpm / 1e6 x total miRNA copies per cell; that total is an assumed parameter of the experiment, not a datum of this table"),
        ("order", "falling rpm, then seed"),
    ]
    if a.column == "Plasma_cell":
        notes.insert(-1, ("caution", "normal plasma cells: the source holds no myeloma line; 75 % of their reads are let-7, and 73 to 76 % in five of the six B lymphocyte columns of this source (CD77 4 %, median of all types 9 %), which suggests one study's library preparation"))
    tables.write(a.out, notes, ("seed", "members", "rpm"), body, (a.rpm, a.mature, a.history, a.targets), __file__)


if __name__ == "__main__":
    main()
