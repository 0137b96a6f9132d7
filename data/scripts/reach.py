"""Prints, as Markdown, which genes of which program each of the four mimics reaches.

Reads only the shipped tables: `python3 data/scripts/reach.py`. The receiver is human (human rows),
mouse (mouse rows of the miRNA with the mimic's own sequence), or mouse with the human rows carried
over one-to-one orthologues, where the mouse has a miRNA of the mimic's sequence. A last column asks
what carrying over would add without that condition, since a mimic is delivered and not encoded.
"""

from pathlib import Path

import tables

DATA = Path(__file__).resolve().parent.parent


def load():
    """The shipped tables, by file stem."""
    return {p.stem: tables.shipped(p) for p in sorted(DATA.glob("*.tsv"))}


def reached(mimic, t):
    """The receiver -> genes (in the receiver's symbols) that validated rows of the mimic name."""
    to_mouse = {r["human"]: r["mouse"] for r in t["orthologues"]}
    twins = {r["mouse"] for r in t["mirna_orthologues"] if r["human"] == mimic}
    human = {r["gene"] for r in t["targets"] if r["species"] == "human" and r["mirna"] == mimic}
    mouse = {r["gene"] for r in t["targets"] if r["species"] == "mouse" and r["mirna"] in twins}
    moved = {to_mouse[g] for g in human if g in to_mouse}
    return {"human": human, "mouse": mouse, "mouse, carried over": mouse | (moved if twins else set()),
            "mouse, carried over whatever the mouse encodes": mouse | moved}


def signed(genes, members, expressed):
    """`GENE+` and `GENE-`, with a circle where endothelium does not express the gene."""
    return " ".join(f"{g}{members[g][0]}" + ("" if g in expressed else "°") for g in sorted(genes) if g in members)


def table(t):
    """The Markdown lines of the whole table."""
    human = {r["gene"] for r in t["endothelium_expressed"]}
    expressed = {"human": human, "mouse": {r["mouse"] for r in t["orthologues"] if r["human"] in human}}
    programs = list(dict.fromkeys(r["program"] for r in t["programs"]))
    sides = {(p, s): {r["gene"]: r["sign"] for r in t["programs"] if r["program"] == p and r["species"] == s}
             for p in programs for s in ("human", "mouse")}
    lines = []
    for mimic in tables.MIMICS:
        found = reached(mimic, t)
        counts = ", ".join(f"{k} {len(v)}" for k, v in found.items())
        lines += [f"**{mimic[4:]}** (validated genes in all: {counts})", "",
                  "| program | " + " | ".join(found) + " |", "|---|" + "---|" * len(found)]
        for program in programs:
            cells = [signed(genes, sides[program, kind.split(",")[0]], expressed[kind.split(",")[0]])
                     for kind, genes in found.items()]
            lines.append(f"| {program} | " + " | ".join(c or "none" for c in cells) + " |")
        lines.append("")
    return lines


if __name__ == "__main__":
    print("\n".join(table(load())))
