#!/bin/sh
# Runs one service, or the command line: run.sh ingest | enrichment | evaluation | action | api | weir ARGUMENTS
# Node.js takes the place of this shell, so that it is process 1 and gets the signals.
set -eu
name=${1:-}
case "$name" in
  ingest | enrichment | evaluation | action | api | weir) shift ;;
  *)
    echo "Name what to run: ingest, enrichment, evaluation, action, api, or weir with its arguments; not '$name'." >&2
    exit 2
    ;;
esac
# Less than 256 MB of old objects are not collected: Node.js takes this on the command line alone (docs/adr/0007).
# Node.js's own code on large pages, where the kernel has them: 3 % less CPU for 40 MB more memory (docs/adr/0008).
exec node --use-largepages=silent --initial-old-space-size=256 "$(dirname "$0")/../apps/$name/dist/main.js" "$@"
