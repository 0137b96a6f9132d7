"""Checks the shipped tables: `python3 data/scripts/check.py`; `--write` renews the README's blocks.

Verified: each table's sha256 and row count against `data/README.md`; shape, order of comments,
unique keys; that names point at rows that exist; values known by hand from the sources; the printed
statements about MET and the mimics; that the README's reach table is what the tables say; that no
committed file of `data/` names a path of some machine.
"""

import argparse
import re
import sys
from pathlib import Path

import reach
import tables

DATA = Path(__file__).resolve().parent.parent
README = DATA / "README.md"
KEYS = {"targets": ("species", "mirna", "gene"), "programs": ("program", "species", "gene"),
        "orthologues": ("human",), "orthologues_all": ("human",), "mirna_orthologues": ("human", "mouse")}
NEEDED = ("title", "source", "citation", "licence", "rule", "script", "input", "date")


def notes(path):
    """The comment lines of a table: key -> first value."""
    found = {}
    for line in tables.text(path).split("\n"):
        if line.startswith("# "):
            key, _, value = line[2:].partition(": ")
            found.setdefault(key, value)
    return found


def listing(paths):
    """The README's list of tables."""
    lines = ["| table | rows | columns | sha256 |", "|---|---|---|---|"]
    for p in paths:
        rows = tables.shipped(p)
        lines.append(f"| `{p.name}` | {len(rows)} | {', '.join(rows[0])} | `{tables.sha256(p)}` |")
    for p in paths:
        n = notes(p)
        lines += ["", f"**`{p.name}`**: {n['title']}. *Rule:* {n['rule']}. *Licence:* {n['licence']}. *Cite:* {n['citation']}."]
    return lines


def block(readme, name):
    """Where a generated block begins and ends in the README."""
    start, end = f"<!-- {name} -->\n", f"<!-- end {name} -->"
    a = readme.index(start) + len(start)
    return a, readme.index(end, a)


def shape(path):
    """Problems of one table's form."""
    raw, found = path.read_bytes(), []
    if b"\r" in raw or not raw.endswith(b"\n") or raw.startswith(b"\xef\xbb\xbf"):
        found.append("not plain LF text")
    body = [l for l in raw.decode("utf-8").split("\n")[:-1] if not l.startswith("#")]
    if any(l.count("\t") != body[0].count("\t") or "" in l.split("\t") for l in body):
        found.append("ragged rows or an empty cell")
    missing = [k for k in NEEDED if k not in notes(path)]
    if missing:
        found.append(f"no comment for {missing}")
    rows = tables.shipped(path)
    keys = [tuple(r[k] for k in KEYS.get(path.stem, (next(iter(r)),))) for r in rows]
    if len(set(keys)) != len(keys):
        found.append("a key occurs twice")
    return [f"{path.name}: {f}" for f in found]


