"""Builds the demo's map data: two cities as plain files, from tiles that npm brought."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scf_report.demo import places_file
from scf_report.demo.cities import CITIES
from scf_report.demo.city_map import read_city
from scf_report.demo.tiles import tile_files

VERSION = 1
"""Raised whenever the same tiles would give other files."""
ATTRIBUTION = """\
Map data © OpenStreetMap contributors, https://www.openstreetmap.org/copyright
License: Open Database License (ODbL) 1.0, https://opendatacommons.org/licenses/odbl/1-0/

The data is of about 2017. It was taken from the vector tiles (tiles: Mapbox) in the npm package
@mapbox/mvt-fixtures; the files beside this one are a database derived from them under the same
license. House numbers in Chicago are computed from the city's numbering grid, and the city limits
and neighborhoods are approximate: good for a demo, not for finding the way.
"""


def build(source: Path, out: Path) -> bool:
    """Write the files below ``out`` unless they are up to date; tell whether they were written.

    ``source`` is the folder of the npm package. Raises FileNotFoundError when it has no tiles.
    """
    folders = {city.key: source / "real-world" / city.key for city in CITIES}
    stamp = _stamp(path for folder in folders.values() for path in tile_files(folder))
    stamp_file = out / "stamp.txt"
    if stamp_file.is_file() and stamp_file.read_text(encoding="utf-8") == stamp:
        return False
    for city in CITIES:
        city_map = read_city(city, folders[city.key])
        folder = out / city.key
        _write_json(folder / "places.json", places_file.places(city_map))
        _write_json(folder / "area.geojson", places_file.area(city_map))
        _write_json(folder / "seeds.json", places_file.seeds(city_map))
    _write(out / "ATTRIBUTION.txt", ATTRIBUTION)
    # Last: a build that was broken off has no stamp and is done again.
    _write(stamp_file, stamp)
    return True


def _stamp(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return f"{VERSION} {digest.hexdigest()}\n"


def _write_json(path: Path, content: Any) -> None:  # noqa: ANN401 - any JSON value
    _write(path, json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def _write(path: Path, text: str) -> None:
    """Replace a file at once, so that a running process reads the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
