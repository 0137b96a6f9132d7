"""Makes `targets.tsv`: validated miRNA-gene pairs as single facts with their PMIDs.

Inputs (public): miRTarBase release 8.0 strong-evidence table, 14,183 rows, latin-1, CRLF
(zalsafwani/BIOISeniorProject, commit 706dc2fc71fcb1c540b657927a88f4d7dc7fd4ba,
`miRTarBase_SE_WR.csv`); miRBase v22 mature sequences and name history (bioc/miRBaseConverter,
commit 163132a6c73b59c85403216ecadcb20a8c791d81); HCOP pairs (cran/babelgene, commit
824bff9619fc4ab03eb4b932b85e6aa3bf110a68); and `programs.tsv` of this folder.

No TargetScan row is written: its copy at hand lies in a GPL repository and TargetScan's own terms
are not stated there. A second evidence class would be a second file.
"""

import argparse
import re
from collections import defaultdict

import tables

LATIN = {"Homo sapiens": "human", "Mus musculus": "mouse"}
CLASSES = (("reporter", r"report|lucif|gluc|lacz"), ("western", r"w\w*t\w*n ?blo|immunoblot"), ("qPCR", r"pcr"))


def classes(experiments):
    """The strong-evidence classes that an Experiments field names."""
    return {name for name, pattern in CLASSES if re.search(pattern, experiments.lower())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("mirtarbase", "mature", "history", "hcop", "programs", "out"):
        parser.add_argument(name)
    a = parser.parse_args()
    names = tables.Names(a.mature, a.history)
    pairs = tables.one_to_one(a.hcop)
    wanted = defaultdict(set)
    for r in tables.shipped(a.programs):
        wanted[r["species"]].add(r["gene"])
    reach = {"human": wanted["human"] | {h for h, m, _ in pairs if m in wanted["mouse"]},
             "mouse": wanted["mouse"] | {m for h, m, _ in pairs if h in wanted["human"]}}
    symbol = {"human": {}, "mouse": {}}
    for r in tables.rows(a.hcop):
        symbol["human"][r["human_entrez"]] = r["human_symbol"]
        symbol["mouse"][r["mouse_entrez"]] = r["mouse_symbol"]
    mimics = {names.sequence[m] for m in tables.MIMICS}

    found, against = defaultdict(lambda: [set(), set()]), defaultdict(set)
    seen = dict.fromkeys(("read", "functional", "assay", "named"), 0)
    for r in tables.rows(a.mirtarbase, ",", "latin-1"):
        seen["read"] += 1
        species = LATIN.get(r["Species (miRNA)"])
        if not species or r["Species (Target Gene)"] != r["Species (miRNA)"]:
            continue
        name = names.resolve(r["miRNA"].strip())
        gene = symbol[species].get(r["Target Gene (Entrez ID)"], r["Target Gene"].strip())
        if r["Support Type"] == "Non-Functional MTI" and name:
            against[species, name, gene].add(int(r["References (PMID)"]))
        if r["Support Type"] != "Functional MTI":
            continue
        seen["functional"] += 1
        kinds = classes(r["Experiments"])
        if not kinds:
            continue
        seen["assay"] += 1
        if not name:
            continue
        seen["named"] += 1
        if gene in reach[species] or names.sequence[name] in mimics:
            found[species, name, gene][0].update(kinds)
            found[species, name, gene][1].add(int(r["References (PMID)"]))
    body = []
    for (species, name, gene), (kinds, pmids) in sorted(found.items()):
        contrary = sorted(against.get((species, name, gene), ()))
        body.append((name, names.accession[name], names.seed(name), gene, species, "validated",
                     ";".join(k for k, _ in CLASSES if k in kinds), ";".join(map(str, sorted(pmids))),
                     ";".join(map(str, contrary)) or "-"))
    notes = [
        ("title", "validated miRNA-gene pairs, human and mouse, that touch a program or a mimic of this project"),
        ("source", "miRTarBase release 8.0, strong evidence (reporter assay, western blot or qPCR); names miRBase v22; symbols by Entrez id from HCOP"),
        ("release", "miRTarBase 8.0 (2019-2020), ids to MIRT735554, copy of 2021-05-05"),
        ("citation", "Huang 2020, doi 10.1093/nar/gkz896 (miRTarBase 2020); each row: its own PMIDs"),
        ("licence", "miRTarBase is free for academic use and is not shipped; these are single facts (a pair and the papers that report it), selected by the rule below and cited row by row"),
        ("rule", "rows 'Functional MTI' (never '(Weak)' or 'Non-Functional'), miRNA and gene of one species, at least one of reporter assay, western blot, qPCR; the miRNA is a miRBase v22 mature name or the only live accession that ever had that name; the gene is in programs.tsv of its species or its one-to-one orthologue is in that of the other, or the miRNA's mature sequence is that of miR-340-5p, -365a-3p, -374a-5p or -411-5p (human)"),
        ("counts", f"{seen['read']} rows read; {seen['functional']} functional, human or mouse; {seen['assay']} with such an assay; {seen['named']} with a v22 name; {len(body)} pairs here"),
        ("contradicted_by", "PMIDs of 'Non-Functional MTI' rows of the same pair, '-' when there are none; the pair stays"),
        ("note", "Entrez ids are miRTarBase's: its 'COX2' is mitochondrial MT-CO2 and its 'TAZ' is TAFAZZIN, where the papers may mean PTGS2 and WWTR1 (no such row is here)"),
        ("order", "species, miRNA, gene"),
    ]
    columns = ("mirna", "accession", "seed", "gene", "species", "evidence", "experiments", "pmids", "contradicted_by")
    tables.write(a.out, notes, columns, body, (a.mirtarbase, a.mature, a.history, a.hcop, a.programs), __file__)


if __name__ == "__main__":
    main()
