"""Makes `published_doses.tsv`: vesicle doses given to mice and in registered trials, in four comparable units.

Inputs (public, MIT): the mouse and trial dose tables of Ameya4229C/extracellular-vesicles-atlas, commit
67185f210b39b4b0702ee8b358181cdcf7c65c1a, `data/`.
"""

import argparse
import csv
import re

import tables

PARTICLES, PROTEIN = "particles", "ug protein"
# Unit as written (lower case, single blanks), the unit here, and the factor to it; other units are left out.
UNITS = [
    (r"(nanovesicles|exosomes|particles|exosome particles|evs)( ?/ ?(3|100) ?ml)?", PARTICLES, 1),
    (r"particles (in|/|per mouse in) ?\d+ ?(ul|microliter)( saline)?", PARTICLES, 1),
    (r"particles ?/ ?(gram body weight|g)", "particles/kg", 1e3),
    (r"particles/kg", "particles/kg", 1),
    (r"(micrograms|ug|µg)( / mouse| exosomes?( \(.*\))?| of ev| evs| sevs| msc-exo)?", PROTEIN, 1),
    (r"mg", PROTEIN, 1e3),
    (r"(mg/kg|mg per kg|miligrams / kilogram)( exo protein in \d+ ?ul| bodyweight| body weight)?", "ug protein/kg", 1e3),
    (r"mg ev protein per kg in \d+ ul", "ug protein/kg", 1e3),
]


def converted(amount, unit):
    """(amount, unit) here, or None where the unit is none of the four."""
    text = " ".join(unit.lower().split()).rstrip(", ")
    for pattern, here, factor in UNITS:
        if re.fullmatch(pattern, text):
            return amount * factor, here
    return None


def number(text):
    """A plain positive number, or None."""
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return value if value > 0 else None


def read(path):
    return list(csv.DictReader(tables.text(path, "utf-8-sig").splitlines()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("mice", "trials", "out"):
        parser.add_argument(name)
    a = parser.parse_args()
    found, left_out = [], 0
    for recipient, path in (("mouse", a.mice), ("trial", a.trials)):
        for r in read(path):
            if recipient == "mouse":
                amount, unit = number(r["Dose (num_value)"]), r["Dose units"]
                route, reference = r["Administration"].strip(), r["DOI"].strip()
            else:
                amount, unit = number(r["Highest_Dose_Level"]) or number(r["Dose"]), r["Dose_Units"]
                route, reference = r["Route_of_Administration"].strip(), r["NCT_Number"].strip()
            made = converted(amount, unit) if amount else None
            if made is None:
                left_out += 1
                continue
            route = route if route not in ("", "NA") else "-"
            found.append((recipient, made[1], made[0], route, reference or "-"))
    found.sort()
    body = [(f"{r[0][0]}{n:03}", r[0], f"{r[2]:.6g}", r[1], r[3], r[4]) for n, r in enumerate(found, 1)]
    notes = [
        ("title", "vesicle doses given to mice and in registered trials, one administration each"),
        ("source", "Ameya4229C/extracellular-vesicles-atlas commit 67185f210b39b4b0702ee8b358181cdcf7c65c1a, data/Fig4ab_Mice_Labelling_Doses.csv and data/Fig2b_Clinical_Trial_Doses.csv"),
        ("citation", "Chaudhari 2026, Nat Rev Bioeng, doi 10.1038/s44222-026-00405-x; each row: its own DOI or NCT number"),
        ("licence", "MIT (the repository); attribution as above"),
        ("rule", "rows whose unit is a number of particles, a mass taken as protein, or either per kg of body mass; trials by their highest dose level where it is a number; per tumour, per mL without a volume, dye, drug and lipid units left out"),
        ("counts", f"{len(found)} doses here, {left_out} rows left out"),
        ("caution", "labelling and distribution studies, mostly tumour-bearing mice; a mass that does not say of what is taken as protein"),
        ("order", "recipient, unit, amount"),
    ]
    tables.write(a.out, notes, ("id", "recipient", "amount", "unit", "route", "reference"), body, (a.mice, a.trials), __file__)


if __name__ == "__main__":
    main()
