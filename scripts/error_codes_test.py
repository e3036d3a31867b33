#!/usr/bin/env python3
"""Every error code in the code has a line in docs/reference/errors. Codes are `area.reason`, given where a problem is made or in `code()`."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reference" / "errors" / "README.md"
MADE = re.compile(
    r"(?:Problem::\w+|Self::(?:new|not_found|bad_request|conflict|forbidden)|=>|refused)\s*\(?\s*(?:[\w:]+,\s*)?\"([a-z_]+\.[a-z_]+)\""
)


def main():
    explained = set(re.findall(r"^\| `([a-z_]+(?:\.[a-z_]+)?)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    made = {}
    for source in sorted(ROOT.glob("crates/*/src/**/*.rs")):
        if "tests" not in source.stem and "tests" not in source.parts:
            for code in MADE.findall(source.read_text(encoding="utf-8")):
                made.setdefault(code, source.relative_to(ROOT))
    missing = {code: place for code, place in made.items() if code not in explained}
    for code, place in missing.items():
        print(f"{place}: the error code {code} has no line in {PAGE.relative_to(ROOT)}", file=sys.stderr)
    print(f"{len(made)} error codes, {len(missing)} without a line")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
