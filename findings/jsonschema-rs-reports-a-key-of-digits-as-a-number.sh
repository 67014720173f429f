#!/usr/bin/env bash
# Expected: jsonschema-rs reports what does not fit by the keys that lead to it, so that a program can look it up in the body:
#   a fault below the key "007" has the instance path ["007"], as with jsonschema.
# What happens: a key that reads as a number becomes that number: the path is [7]. "007" and "+7" have the same path, which is
#   the one of the key "7" too, and a look-up in the body by it raises KeyError. A key that is empty is left out of the path.
# Package and version: jsonschema-rs 0.61.2 beside jsonschema 4.26.0 (PyPI).
# Why a user of order APIs meets it: bodies that are maps keyed by numbers with leading zeros (zip codes, option codes, order
#   numbers of other shops) are judged by schemas, and the report sends people to the wrong row, or ends with KeyError.
# Exit status: 0 as described, 1 changed, 2 could not be tried.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
{ python3 -m venv venv && venv/bin/pip --quiet --disable-pip-version-check install jsonschema-rs==0.61.2 jsonschema==4.26.0; } ||
  { echo "cannot install the packages" >&2; exit 2; }

venv/bin/python - <<'PYTHON'
import sys
from importlib.metadata import version

import jsonschema
import jsonschema_rs

schema = {"additionalProperties": {"type": "integer"}}
prices = {"007": "29,000", "+7": "31,000", "": "33,000"}
print("jsonschema-rs", version("jsonschema-rs"), "jsonschema", version("jsonschema"))
rust = [list(each.instance_path) for each in jsonschema_rs.Draft202012Validator(schema).iter_errors(prices)]
python = sorted(list(each.absolute_path) for each in jsonschema.Draft202012Validator(schema).iter_errors(prices))
print("  keys of the body:   ", [[key] for key in prices])
print("  jsonschema says:    ", python)
print("  jsonschema-rs says: ", rust)
if python == [[""], ["+7"], ["007"]] and rust == [[7], [7], []]:
    print("as described")
else:
    print("CHANGED: expected the keys from jsonschema, and 7, 7 and nothing from jsonschema-rs")
    sys.exit(1)
PYTHON
