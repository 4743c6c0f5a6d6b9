"""Static files: vendored ones with their checksums, our own by the digest of their content.

A vendored name carries its version, every other address `?v=<digest>`: a browser may keep both.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC: Final = Path(__file__).parent / "static"
_LIST: Final = Path(__file__).parent / "assets.json"
_LASTING: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Vendored:
    """A file of others, as it came: its name carries its version."""

    file: str
    sha256: str
    licence: str
    origin: str


def vendored() -> tuple[Vendored, ...]:
    """Return what `assets.json` lists."""
    return tuple(Vendored(**entry) for entry in json.loads(_LIST.read_text(encoding="utf-8")))


def sha256_of(file: str) -> str:
    """Return the digest (hex) of a static file's content."""
    return hashlib.sha256((STATIC / file).read_bytes()).hexdigest()


def addresses() -> Mapping[str, str]:
    """Return file name → address, for templates."""
    files = (path.name for path in STATIC.iterdir())
    return MappingProxyType({file: f"/static/{file}?v={sha256_of(file)[:12]}" for file in files})


class Assets(StaticFiles):
    """Serves the static folder; an address that carries a digest never changes its content."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)
        self._versioned = {each.file for each in vendored()}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with the file, to be kept as long as its address says."""
        response = await super().get_response(path, scope)
        lasting = scope["query_string"] or path in self._versioned
        response.headers["Cache-Control"] = _LASTING if lasting else "no-cache"
        return response
