"""What every script here shares: reading public inputs, naming miRNAs, writing one kind of table.

Python 3.11, standard library only. A table is UTF-8 with LF line ends: comment lines that begin
with `#` (title, source, release, citation, licence, rule, script, inputs with sha256, date), one
header row, then tab-separated rows in a stated order, so that the same inputs give the same bytes.
"""

import csv
import gzip
import hashlib
import io
from collections import defaultdict
from pathlib import Path

DATE = "2026-11-21"
SPECIES = {"hsa": "human", "mmu": "mouse"}

# The four miRNAs of the founding question (Umezu 2017), named by their human miRBase v22 names.
MIMICS = ("hsa-miR-340-5p", "hsa-miR-365a-3p", "hsa-miR-374a-5p", "hsa-miR-411-5p")


def sha256(path):
    """The sha256 of a file, in hexadecimal."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def text(path, encoding="utf-8"):
    """The text of a plain or gzipped file, with its line ends made LF."""
    raw = Path(path).read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    return raw.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def rows(path, delimiter="\t", encoding="utf-8"):
    """The rows of a delimited file with a header, as dictionaries."""
    return list(csv.DictReader(io.StringIO(text(path, encoding)), delimiter=delimiter))


def shipped(path):
    """The rows of a table written by `write`: comments are skipped."""
    body = "".join(f"{l}\n" for l in text(path).split("\n") if l and not l.startswith("#"))
    return list(csv.DictReader(io.StringIO(body), delimiter="\t", quoting=csv.QUOTE_NONE))


def gene_sets(path):
    """Name -> (second column, genes) of a GMT file; empty fields are dropped."""
    sets = {}
    for line in text(path).split("\n"):
        if line:
            name, note, *genes = line.split("\t")
            sets[name] = (note, [g.strip() for g in genes if g.strip()])
    return sets


class Names:
    """miRBase v22: mature name -> accession and sequence, and every older name of an accession."""

    def __init__(self, mature, history=None):
        self.sequence, self.accession, self._current = {}, {}, {}
        for r in rows(mature):
            self.sequence[r["mature_name"]] = r["mature_seq"]
            self.accession[r["mature_name"]] = r["mature_acc"]
            self._current[r["mature_acc"]] = r["mature_name"]
        self._former = defaultdict(set)
        for r in rows(history) if history else []:
            self._former[r["name"]].add(r["mature_acc"])

    def resolve(self, name):
        """The v22 name: itself, or the one live accession that ever had this name; else None."""
        if name in self.sequence:
            return name
        live = sorted(a for a in self._former.get(name, ()) if a in self._current)
        return self._current[live[0]] if len(live) == 1 else None

    def seed(self, name):
        """Bases 2 to 8 of the mature sequence, RNA letters."""
        return self.sequence[name][1:8]


def one_to_one(hcop, support=3):
    """[(human, mouse, n_support)]: pairs of `support` databases or more whose two genes occur in no other such pair."""
    best = {}
    for r in rows(hcop):
        pair = (r["human_symbol"], r["mouse_symbol"])
        if int(r["n_support"]) >= support and all(pair):
            best[pair] = max(best.get(pair, 0), int(r["n_support"]))
    humans, mice = defaultdict(int), defaultdict(int)
    for human, mouse in best:
        humans[human] += 1
        mice[mouse] += 1
    return sorted((h, m, n) for (h, m), n in best.items() if humans[h] == mice[m] == 1)


def write(path, notes, columns, body, inputs, script):
    """Writes a table. `notes` is [(key, text)], `inputs` the files read."""
    lines = [f"# {key}: {value}" for key, value in notes]
    lines.append(f"# script: data/scripts/{Path(script).name}")
    lines += [f"# input: {Path(i).name} sha256:{sha256(i)}" for i in inputs]
    lines.append(f"# date: {DATE}")
    lines.append("\t".join(columns))
    for row in body:
        cells = [str(c) for c in row]
        if len(cells) != len(columns) or any(set(c) & set("\t\n\r") for c in cells):
            raise ValueError(f"{path}: bad row {cells}")
        lines.append("\t".join(cells))
    Path(path).write_bytes(("\n".join(lines) + "\n").encode("utf-8"))
