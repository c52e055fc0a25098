"""Makes examples/ from a folder of real public data (its layout: docs/adr/0042): python3 make_snapshot.py DATA

Every name, version, licence, digest, dependency and advisory is real. Made up are only the registry, its repositories
and teams, and when it saw each package. The same data give the same bytes.
"""
import gzip
import hashlib
import io
import json
import re
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from osv_match import ECOSYSTEMS, PLAIN, cves_of, index_records, names_of, read_lines, read_scores

DATA = Path(sys.argv[1])
OUT = Path(__file__).resolve().parents[2] / "examples"
BEFORE, AFTER = "2026-06-14", "2026-08-02"
KEV = "known_exploited_vulnerabilities-2026-07-24.json.gz"
SCORE_SAMPLE = 12_000
LAST_PUBLICATION = "2026-06-01T00:00:00Z"  # cooling-off is over on the first day
OSV_FILES = ["wellknown-ghsa.jsonl", "pypi-pysec.jsonl.gz", "npm-ghsa-derived.jsonl.gz", "maven-ghsa.jsonl.gz", "go.jsonl.gz",
             "crates-rustsec.jsonl.gz", "mixed-ecosystems.jsonl.gz"]

REPOSITORIES = {
    "npm-production": {"environment": "production", "team": "web", "region": "eu-central"},
    "npm-development": {"environment": "development", "team": "web", "region": "eu-central"},
    "REPOSITORY-NAME": {"environment": "staging", "team": "web", "region": "eu-central"},
    "python-production": {"environment": "production", "team": "platform", "region": "eu-central"},
    "python-data-science": {"environment": "development", "team": "data-science", "region": "us-east"},
    "maven-production": {"environment": "production", "team": "payments", "region": "eu-central"},
    "go-production": {"environment": "production", "team": "platform", "region": "eu-central"},
    "cargo-staging": {"environment": "staging", "team": "platform", "region": "eu-central"},
}

# The packages that the story is about, each in its repository; ADR 0042 says why these.
STORY = [
    ("npm-production", "npm", "lodash", "4.17.20"),
    ("REPOSITORY-NAME", "npm", "lodash", "4.17.20"),
    ("npm-production", "npm", "json5", "1.0.1"),
    ("python-data-science", "pypi", "spotipy", "2.25.0"),
    ("maven-production", "maven", "org.apache.logging.log4j:log4j-core", "2.14.1"),
    ("maven-production", "maven", "mysql:mysql-connector-java", "8.0.18"),
    ("REPOSITORY-NAME", "npm", "lodash", "4.17.23"),
    ("npm-production", "npm", "lodash", "4.17.23"),
    ("npm-production", "npm", "json5", "2.2.3"),
    ("python-data-science", "pypi", "spotipy", "2.26.0"),
    ("npm-development", "npm", "ejs", "3.1.6"),
    ("python-data-science", "pypi", "numberpy", "0.1.0"),
]
# Nowhere else: whoever looks a story's package up by its purl shall find one answer.
STORY_VERSIONS = {(kind, name, version) for _, kind, name, version in STORY}
# The 0.005 of the data-science repository would hold most older versions; these two show that it does from the start.
HELD_FROM_THE_START = {"aiohttp", "jinja2"}

