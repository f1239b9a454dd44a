"""``python -m scf_report.demo``: build the demo's map data."""

import argparse
import sys
from pathlib import Path

from scf_report.demo.build import build


def main(arguments: list[str] | None = None) -> int:
    """Build, say what was done, and return the exit status."""
    parser = argparse.ArgumentParser(prog="scf_report.demo", description=__doc__)
    parser.add_argument(
        "--source", type=Path, default=Path("node_modules/@mapbox/mvt-fixtures")
    )
    parser.add_argument("--out", type=Path, default=Path("build/demo"))
    options = parser.parse_args(arguments)
    try:
        written = build(options.source, options.out)
    except FileNotFoundError as error:
        sys.stderr.write(f"{error}; run npm ci --ignore-scripts first\n")
        return 1
    sys.stdout.write(f"{options.out}: {'built' if written else 'up to date'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