def facts(t):
    """(statement, holds) for what is known by hand."""
    cargo = {r["mirna"]: r for r in t["marrow_msc_vesicle_mirna"]}
    total = sum(int(r["pooled_reads"]) for r in cargo.values())

    def rpm(name):
        return round(int(cargo[name]["pooled_reads"]) / total * 1e6)

    def pairs(species, mirna):
        return [r for r in t["targets"] if r["species"] == species and r["mirna"] == mirna]

    def holds(program, species, gene):
        return any((r["program"], r["species"], r["gene"]) == (program, species, gene) for r in t["programs"])

    own = {r["seed"]: float(r["rpm"]) for r in t["endothelium_mirna"]}
    met = pairs("human", "hsa-miR-340-5p")
    rpmi = {r["gene"]: float(r["nx"]) for r in t["rpmi8226_expressed"]}
    angio = [p for p in dict.fromkeys(r["program"] for r in t["programs"]) if "angiogenesis" in p]
    yield "pooled reads are 514,090", total == 514090
    yield "pooled RPM: miR-21 20,977, let-7a 63,407, miR-411 391, miR-365a 214, miR-374a 76, miR-340 14", [
        rpm(f"hsa-{n}") for n in ("miR-21-5p", "let-7a-5p", "miR-411-5p", "miR-365a-3p", "miR-374a-5p", "miR-340-5p")
    ] == [20977, 63407, 391, 214, 76, 14]
    yield "miR-340-5p has 7 reads and is absent from 2 of 6 libraries", (
        cargo["hsa-miR-340-5p"]["pooled_reads"], cargo["hsa-miR-340-5p"]["detected_in"]) == ("7", "4")
    yield "miR-365a-3p and -365b-3p share one sequence", cargo["hsa-miR-365a-3p"]["identical_to"] == "hsa-miR-365b-3p"
    yield "miR-340-5p -> MET cites PMID 21692045", any(r["gene"] == "MET" and "21692045" in r["pmids"] for r in met)
    yield "MET is in no angiogenesis program, human or mouse", not any(
        holds(p, s, g) for p in angio for s, g in (("human", "MET"), ("mouse", "Met")))
    yield "MET is in HGF-MET signalling and endothelial migration, human and mouse", all(
        holds(p, s, g) for p in ("HGF-MET signalling", "HGF-MET signalling (WikiPathways)", "endothelial migration (GO)")
        for s, g in (("human", "MET"), ("mouse", "Met")))
    yield "mouse miR-340-5p has one validated row, Met", [r["gene"] for r in pairs("mouse", "mmu-miR-340-5p")] == ["Met"]
    yield "mouse miR-365-3p has one validated row, Kcnh2", [r["gene"] for r in pairs("mouse", "mmu-miR-365-3p")] == ["Kcnh2"]
    yield "mouse miR-374a and -411-5p have none", not any(
        r["species"] == "mouse" and re.search(r"miR-(374a|411-5p)", r["mirna"]) for r in t["targets"])
    yield "no mouse miRNA has the sequence of miR-374a-5p", not any(
        r["human"] == "hsa-miR-374a-5p" for r in t["mirna_orthologues"])
    yield "no row rests on the founding study (PMID 29296725)", not any(
        "29296725" in r["pmids"].split(";") for r in t["targets"])
    yield "endothelial miR-126-5p family is 115,659 / 999,488 of one million", abs(own["AUUAUUA"] - 115659 / 999488 * 1e6) < 100
    yield "RPMI-8226 expresses HGF (1.8) and not MET", rpmi.get("HGF") == 1.8 and "MET" not in rpmi


def links(t):
    """(statement, holds) for what one table takes from another."""
    genes = {s: {r["gene"] for r in t["programs"] if r["species"] == s} for s in ("human", "mouse")}
    seeds = {r["seed"] for r in t["targets"]}
    yield "every expressed gene is asked for by a program", all(
        r["gene"] in genes["human"] or any(o["human"] == r["gene"] and o["mouse"] in genes["mouse"] for o in t["orthologues"])
        for stem in ("endothelium_expressed", "rpmi8226_expressed") for r in t[stem])
    yield "every own-miRNA family occurs in targets.tsv", all(
        r["seed"] in seeds for stem in ("endothelium_mirna", "myeloma_mirna", "osteoblast_mirna") for r in t[stem])
    yield "both sides of an orthologue pair occur once", len({r["mouse"] for r in t["orthologues"]}) == len(t["orthologues"])
    yield "every PMID is a number", all(re.fullmatch(r"\d+(;\d+)*", r["pmids"]) for r in t["targets"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="renew the generated blocks of data/README.md")
    a = parser.parse_args()
    paths = sorted(DATA.glob("*.tsv"))
    t = reach.load()
    readme, problems = README.read_text("utf-8"), []
    for name, lines in (("tables", listing(paths)), ("reach", reach.table(t))):
        start, end = block(readme, name)
        made = "\n".join(lines).rstrip("\n") + "\n"
        if readme[start:end] != made:
            problems.append(f"README.md: the block '{name}' is not what the tables say (renew it with --write)")
            readme = readme[:start] + made + readme[end:]
    if a.write:
        README.write_text(readme, "utf-8")
        problems.clear()
    for path in paths:
        problems += shape(path)
    problems += [f"does not hold: {s}" for s, holds in [*facts(t), *links(t)] if not holds]
    machine = re.compile(r"\.\./[s]hared|/[w]ork/|/[h]ome/|/[U]sers/")
    problems += [f"{p.name}: names a path of some machine" for p in sorted(DATA.rglob("*"))
                 if p.is_file() and p.suffix in (".py", ".tsv", ".md") and machine.search(p.read_text("utf-8"))]
    for p in problems:
        print(p, file=sys.stderr)
    if not problems:
        print(f"{len(paths)} tables: sha256, form and {len([*facts(t), *links(t)])} statements hold")
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