PYTHON_NAMES = """aiohttp ansible babel bleach certifi cryptography djangorestframework flask gunicorn httpx idna jinja2
lxml mako markdown numpy oauthlib paramiko pillow protobuf pyjwt pygments pyyaml redis requests rsa scikit-learn scrapy
setuptools sqlalchemy sqlparse starlette tornado tqdm ujson urllib3 waitress zipp pymongo notebook jupyter-server
feedparser httplib2 ipython joblib keyring nltk pandas pip poetry pyarrow streamlit wheel""".split()
RUST_NAMES = """tokio hyper regex time chrono openssl rustls smallvec crossbeam-utils h2 mio idna tar bytes rand_core
lru once_cell thread_local generic-array ring rsa quinn-proto webpki remove_dir_all atty owning_ref tokio-rustls
futures-util crossbeam-deque rusqlite diesel sqlx tungstenite warp actix-web ammonia""".split()
GO_NAMES = """golang.org/x/net golang.org/x/crypto golang.org/x/text golang.org/x/oauth2 github.com/gin-gonic/gin
github.com/golang-jwt/jwt/v4 github.com/gorilla/websocket github.com/labstack/echo/v4 github.com/gofiber/fiber/v2
google.golang.org/grpc google.golang.org/protobuf github.com/nats-io/nats-server/v2 github.com/go-git/go-git/v5
github.com/cloudflare/circl github.com/hashicorp/go-getter github.com/opencontainers/runc github.com/go-chi/chi/v5
gopkg.in/yaml.v3 github.com/quic-go/quic-go github.com/golang-jwt/jwt/v5 github.com/ulikunitz/xz""".split()
MAVEN_NAMES = """com.fasterxml.jackson.core:jackson-databind org.yaml:snakeyaml org.apache.commons:commons-text
org.springframework:spring-webmvc org.springframework:spring-beans org.apache.logging.log4j:log4j-core
com.google.guava:guava org.apache.commons:commons-compress io.netty:netty-codec-http
com.h2database:h2 org.postgresql:postgresql com.google.code.gson:gson org.json:json""".split()


def digest_of(*parts):
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def shuffled(items, key):
    """A stable order without a pattern, so that a choice of the first few favours nothing."""
    return sorted(items, key=lambda item: digest_of("example", key(item)))


def newest_records():
    records = {}
    for record in (r for file in OSV_FILES for r in read_lines(DATA / "osv" / file)):
        known = records.get(record["id"])
        if known is None or record.get("modified", "") > known.get("modified", ""):
            records[record["id"]] = record
    return list(records.values())


def purl_of(kind, name, version):
    if kind == "maven":
        return f"pkg:maven/{name.replace(':', '/')}@{version}"
    if kind == "golang":
        return f"pkg:golang/{name}@v{version}"
    return f"pkg:{kind}/{name.replace('@', '%40', 1) if name.startswith('@') else name}@{version}"


def licence_text(raw):
    if isinstance(raw, dict):
        return raw.get("type")
    return raw[:400] if isinstance(raw, str) else None


