"""Makes `rotors.tsv`, `isolation_methods.tsv` and `sample_particles.tsv`: single, cited facts typed by hand.

No input file: every row says where it is from. A range that no source gives is '-', never a guess.
"""

import argparse
from pathlib import Path

import tables

GEOMETRY = "geometry as tabulated in joadwe/ev-centrifugation-model, from the makers' manuals"
ROTORS = [  # name, geometry, r_min, r_max, tube diameter, angle
    ("F-45-24-15", "fixed angle", "54", "82", "11", "45"),
    ("MLS-50", "swinging bucket", "47.5", "95.8", "-", "-"),
    ("SW 28", "swinging bucket", "75.3", "161.0", "-", "-"),
    ("SW 40 Ti", "swinging bucket", "66.7", "158.8", "-", "-"),
    ("TLA-110", "fixed angle", "26", "48.5", "13", "28"),
    ("Type 45 Ti", "fixed angle", "35.9", "103.8", "38", "24"),
    ("Type 60 Ti", "fixed angle", "36.9", "89.9", "25", "23.5"),
    ("Type 70 Ti", "fixed angle", "39.5", "91.9", "25", "23"),
]

PHARM = "PMC10058361 table 1"
METHODS = [  # name, aliases, recovery, protein carried over (of what was there), hours, purity in words, sources
    ("ultracentrifugation", "UC;DUC", "0.05", "0.2", "-", "-", "5", "5", "low", PHARM, "-", "CRDS-FY2024-FR-05 2.3.2"),
    ("density gradient", "gradient;DGUC", "0.1", "0.4", "-", "-", "-", "-", "high", PHARM, "-", "-"),
    ("precipitation", "PEG;polymer precipitation", "0.9", "1", "-", "-", "0.5", "0.5", "low", PHARM, "-", "CRDS-FY2024-FR-05 2.3.2"),
    ("ultrafiltration", "UF", "0.3", "0.3", "-", "-", "-", "-", "moderate", PHARM, "-", "-"),
    ("tangential flow filtration", "TFF;UF/TFF", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"),
    ("size-exclusion chromatography", "SEC", "0.4", "0.8", "0", "0.015", "-", "-", "high", PHARM, "unread: Boing 2014, doi 10.3402/jev.v3.23430", "-"),
    ("immunoaffinity", "IA;antibody beads", "0.9", "1", "-", "-", "-", "-", "-", PHARM, "-", "-"),
    ("magnetic beads", "bead isolation", "0.8", "1", "-", "-", "-", "-", "-", PHARM, "-", "-"),
    ("PS affinity", "Tim4;PS-affinity", "-", "-", "-", "-", "-", "-", "high", "doi 10.1038/srep33935", "-", "-"),
    ("anion exchange", "AEX;ion exchange", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"),
    ("microfluidics", "microfluidic", "0.4", "0.9", "-", "-", "-", "-", "-", PHARM, "-", "-"),
]

PARTICLES = [  # name, role, diameter nm, factor, density low, density, density high, sources
    ("vesicle", "vesicle", "110", "1.3", "1.13", "1.15", "1.19", "assumed", "mdpi.com/2079-7737/11/6/804 (range); Livshits 2015, doi 10.1038/srep17319 (value)"),
    ("protein", "protein", "7", "1", "1.35", "1.35", "1.35", "assumed: a globular protein of 66 kDa", "assumed: dry density of protein"),
    ("HDL", "lipoprotein", "10", "1.2", "1.063", "1.12", "1.21", "assumed", "assumed: the class is cut at 1.063 and 1.21"),
    ("LDL", "lipoprotein", "22", "1.1", "1.019", "1.04", "1.063", "assumed", "assumed: the class is cut at 1.019 and 1.063"),
    ("VLDL", "lipoprotein", "50", "1.3", "0.95", "0.98", "1.006", "assumed", "assumed: the class is cut at 1.006"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    out = Path(parser.parse_args().out)
    common = [("input", "none: typed by hand from the sources named"), ("licence", "single facts, cited row by row; no table is copied"), ("order", "as in the script")]
    tables.write(out / "rotors.tsv", [
        ("title", "rotors: radii at the top and the bottom of a full tube, tube diameter and angle"),
        ("source", GEOMETRY),
        ("citation", "Livshits 2015, doi 10.1038/srep17319"),
        ("rule", "radii from the axis, mm; the angle is that of a fixed-angle tube with the axis, degrees; '-' where it does not apply"),
        *common,
    ], ("rotor", "geometry", "r_min_mm", "r_max_mm", "tube_mm", "angle_deg"), ROTORS, (), __file__)
    tables.write(out / "isolation_methods.tsv", [
        ("title", "what isolation methods that are no spin recover, carry over and take"),
        ("source", "reviews and single studies, named in each row"),
        ("citation", "Pharmaceutics table: PMC10058361; time: CRDS-FY2024-FR-05; other rows name theirs"),
        ("rule", "ranges as the source gives them, '90+' read as 0.9 to 1; '-' where no source at hand gives a number; purity in the source's word"),
        ("columns", "recovery: share of the vesicles; protein: share of the sample's protein that comes along"),
        *common,
    ], ("method", "aliases", "recovery_low", "recovery_high", "protein_low", "protein_high", "hours_low", "hours_high", "purity",
        "recovery_source", "protein_source", "hours_source"), METHODS, (), __file__)
    tables.write(out / "sample_particles.tsv", [
        ("title", "what a sample holds besides vesicles, as spheres for the physics of pelleting"),
        ("source", "textbook classes of lipoproteins; assumed where it says so"),
        ("citation", "Livshits 2015, doi 10.1038/srep17319 (convention for vesicles); other rows assumed"),
        ("rule", "median diameter and log-normal factor; density as value and range, g/mL"),
        *common,
    ], ("particle", "role", "diameter_nm", "factor", "density_low", "density", "density_high", "size_source", "density_source"),
        PARTICLES, (), __file__)


if __name__ == "__main__":
    main()
