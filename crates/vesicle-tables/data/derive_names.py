"""Derives mirna_names.tsv.gz from two tables of miRBase: mature sequences of release 22, and the name history.

Usage: derive_names.py MATURE_TSV HISTORY_TSV OUT_TSV_GZ
MATURE_TSV:  species, mature_acc, mature_name, mature_seq, precursor_acc, precursor (one row per mature x precursor)
HISTORY_TSV: mature_acc, name, first_version, last_version
Output, one line an accession, sorted: accession, sequence (empty when release 22 has dropped it), names as
`name=first-last` joined by `|`, oldest first. The same inputs give the same bytes.
"""
import csv, gzip, io, sys

mature, history, out = sys.argv[1:]
sequences = {}
for row in csv.DictReader(open(mature), delimiter="\t"):
    sequences[row["mature_acc"]] = row["mature_seq"]
names = {}
for row in csv.DictReader(open(history), delimiter="\t"):
    span = "%s=%s-%s" % (row["name"], row["first_version"][1:].replace("_", "."), row["last_version"][1:].replace("_", "."))
    names.setdefault(row["mature_acc"], []).append((float(row["first_version"][1:].replace("_", ".")), span))
text = io.StringIO()
text.write("accession\tsequence\tnames\n")
for accession in sorted(names):
    spans = "|".join(span for _, span in sorted(names[accession]))
    text.write("%s\t%s\t%s\n" % (accession, sequences.get(accession, ""), spans))
with open(out, "wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
    packed.write(text.getvalue().encode())
missing = set(sequences) - set(names)
print(len(names), "accessions,", len(sequences), "with a sequence,", len(missing), "without a name history")
