"""Makes `marrow_msc_vesicle_mirna.tsv`: miRNA of vesicles from cultured human marrow stromal cells.

Input: raw miRNA read counts of SRA project PRJNA771408 (PMID 35162938) as re-quantified by
EVmiRNA2.0 and stored in the public repository liuyongyan/EVDx, commit
5b7be1b138c13013014cb0a4dc5ab64410a60851, `evmirna_data/PRJNA771408_expression_count.csv` and
`_metadata.csv` (here: counts and samples with the same rows and fewer columns), and miRBase v22
mature sequences (bioc/miRBaseConverter, commit 163132a6c73b59c85403216ecadcb20a8c791d81).

The matrix states no licence, so only this summary over the six DMEM libraries ships.
"""

import argparse
import math
from collections import defaultdict

import tables


def summary(counts, totals):
    """Mean and sample standard deviation of reads per million, and the pooled reads."""
    rpm = [c / t * 1e6 for c, t in zip(counts, totals)]
    mean = math.fsum(rpm) / len(rpm)
    sd = math.sqrt(math.fsum((x - mean) ** 2 for x in rpm) / (len(rpm) - 1))
    return mean, sd


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("counts", "samples", "mature", "out"):
        parser.add_argument(name)
    a = parser.parse_args()
    names = tables.Names(a.mature)
    runs = [r["Run"] for r in tables.rows(a.samples, ",")
            if r["stage_or_treatment"] == "DMEM" and r["EV_type"] == "sEV" and r["in_counts"] == "1"]
    matrix = {r["miRNA"]: [int(r[s]) for s in runs] for r in tables.rows(a.counts, ",")}
    totals = [sum(c[i] for c in matrix.values()) for i in range(len(runs))]
    twins = defaultdict(list)
    for name in sorted(matrix):
        if name in names.sequence and sum(matrix[name]):
            twins[names.sequence[name]].append(name)
    body = []
    for name, counts in matrix.items():
        pooled = sum(counts)
        if not pooled:
            continue
        known = name in names.sequence
        mean, sd = summary(counts, totals)
        same = [t for t in twins[names.sequence[name]] if t != name] if known else []
        body.append((name, names.accession[name] if known else "-", names.seed(name) if known else "-",
                     f"{mean:.3f}", f"{sd:.3f}", len(runs), sum(c > 0 for c in counts), pooled,
                     f"{pooled / len(runs):.3f}", ";".join(same) or "-"))
    body.sort(key=lambda r: (-r[7], r[0]))
    unknown = [r for r in body if r[1] == "-"]
    notes = [
        ("title", "miRNA of small vesicles from cultured human marrow stromal cells (six healthy donors, DMEM + 10 % FBS)"),
        ("source", "SRA BioProject PRJNA771408, counts of EVmiRNA2.0 in liuyongyan/EVDx commit 5b7be1b138c13013014cb0a4dc5ab64410a60851; names and sequences miRBase v22"),
        ("accession", "PRJNA771408; runs " + " ".join(runs)),
        ("citation", "PMID 35162938 (culture conditions and small RNA of marrow stromal vesicles); miRBase: Kozomara 2019, doi 10.1093/nar/gky1141"),
        ("licence", "the count matrix states no licence and is not shipped; only these derived summary facts are, with their citation"),
        ("preparation", "conditioned medium, filtered, stored at -80 C; ultracentrifugation 110,000 g, 2.5 h, washed in PBS 0.5 h"),
        ("rule", "runs labelled sEV and DMEM; reads per million = reads / all miRNA reads of the library x 1e6; mean_rpm and sd_rpm (n - 1) over the six libraries, zeros included; rows with at least one pooled read; ordered by pooled reads, then name"),
        ("library reads", " ".join(f"{r}={t}" for r, t in zip(runs, totals))),
        ("pooled reads", str(sum(totals))),
        ("pooled rpm", "pooled_reads / pooled reads x 1e6; it weighs libraries by depth and differs from mean_rpm"),
        ("donors", "one library a donor; donor age and sex are not in the metadata, so nothing here is called young or aged"),
        ("names", f"'-' in accession and seed: {len(unknown)} names ({sum(r[7] for r in unknown)} reads) of precursor arms that miRBase v22 does not list as mature; they count in the totals"),
        ("identical_to", "other rows with the same mature sequence: reads cannot tell them apart and the quantifier gives them to either; the amount of that molecule is the sum of these rows"),
        ("not quantified", "a mean below 10 reads per library should be read as a pooled Poisson count, not as a level"),
    ]
    columns = ("mirna", "accession", "seed", "mean_rpm", "sd_rpm", "n_libraries", "detected_in",
               "pooled_reads", "mean_reads_per_library", "identical_to")
    tables.write(a.out, notes, columns, body, (a.counts, a.samples, a.mature), __file__)


if __name__ == "__main__":
    main()
