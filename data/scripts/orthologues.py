"""Makes `orthologues.tsv`: one-to-one human-mouse pairs of the genes in programs.tsv and targets.tsv.

Input (public): HCOP pairs of HGNC with the MGI homology table (cran/babelgene, commit
824bff9619fc4ab03eb4b932b85e6aa3bf110a68, release 22.9), and the two tables of this folder.
"""

import argparse

import tables


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("hcop", "programs", "targets", "out"):
        parser.add_argument(name)
    a = parser.parse_args()
    wanted = {"human": set(), "mouse": set()}
    for r in tables.shipped(a.programs) + tables.shipped(a.targets):
        wanted[r["species"]].add(r["gene"])
    body = [p for p in tables.one_to_one(a.hcop) if p[0] in wanted["human"] or p[1] in wanted["mouse"]]
    lost = sorted(wanted["human"] - {p[0] for p in body})
    lost_mouse = sorted(wanted["mouse"] - {p[1] for p in body})
    notes = [
        ("title", "one-to-one human-mouse orthologues of the genes in programs.tsv and targets.tsv"),
        ("source", "HCOP (HGNC) pairs with MGI, in cran/babelgene commit 824bff9619fc4ab03eb4b932b85e6aa3bf110a68"),
        ("release", "babelgene 22.9"),
        ("citation", "Eyre 2007, doi 10.1093/bib/bbl030 (HCOP); HGNC, www.genenames.org"),
        ("licence", "babelgene MIT; HGNC/HCOP data free to use"),
        ("rule", "pairs that at least 3 orthologue databases support, whose human and mouse gene each occur in no other such pair; n_support is the number of databases; ordered by human symbol"),
        ("without a pair, human", f"{len(lost)}: {' '.join(lost)}"),
        ("without a pair, mouse", f"{len(lost_mouse)}: {' '.join(lost_mouse)}"),
    ]
    tables.write(a.out, notes, ("human", "mouse", "n_support"), body, (a.hcop, a.programs, a.targets), __file__)


if __name__ == "__main__":
    main()
