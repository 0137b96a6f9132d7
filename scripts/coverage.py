#!/usr/bin/env python3
"""Writes book/src/coverage.md from docs/coverage.toml (make book)."""

import pathlib
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENTS = {
    "D0": "Aged and young stromal vesicles in myeloma",
    "D1": "Vesicles of myelodysplastic cells and bone",
    "D2": "Aged marrow and myeloma",
    "D3": "Dormancy in breast cancer",
    "D4": "The field survey",
}


def home(item):
    """Where a row lives, in Markdown."""
    if item["home"] == "not built":
        return "not built"
    if item["home"] == "command":
        return f"`vesicle {item['at']}`"
    return f"`{item['at']}`, `{item['part']}`"


def main():
    items = tomllib.loads((ROOT / "docs/coverage.toml").read_text())["item"]
    built = sum(item["home"] != "not built" for item in items)
    lines = [
        "# What the founding documents describe, and where Vesicle stands",
        "",
        f"{built} of {len(items)} items have a home today. Written by `make book` from `docs/coverage.toml`.",
    ]
    for document, title in DOCUMENTS.items():
        lines += ["", f"## {title}", "", "| | item | where | last result, or why not |", "|---|---|---|---|"]
        for item in items:
            if item["id"].startswith(document + "."):
                said = item.get("last") or item["because"]
                lines.append(f"| {item['id']} | {item['what']} | {home(item)} | {said} |")
    (ROOT / "book/src/coverage.md").write_text("\n".join(lines) + "\n")


main()
