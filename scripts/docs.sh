#!/bin/bash
# Renews the parts of docs/ that are made from the program's own tables: docs/case.md, docs/plan.md, docs/models.md.
#   scripts/docs.sh [--check] [TASIS]      --check: changes nothing, fails where a page is out of date
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
check=no
if [ "${1:-}" = --check ]; then
  check=yes
  shift
fi
tasis=${1:-$here/build/bin/tasis}
mark='<!-- generated: everything below this line -->'
new=$(mktemp)
trap 'rm -f "$new"' EXIT
stale=0

# renew PAGE: $new holds what the page should be
renew() {
  if cmp -s "$new" "$1"; then return; fi
  if [ $check = yes ]; then
    echo "$1 is out of date: run scripts/docs.sh" >&2
    stale=1
  else
    cp "$new" "$1"
    echo "renewed $1"
  fi
}

{ sed "/$mark/q" "$here/docs/case.md"; echo; "$tasis" keys --markdown; } > "$new"
renew "$here/docs/case.md"
{ sed "/$mark/q" "$here/docs/plan.md"; echo; "$tasis" keys plan --markdown; } > "$new"
renew "$here/docs/plan.md"
"$tasis" models --markdown > "$new"
renew "$here/docs/models.md"
exit $stale
