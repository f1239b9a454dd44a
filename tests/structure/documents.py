"""Read the project's own files: documents, their tables and code blocks, and the code beside them."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(path for pattern in ("*.md", "docs/**/*.md") for path in ROOT.glob(pattern))
CODE = sorted([ROOT / "app.py", *(ROOT / "scf_report").rglob("*.py")])


def text(name: str) -> str:
    """Read a file of the project."""
    return (ROOT / name).read_text(encoding="utf-8")


def relative(path: Path) -> str:
    """Name a file as the project knows it."""
    return path.relative_to(ROOT).as_posix()


def table(document: str, first_column: str) -> list[list[str]]:
    """Return the rows of the table whose first heading is this, without head and rule."""
    lines = text(document).splitlines()
    head = next(n for n, line in enumerate(lines) if line.startswith(f"| {first_column} |"))
    rows = []
    for line in lines[head + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def code_of(cell: str) -> str:
    """Return a cell's content without the marks of code."""
    return cell.strip("`")


def code_blocks(document: str) -> str:
    """Return all that a document shows as code, blocks and inline, a piece a line."""
    source = text(document)
    blocks = re.findall(r"```\w*\n(.*?)```", source, re.DOTALL)
    without = re.sub(r"```.*?```", "", source, flags=re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`]+)`", without)])


@cache
def project_files() -> tuple[Path, ...]:
    """Return every file that belongs to the project: all but what .gitignore names, and .git."""
    patterns = [
        line.rstrip("/")
        for line in text(".gitignore").splitlines()
        if line and not line.startswith("#")
    ]
    return tuple(_walk(ROOT, [*patterns, ".git"]))


def _walk(folder: Path, ignored: list[str]) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        names = (path.name, relative(path))
        if any(fnmatch(name, pattern) for name in names for pattern in ignored):
            continue
        if path.is_dir():
            yield from _walk(path, ignored)
        else:
            yield path
