"""Makes `programs.tsv`: signed, weighted gene sets (programs) of named releases, human and mouse.

Inputs (public): MSigDB Hallmark v7.0 human and GO Biological Process 2021 (both in zqfang/GSEApy,
commit 08cb2b689def365f7dee1f5da50c49d3a149cf5a, `tests/extdata/`); MSigDB 2023.1.Mm MH, M2 and M5
(igordot/msigdbr, commit 6171d07cbd9f61e87e41288b98272c29b543d153); Reactome of 2024-09-18
(markziemann/asd_meth, commit dbedd487e766eb52938d48e0b3769293db8f1397); WikiPathways of 2026-08-22
(wikipathways/wikipathways-database, commit c0aa5fdb57bcce8171cbb02030f7f1fee80b5919); PROGENy
(bioc/progeny, blobs 8a268f5d and bb3bf6e7, top 100 genes by p value); HCOP pairs (cran/babelgene,
commit 824bff9619fc4ab03eb4b932b85e6aa3bf110a68); gene symbols with Ensembl ids
(bioc/GDCRNATools, commit e6c5e2ebd5959dcbc9270a44ea23b00c91cc7a34).
"""

import argparse

import tables

# program -> species -> (positive set, negative set or None), each (release key, set name).
SETS = {
    "angiogenesis": {
        "human": (("hallmark_human", "HALLMARK_ANGIOGENESIS"), None),
        "mouse": (("hallmark_mouse", "HALLMARK_ANGIOGENESIS"), None)},
    "angiogenesis (GO)": {
        "human": (("go_human", "positive regulation of angiogenesis (GO:0045766)"),
                  ("go_human", "negative regulation of angiogenesis (GO:0016525)")),
        "mouse": (("go_mouse", "GOBP_POSITIVE_REGULATION_OF_VASCULATURE_DEVELOPMENT"),
                  ("go_mouse", "GOBP_NEGATIVE_REGULATION_OF_VASCULATURE_DEVELOPMENT"))},
    "sprouting angiogenesis (GO)": {
        "human": (("go_human", "positive regulation of sprouting angiogenesis (GO:1903672)"),
                  ("go_human", "negative regulation of sprouting angiogenesis (GO:1903671)")),
        "mouse": (("go_mouse", "GOBP_POSITIVE_REGULATION_OF_SPROUTING_ANGIOGENESIS"),
                  ("go_mouse", "GOBP_NEGATIVE_REGULATION_OF_SPROUTING_ANGIOGENESIS"))},
    "endothelial migration (GO)": {
        "human": (("go_human", "positive regulation of endothelial cell migration (GO:0010595)"),
                  ("go_human", "negative regulation of endothelial cell migration (GO:0010596)")),
        "mouse": (("go_mouse", "GOBP_POSITIVE_REGULATION_OF_ENDOTHELIAL_CELL_MIGRATION"),
                  ("go_mouse", "GOBP_NEGATIVE_REGULATION_OF_ENDOTHELIAL_CELL_MIGRATION"))},
    "angiogenesis (WikiPathways)": {
        "human": (("wiki_human", "WP1539_Angiogenesis"), None),
        "mouse": "orthologues"},
    "angiogenesis overview (WikiPathways)": {
        "human": (("wiki_human", "WP1993_Angiogenesis_overview"), None),
        "mouse": "orthologues"},
    "HGF-MET signalling": {
        "human": (("reactome_human", "Signaling by MET"), None),
        "mouse": (("m2_mouse", "REACTOME_SIGNALING_BY_MET"), None)},
    "HGF-MET signalling (WikiPathways)": {
        "human": (("wiki_human", "WP313_Hepatocyte_growth_factor_receptor_signaling"), None),
        "mouse": (("wiki_mouse", "WP193_Hepatocyte_growth_factor_receptor_signaling"), None)},
    "VEGF signalling": {
        "human": (("reactome_human", "Signaling by VEGF"), None),
        "mouse": (("m2_mouse", "REACTOME_SIGNALING_BY_VEGF"), None)},
    "osteoblast differentiation (GO)": {
        "human": (("go_human", "positive regulation of osteoblast differentiation (GO:0045669)"),
                  ("go_human", "negative regulation of osteoblast differentiation (GO:0045668)")),
        "mouse": (("go_mouse", "GOBP_POSITIVE_REGULATION_OF_OSTEOBLAST_DIFFERENTIATION"),
                  ("go_mouse", "GOBP_NEGATIVE_REGULATION_OF_OSTEOBLAST_DIFFERENTIATION"))},
}

RELEASE = {
    "hallmark_human": "MSigDB Hallmark v7.0", "hallmark_mouse": "MSigDB 2023.1.Mm MH",
    "go_human": "GO BP 2021", "go_mouse": "MSigDB 2023.1.Mm M5 GO BP",
    "reactome_human": "Reactome 2024-09-18", "m2_mouse": "MSigDB 2023.1.Mm M2",
    "wiki_human": "WikiPathways 2026-08-22", "wiki_mouse": "WikiPathways 2026-08-22",
}


