"""Says which packages of examples/ the demo must hold before and after the second EPSS day: python3 expect_states.py

An oracle: it reads the examples and examples/demo-policies.yaml's meaning is written here a second time, in Python, by
hand and without any of Weir's own code. It knows quarantine and the tag exceeded-epss, not the other tags.
"""
import gzip
import json
from pathlib import Path
from urllib.parse import unquote

from osv_match import ECOSYSTEMS, affects, index_records, names_of, read_lines, read_scores

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DAYS = {"before": "2026-06-14", "after": "2026-08-02"}


def parts_of(purl):
    kind, rest = purl.removeprefix("pkg:").split("/", 1)
    name, version = unquote(rest).rsplit("@", 1)
    if kind == "maven":
        name = name.replace("/", ":")
    return ECOSYSTEMS[kind], name, version.removeprefix("v") if kind == "golang" else version


def names_that_hit(index, purl):
    ecosystem, name, version = parts_of(purl)
    hits = [r for r, affected in index.get((ecosystem, name), []) if affects(affected, version)]
    return {one for record in hits for one in names_of(record)}


def states_of(event, ids, scores, exploited):
    repository, licence = event["data"]["repository"], event["data"]["license"] or ""
    highest = max([scores.get(one, 0) for one in ids], default=0)
    limit = 0.005 if repository["name"] == "python-data-science" else 0.2
    gpl = licence.startswith("GPL-") or "GNU General Public License" in licence
    held = [
        highest >= limit,
        bool(ids & exploited),
        any(one.startswith("MAL-") for one in ids),
        gpl and repository["environment"] == "production",
        licence.startswith("AGPL-"),
    ]
    return {"state": "quarantined" if any(held) else "available", "exceededEpss": highest >= limit, "epss": highest}


def moved_cves(scores, percentiles):
    """New, gone, with another score, or with a percentile that differs by 0.01 (docs/adr/0061)."""
    def is_moved(cve):
        if scores["before"].get(cve) != scores["after"].get(cve):
            return True
        return round(abs(percentiles["before"][cve] - percentiles["after"][cve]), 5) >= 0.01
    return {cve for cve in scores["before"].keys() | scores["after"].keys() if is_moved(cve)}


def main():
    index = index_records(read_lines(EXAMPLES / "feeds" / "osv.jsonl.gz"))
    files = {when: EXAMPLES / "feeds" / f"epss_scores-{day}.csv.gz" for when, day in DAYS.items()}
    scores = {when: read_scores(file) for when, file in files.items()}
    with gzip.open(next((EXAMPLES / "feeds").glob("known_exploited*.json.gz")), "rt", encoding="utf8") as text:
        exploited = {entry["cveID"] for entry in json.load(text)["vulnerabilities"]}
    moved = moved_cves(scores, {when: read_scores(file, "percentile") for when, file in files.items()})
    packages = []
    for event in read_lines(EXAMPLES / "events" / "published.jsonl"):
        ids = names_that_hit(index, event["data"]["purl"])
        states = {when: states_of(event, ids, table, exploited) for when, table in scores.items()}
        packages.append({"purl": event["data"]["purl"], "repository": event["data"]["repository"]["name"], **states,
                         "vulnerable": bool(ids), "movedCves": sorted(ids & moved)})
    packages.sort(key=lambda one: (one["repository"], one["purl"]))
    changed = [one for one in packages if one["before"]["state"] != one["after"]["state"]]
    summary = {
        "events": len(packages),
        "epssRows": {when: len(table) for when, table in scores.items()},
        "epssMoved": sum(1 for c in moved if c in scores["before"] and c in scores["after"]),
        "packagesWithAMovedCve": sum(1 for one in packages if one["movedCves"]),
        "quarantined": {when: sum(1 for one in packages if one[when]["state"] == "quarantined") for when in DAYS},
        "changed": [f"{one['purl']} in {one['repository']}: {one['before']['state']} to {one['after']['state']}" for one in changed],
    }
    lines = ",\n".join("    " + json.dumps(one) for one in packages)
    text = json.dumps(summary, indent=2).rstrip("}\n") + ',\n  "packages": [\n' + lines + "\n  ]\n}\n"
    (EXAMPLES / "expected-states.json").write_text(text, encoding="utf8")
    print(json.dumps(summary, indent=2))


main()
