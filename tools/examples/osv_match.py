"""Matches plain dotted versions against OSV records, on purpose without any of Weir's own code: the examples' oracle.

Only versions such as 4.17.20 are understood. A prerelease bound (1.0.0-rc1) lies below its release, so for a plain
version it compares as the release does.
"""
import csv
import gzip
import json
import re

PLAIN = re.compile(r"^\d+(\.\d+)*$")
BOUND = re.compile(r"^v?(\d+(?:\.\d+)*)")
ECOSYSTEMS = {"npm": "npm", "pypi": "PyPI", "maven": "Maven", "golang": "Go", "cargo": "crates.io"}


def version_key(text):
    """1 and the numbers without trailing zeros (2.0 and 2.0.0 are the same here), above [0], which is before all."""
    numbers = [int(part) for part in text.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return [1, *numbers]


def bounds_of(events):
    """(key, 0 for a prerelease or 1, place in the list, kind) of each event; the text 0 is before every version."""
    for place, event in enumerate(events):
        ((kind, text),) = event.items()
        bound = BOUND.match(text)
        if text == "0":
            yield [0], 1, place, kind
        elif bound:
            yield version_key(bound.group(1)), int(bound.group(0) == text), place, kind


def range_covers(events, version):
    """True when the OSV range events put the version in an affected stretch."""
    inside, wanted = False, version_key(version)
    for numbers, _, _, kind in sorted(bounds_of(events)):
        if kind == "introduced" and wanted >= numbers:
            inside = True
        elif kind in ("fixed", "limit") and wanted >= numbers:
            inside = False
        elif kind == "last_affected" and wanted > numbers:
            inside = False
    return inside


def affects(affected, version):
    """True when one entry of a record's `affected` names the version or a range around it."""
    if version in (affected.get("versions") or []):
        return True
    ranges = [r for r in affected.get("ranges") or [] if r["type"] != "GIT"]
    return any(range_covers(r["events"], version) for r in ranges)


def names_of(record):
    """Every id of the vulnerability that a record tells of."""
    return [record["id"], *(record.get("aliases") or []), *(record.get("upstream") or [])]


def index_records(records):
    """(ecosystem, name) to its (record, affected) pairs, withdrawn records left out."""
    index = {}
    for record in records:
        if record.get("withdrawn"):
            continue
        for affected in record.get("affected") or []:
            package = affected.get("package") or {}
            index.setdefault((package.get("ecosystem"), package.get("name")), []).append((record, affected))
    return index


def cves_of(index, ecosystem, name, version):
    """The CVE ids of all records that affect the version."""
    hits = [record for record, affected in index.get((ecosystem, name), []) if affects(affected, version)]
    return {one for record in hits for one in names_of(record) if one.startswith("CVE-")}


def read_lines(path):
    opened = gzip.open(path, "rt", encoding="utf8") if str(path).endswith(".gz") else open(path, encoding="utf8")
    with opened as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_scores(path, column="epss"):
    """EPSS file in the official layout: cve to score, or to percentile."""
    with gzip.open(path, "rt", encoding="utf8") as lines:
        next(lines)
        return {row["cve"]: float(row[column]) for row in csv.DictReader(lines)}
