"""``python -m tests.bench [NAME …]``: measure everything, or what is named. Status 1 if a line is SHORT."""

import sys

from tests.bench import accepting, draining, pages, upstream_calls

BENCHMARKS = {
    "pages": pages.main,
    "accepting": accepting.main,
    "upstream_calls": upstream_calls.main,
    "draining": draining.main,
}


def main(names: list[str]) -> int:
    """Run the benchmarks of these names, all without any."""
    if unknown := set(names) - set(BENCHMARKS):
        sys.stderr.write(
            f"There is no {', '.join(sorted(unknown))}: {', '.join(BENCHMARKS)}.\n"
        )
        return 2
    good = [run() for name, run in BENCHMARKS.items() if name in names or not names]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
