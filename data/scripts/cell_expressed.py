"""Makes `<cell>_expressed.tsv`: genes of programs.tsv that a human cell line expresses.

Inputs (public): Human Protein Atlas normalised expression NX (kircherlab/cfDNA, commit
8891e408593e9adff52ce90ec0ca63c19aecd833, `resources/protein_atlas/RNAtableExtended.tsv.gz`; from the
2021 downloads of proteinatlas.org); HCOP pairs (cran/babelgene, commit
824bff9619fc4ab03eb4b932b85e6aa3bf110a68); gene symbols with Ensembl ids (bioc/GDCRNATools, commit
e6c5e2ebd5959dcbc9270a44ea23b00c91cc7a34); and `programs.tsv` of this folder.
"""

import argparse
from collections import defaultdict

import tables


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("nx", "hcop", "symbols", "programs", "label", "out"):
        parser.add_argument(name)
    parser.add_argument("columns", nargs="+")
    a = parser.parse_args()
    to_human = {m: h for h, m, _ in tables.one_to_one(a.hcop)}
    shipped = tables.shipped(a.programs)
    wanted = {r["gene"] for r in shipped if r["species"] == "human"}
    wanted |= {to_human[r["gene"]] for r in shipped if r["species"] == "mouse" and r["gene"] in to_human}
    ensembl = defaultdict(set)
    for r in tables.rows(a.hcop):
        ensembl[r["human_symbol"]].add(r["human_ensembl"])
    spare = defaultdict(set)
    for r in tables.rows(a.symbols):
        spare[r["gene_symbol"]].add(r["ensembl"])
    level = {r["GeneID"]: [float(r[c]) for c in a.columns] for r in tables.rows(a.nx)}
    body, absent, unmeasured = [], [], []
    for gene in sorted(wanted):
        ids = [i for i in sorted(ensembl.get(gene) or spare.get(gene, ())) if i in level]
        if not ids:
            unmeasured.append(gene)
            continue
        best = max(ids, key=lambda i: (max(level[i]), i))
        if max(level[best]) < 1:
            absent.append(gene)
            continue
        body.append((gene, best, f"{max(level[best]):.1f}", *(f"{x:.1f}" for x in level[best])))
    notes = [
        ("title", f"genes of programs.tsv that {a.label} expresses (human)"),
        ("source", f"Human Protein Atlas, normalised expression NX, cell lines {' and '.join(a.columns)}; copy in kircherlab/cfDNA commit 8891e408593e9adff52ce90ec0ca63c19aecd833"),
        ("release", "HPA version 20 downloads (2021)"),
        ("citation", "Uhlen 2015, doi 10.1126/science.1260419; Uhlen 2019, doi 10.1126/science.aax9198; www.proteinatlas.org"),
        ("licence", "CC BY-SA 3.0, attribution: Human Protein Atlas, www.proteinatlas.org; this file, being derived from it, is under CC BY-SA 3.0"),
        ("rule", f"human genes of programs.tsv and one-to-one human orthologues of its mouse genes; NX >= 1 in {' or '.join(a.columns)}; nx is the larger; the Ensembl id with the largest NX where a symbol has several"),
        ("counts", f"{len(wanted)} genes asked, {len(body)} expressed, {len(absent)} below 1, {len(unmeasured)} not measured"),
        ("below 1", " ".join(absent) or "none"),
        ("not measured", " ".join(unmeasured) or "none"),
        ("note", "a mouse receiver is read through orthologues.tsv; that is an assumption, not a measurement"),
    ]
    columns = ("gene", "ensembl", "nx", *("nx_" + c.lower().replace(" ", "_").replace("-", "") for c in a.columns))
    tables.write(a.out, notes, columns, body, (a.nx, a.hcop, a.symbols, a.programs), __file__)


if __name__ == "__main__":
    main()
