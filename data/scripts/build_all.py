"""Makes every table of this folder: `python3 data/scripts/build_all.py INPUTS [OUT]`.

INPUTS is a folder that holds, anywhere below it, the files of `inputs.tsv` (name, sha256, and the
public repository, commit and path each comes from). A file with another sha256 is refused. OUT is
where the tables go; by default the `data` folder that this script stands in.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import tables

HERE = Path(__file__).resolve().parent


def find(folder):
    """Input key -> path, each checked against its sha256."""
    by_name = {}
    for path in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
        by_name.setdefault(path.name, []).append(path)
    found = {}
    for r in tables.shipped(HERE / "inputs.tsv"):
        match = [p for p in by_name.get(r["file"], []) if tables.sha256(p) == r["sha256"]]
        if not match:
            sys.exit(f"no file {r['file']} with sha256 {r['sha256']} under the inputs folder")
        found[r["key"]] = match[0]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs")
    parser.add_argument("out", nargs="?", default=HERE.parent)
    a = parser.parse_args()
    i, out = find(a.inputs), Path(a.out)
    out.mkdir(parents=True, exist_ok=True)

    def run(script, *arguments):
        subprocess.run([sys.executable, HERE / script, *map(str, arguments)], check=True)

    vesicle, programs, targets = out / "marrow_msc_vesicle_mirna.tsv", out / "programs.tsv", out / "targets.tsv"
    run("vesicle_mirna.py", i["counts"], i["samples"], i["mature"], vesicle)
    run("programs.py", i["hallmark_human"], i["hallmark_mouse"], i["go_human"], i["go_mouse"], i["reactome_human"],
        i["m2_mouse"], i["wiki_human"], i["wiki_mouse"], i["progeny_human"], i["progeny_mouse"],
        i["hcop"], i["symbols"], programs)
    run("targets.py", i["mirtarbase"], i["mature"], i["history"], i["hcop"], programs, targets)
    run("orthologues.py", i["hcop"], programs, targets, out / "orthologues.tsv")
    run("orthologues_all.py", i["hcop"], out / "orthologues_all.tsv")
    run("mirna_orthologues.py", i["mature"], vesicle, targets, out / "mirna_orthologues.tsv")
    for column, label, name in (("Endothelial_cell", "endothelial cells", "endothelium"),
                                ("Plasma_cell", "plasma cells, standing for myeloma", "myeloma"),
                                ("Osteoblast", "osteoblasts", "osteoblast")):
        run("cell_mirna.py", i["rpm"], i["mature"], i["history"], targets, column, label, out / f"{name}_mirna.tsv")
    for name, label, columns in (("endothelium", "endothelium", ("HUVEC TERT2", "TIME")),
                                 ("rpmi8226", "the myeloma line RPMI-8226", ("RPMI-8226",))):
        run("cell_expressed.py", i["nx"], i["hcop"], i["symbols"], programs, label, out / f"{name}_expressed.tsv", *columns)
    run("published_doses.py", i["doses_mouse"], i["doses_trial"], out / "published_doses.tsv")
    run("isolation.py", out)


if __name__ == "__main__":
    main()
