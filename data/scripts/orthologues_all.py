"""Makes `orthologues_all.tsv`: every one-to-one human-mouse pair of genes, for tables of whole transcriptomes.

Input (public): HCOP pairs of HGNC with the MGI homology table (cran/babelgene, commit
824bff9619fc4ab03eb4b932b85e6aa3bf110a68, release 22.9). `orthologues.tsv` holds those that a run needs.
"""

import argparse

import tables


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("hcop", "out"):
        parser.add_argument(name)
    a = parser.parse_args()
    body = [(human, mouse) for human, mouse, _ in tables.one_to_one(a.hcop)]
    notes = [
        ("title", "one-to-one human-mouse orthologues"),
        ("source", "HCOP (HGNC) pairs with MGI, in cran/babelgene commit 824bff9619fc4ab03eb4b932b85e6aa3bf110a68"),
        ("release", "babelgene 22.9"),
        ("citation", "Eyre 2007, doi 10.1093/bib/bbl030 (HCOP); HGNC, www.genenames.org"),
        ("licence", "babelgene MIT; HGNC/HCOP data free to use"),
        ("rule", "pairs that at least 3 orthologue databases support, whose human and mouse gene each occur in no other such pair; ordered by human symbol"),
    ]
    tables.write(a.out, notes, ("human", "mouse"), body, (a.hcop,), __file__)


if __name__ == "__main__":
    main()