def from_sets(pair, releases):
    """[(gene, sign, source)] of a positive and an optional negative set; genes in both are left out."""
    sides = []
    for key, name in [p for p in pair if p]:
        note, genes = releases[key][name]
        code = note.split("|")[-1] if "|" in note else note
        label = name if "(GO:" in name or not code.startswith(("GO:", "R-")) else f"{name} {code}"
        sides.append((set(genes), f"{RELEASE[key]}: {label}"))
    (plus, plus_source), (minus, minus_source) = sides[0], sides[1] if len(sides) == 2 else (set(), "")
    both = plus & minus
    return ([(g, 1, plus_source) for g in sorted(plus - both)]
            + [(g, -1, minus_source) for g in sorted(minus - both)]), both


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in (*RELEASE, "progeny_human", "progeny_mouse", "hcop", "symbols", "out"):
        parser.add_argument(name)
    a = parser.parse_args()
    releases = {key: tables.gene_sets(getattr(a, key)) for key in RELEASE}
    to_mouse = {h: m for h, m, _ in tables.one_to_one(a.hcop)}
    human = {r["human_symbol"] for r in tables.rows(a.hcop)} | {r["gene_symbol"] for r in tables.rows(a.symbols)}
    body, ambiguous, alien = [], [], []
    for program, sides in SETS.items():
        made, both = from_sets(sides["human"], releases)
        if program.startswith(("HGF-MET signalling", "VEGF signalling")):
            alien += sorted({g for g, _, _ in made} - human)
            made = [m for m in made if m[0] in human]
        ambiguous += [f"{program}/human {g}" for g in sorted(both)]
        body += [(program, "human", g, f"{s:+d}", "1", source) for g, s, source in made]
        if sides["mouse"] == "orthologues":
            moved = sorted((to_mouse[g], s, f"{source}, by one-to-one orthologue") for g, s, source in made if g in to_mouse)
        else:
            moved, both = from_sets(sides["mouse"], releases)
            ambiguous += [f"{program}/mouse {g}" for g in sorted(both)]
        body += [(program, "mouse", g, f"{s:+d}", "1", source) for g, s, source in moved]
    for species, path in (("human", a.progeny_human), ("mouse", a.progeny_mouse)):
        for r in sorted(tables.rows(path), key=lambda r: r["gene"]):
            if r["pathway"] == "VEGF":
                w = float(r["weight"])
                body.append(("VEGF response", species, r["gene"], "+1" if w > 0 else "-1",
                             f"{abs(w):.4f}", f"PROGENy {species}: VEGF, top 100 by p value"))
    order = {p: i for i, p in enumerate([*SETS, "VEGF response"])}
    body.sort(key=lambda r: (order[r[0]], r[1], r[2]))
    notes = [
        ("title", "programs: signed, weighted gene sets of named releases"),
        ("source", "MSigDB Hallmark v7.0 (human) and 2023.1.Mm (mouse); GO BP 2021; Reactome 2024-09-18; WikiPathways 2026-08-22; PROGENy; the set of each row stands in its source column"),
        ("release", "; ".join(f"{k} = {v}" for k, v in RELEASE.items())),
        ("citation", "Liberzon 2015 doi 10.1016/j.cels.2015.12.004 (Hallmark); GO Consortium 2021 doi 10.1093/nar/gkaa1113; Reactome doi 10.1093/nar/gkad1025; WikiPathways doi 10.1093/nar/gkad960; Schubert 2018 doi 10.1038/s41467-017-02391-6 (PROGENy)"),
        ("licence", "Hallmark, MSigDB mouse and GO rows CC BY 4.0; Reactome and WikiPathways rows CC0 1.0; PROGENy rows Apache-2.0; the source column says which, attribution as above"),
        ("rule", "sign +1 for a member of the set or of 'positive regulation of ...', -1 for a member of 'negative regulation of ...'; a gene in both is left out; weight 1, except PROGENy: sign and size of its coefficient; a consumer normalises weights over the genes that the receiver expresses; symbols as in the release"),
        ("rule, mouse GO", "MSigDB 2023.1.Mm leaves out GO sets that nearly repeat another: regulation of angiogenesis (GO:0045766, GO:0016525) is absent and its parent, regulation of vasculature development (GO:1904018, GO:1901343), stands for it"),
        ("rule, mouse WikiPathways", "no mouse release of WP1539 and WP1993: human members with a one-to-one orthologue (HCOP, at least 3 databases)"),
        ("left out, in both signs", "; ".join(ambiguous)),
        ("left out, not a human gene", "; ".join(f"{g}" for g in sorted(set(alien))) + " (Reactome holds viral genes; a human gene is one of HCOP or of the miRTarBase symbol table)"),
        ("note", "'angiogenesis' (Hallmark) is an expression signature: it holds inhibitors of vessel growth (PF4, TIMP1) with sign +1"),
    ]
    inputs = [getattr(a, k) for k in (*RELEASE, "progeny_human", "progeny_mouse", "hcop", "symbols")]
    tables.write(a.out, notes, ("program", "species", "gene", "sign", "weight", "source"), body, inputs, __file__)


if __name__ == "__main__":
    main()
