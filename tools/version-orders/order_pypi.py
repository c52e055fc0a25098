"""Orders the versions of standard input as pypa/packaging does, with its own table of versions."""

import itertools
import json
import sys

from packaging.version import Version

# tests/test_version.py of pypa/packaging (Apache-2.0 or BSD-2-Clause), each with the epochs 0 and 1.
OWN = """1.0.dev0 1.0.dev456 1.0.dev456+local 1.0a0 1.0a0.post0.dev0 1.0a0.post0 1.0a1.dev1 1.0a1.dev1+local 1.0a1 1.0a1+local
1.0b0 1.0b1.dev456 1.0b2 1.0b2.post345.dev456 1.0b2.post345 1.0b2-346 1.0rc0 1.0rc1.dev1 1.0c1 1.0rc2 1.0 1.0.post0.dev0
1.0.post0 1.0.post456.dev34 1.0.post456 1.0.post456+local 1.0.1.dev1 1.0.1a1 1.0.1 1.0.1+local 1.0.1.post1 1.1.dev1 1.2+a
1.2+abc 1.2+abcdef 1.2+def 1.2+0 1.2+1 1.2+1.abc 1.2+1.1 1.2+1.1.0 1.2+2 1.2+123 1.2+123456 1.2.r32+123456
1.2.rev33+123456""".split()
REAL = "2.6.0 2.6.0+cu118 2.6.0+cpu 2.5.1 2.5.1+cu121 2.6.0rc1 2.6.1".split()

texts = {*OWN, *("1!" + one for one in OWN), *REAL, *sys.stdin.read().split()}
texts |= {one.split("+")[0] for one in texts}
ordered = sorted(texts, key=lambda text: (Version(text), text))
groups = [list(group) for _, group in itertools.groupby(ordered, key=Version)]
print("[" + ",\n".join(json.dumps(group, separators=(",", ":")) for group in groups) + "]")