def python_dependency(text):
    name, requirement = re.match(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*\(?([^;)]*)", text).groups()
    return {"name": name, "requirement": requirement.strip() or None}


def npm_candidates():
    """Publication dates are left out: the data carry those of a mirror (ADR 0041)."""
    for row in read_lines(DATA / "registry" / "npm-package-versions.jsonl.gz"):
        yield "npm", row["name"], row["version"], {
            "license": licence_text(row["license"]),
            "dependencies": [{"name": n, "requirement": r} for n, r in (row.get("dependencies") or {}).items()],
        }


def pypi_candidates():
    for row in read_lines(DATA / "registry" / "pypi-package-versions.jsonl.gz"):
        wanted = [d for d in row["requiresDist"] or [] if "extra ==" not in d]
        yield "pypi", row["name"], row["version"], {
            "license": licence_text(row["license"]),
            "publishedAt": row["publishedAt"],
            "digest": f"sha256:{row['sha256']}" if row.get("sha256") else None,
            "summary": row.get("summary"),
            "dependencies": [python_dependency(d) for d in wanted],
        }


def sbom_candidates(file, kind):
    for component in json.load(gzip.open(DATA / "sbom" / file))["components"]:
        licences = [c.get("expression") or c["license"].get("id") or c["license"].get("name") for c in component.get("licenses") or []]
        group = component.get("group")
        if len(licences) > 1 or not component.get("purl", "").startswith(f"pkg:{kind}/"):
            continue
        name = component["name"] if not group else f"{group}{':' if kind == 'maven' else '/'}{component['name']}"
        yield kind, name, component["version"], {"license": licences[0] if licences else None, **hash_of(component)}


def hash_of(component):
    found = [h["content"] for h in component.get("hashes") or [] if h["alg"] == "SHA-256"]
    return {"digest": f"sha256:{found[0]}"} if found else {}


def kubectl_candidates():
    document = json.load(gzip.open(DATA / "sbom" / "guac-kubectl-linux-amd64.spdx.json.gz"))
    for package in document["packages"]:
        for reference in package.get("externalRefs") or []:
            found = re.match(r"^pkg:golang/([a-z0-9./_-]+)@v([0-9.]+)$", reference["referenceLocator"])
            if found and not found.group(1).startswith("."):
                yield "golang", found.group(1), found.group(2), {"license": None}


def advisory_candidates(index, kind, names):
    """Versions that advisories themselves name: listed as affected, or as the one that fixes."""
    for name in names:
        versions = set()
        for _, affected in index.get((ECOSYSTEMS[kind], name), []):
            versions |= set(affected.get("versions") or [])
            events = [e for r in affected.get("ranges") or [] if r["type"] != "GIT" for e in r["events"]]
            versions |= {e["fixed"] for e in events if "fixed" in e}
        plain = [v for v in versions if PLAIN.match(v) and "." in v]
        for version in shuffled(plain, lambda v: f"{name}@{v}"):
            yield kind, name, version, {"license": None}


class Chooser:
    """Takes candidates in turn and leaves out what the story has no room for."""

    def __init__(self, index, before, after):
        self.index, self.before, self.after, self.taken = index, before, after, {}

    def scores(self, kind, name, version):
        cves = cves_of(self.index, ECOSYSTEMS[kind], name, version)
        return max([self.before.get(c, 0) for c in cves], default=0), max([self.after.get(c, 0) for c in cves], default=0)

    def fits(self, repository, kind, name, version, facts):
        known = (ECOSYSTEMS[kind], name) in self.index
        if name != name.lower() or (known and not PLAIN.match(version)):
            return False
        if (facts.get("publishedAt") or "") > LAST_PUBLICATION:
            return False
        first, second = self.scores(kind, name, version)
        if repository == "python-data-science" and name not in HELD_FROM_THE_START:
            return max(first, second) < 0.005
        return (first >= 0.2) == (second >= 0.2)

    def take(self, repository, candidates, count, per_name=2):
        names = {}
        for kind, name, version, facts in shuffled(list(candidates), lambda c: f"{c[1]}@{c[2]}"):
            if count == 0:
                return
            full = names.get(name, 0) >= per_name or (repository, kind, name, version) in self.taken
            if full or (kind, name, version) in STORY_VERSIONS or not self.fits(repository, kind, name, version, facts):
                continue
            names[name] = names.get(name, 0) + 1
            self.taken[(repository, kind, name, version)] = facts
            count -= 1


def choose(index, before, after):
    npm, pypi = list(npm_candidates()), list(pypi_candidates())
    web = list(sbom_candidates("juice-shop-11.1.2.cdx.json.gz", "npm")) + list(sbom_candidates("protonmail-webclient-v4.cdx.json.gz", "npm"))
    java = list(sbom_candidates("keycloak-10.0.2.cdx.json.gz", "maven")) + list(sbom_candidates("dtrack-apiserver-4.5.0.cdx.json.gz", "maven"))
    facts = {(k, n, v): f for k, n, v, f in [*java, *web, *npm, *pypi]}
    chooser = Chooser(index, before, after)
    for repository, kind, name, version in STORY:
        chooser.taken[(repository, kind, name, version)] = facts.get((kind, name, version), {"license": None})
    copyleft = [c for c in npm if "AGPL" in str(c[3]["license"])]
    chooser.take("npm-development", copyleft, 1)
    chooser.take("npm-production", npm, 62)
    chooser.take("npm-development", npm, 40, per_name=1)
    chooser.take("npm-development", web, 46, per_name=1)
    chooser.take("REPOSITORY-NAME", npm, 6, per_name=1)
    chooser.take("python-production", pypi, 60)
    chooser.take("python-production", advisory_candidates(index, "pypi", PYTHON_NAMES), 22, per_name=1)
    chooser.take("python-data-science", advisory_candidates(index, "pypi", PYTHON_NAMES), 16, per_name=1)
    chooser.take("maven-production", java, 44, per_name=1)
    chooser.take("maven-production", advisory_candidates(index, "maven", MAVEN_NAMES), 14)
    chooser.take("go-production", kubectl_candidates(), 26, per_name=1)
    chooser.take("go-production", advisory_candidates(index, "golang", GO_NAMES), 22, per_name=1)
    chooser.take("cargo-staging", advisory_candidates(index, "cargo", RUST_NAMES), 30, per_name=1)
    return chooser.taken


def event_of(number, repository, kind, name, version, facts):
    seen = datetime(2026, 6, 12, 6, tzinfo=timezone.utc) + timedelta(minutes=6 * number)
    purl = purl_of(kind, name, version)
    team = REPOSITORIES[repository]["team"]
    data = {"repository": {"name": repository, **REPOSITORIES[repository]}, "purl": purl, "actor": f"{team}-pipeline",
            "publishedAt": facts.get("publishedAt"), "license": facts.get("license")}
    data.update({key: facts[key] for key in ("digest", "summary", "dependencies") if facts.get(key)})
    return {"specversion": "1.0", "id": f"published-{digest_of(repository, purl)[:16]}", "source": "/registries/example",
            "type": "dev.weir.package.published.v1", "time": seen.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "datacontenttype": "application/json", "data": data}


def write_gzip(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as stream:
        stream.write(text.encode())
    path.write_bytes(buffer.getvalue())


def json_line(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_scores(cves, both):
    """All CVEs of the shipped advisories, and a sample of the rest, the same in both files."""
    rest = shuffled([c for c in both if c not in cves], lambda c: c)[:SCORE_SAMPLE]
    wanted = cves | set(rest)
    for day in (BEFORE, AFTER):
        with gzip.open(DATA / "epss" / f"epss_scores-{day}.csv.gz", "rt", encoding="utf8") as lines:
            head = [next(lines), next(lines)]
            rows = [line for line in lines if line.split(",", 1)[0] in wanted]
        write_gzip(OUT / "feeds" / f"epss_scores-{day}.csv.gz", "".join(head + rows))


def main():
    records = newest_records()
    index = index_records(records)
    before, after = (read_scores(DATA / "epss" / f"epss_scores-{day}.csv.gz") for day in (BEFORE, AFTER))
    taken = choose(index, before, after)
    packages = shuffled(taken, lambda t: "\0".join(t))
    (OUT / "events").mkdir(parents=True, exist_ok=True)
    events = [event_of(number, *one, taken[one]) for number, one in enumerate(packages)]
    (OUT / "events" / "published.jsonl").write_text("".join(map(json_line, events)), encoding="utf8")
    wanted = {(ECOSYSTEMS[kind], name) for _, kind, name, _ in taken}
    shipped = {r["id"]: r for key in wanted for r, _ in index.get(key, [])}
    write_gzip(OUT / "feeds" / "osv.jsonl.gz", "".join(json_line(shipped[key]) for key in sorted(shipped)))
    cves = {one for r in shipped.values() for one in names_of(r) if one.startswith("CVE-")}
    write_scores(cves, before.keys() & after.keys())
    write_gzip(OUT / "feeds" / KEV, gzip.open(DATA / "kev" / KEV, "rt", encoding="utf8").read())
    print(f"{len(events)} events, {len(shipped)} advisories, {len(cves)} CVEs")


main()
