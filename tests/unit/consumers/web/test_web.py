"""Vendored files are what they were, all that is served is listed, streams are well formed."""

import hashlib
import json
import re
from pathlib import Path
from typing import Final

import pytest

from consumers.web.assets import STATIC, addresses, sha256_of, vendored
from consumers.web.events import event
from consumers.web.guard import require_loopback
from schemas.errors import ConfigError

ROOT: Final = Path(__file__).resolve().parents[4]
OWN: Final = {"liaison.css", "live.js", "mark.svg"}


def test_every_vendored_file_has_the_listed_digest_licence_and_version() -> None:
    for each in vendored():
        assert sha256_of(each.file) == each.sha256, each.file
        assert each.licence
        assert re.search(r"\d+\.\d+\.\d+", each.file), "the version stands in the name"


def test_static_folder_holds_own_and_listed_files_only() -> None:
    assert {path.name for path in STATIC.iterdir()} == OWN | {each.file for each in vendored()}


def test_axe_is_the_file_that_was_vendored() -> None:
    folder = ROOT / "tests/e2e/vendor"
    for each in json.loads((folder / "vendor.json").read_text()):
        assert hashlib.sha256((folder / each["file"]).read_bytes()).hexdigest() == each["sha256"]


def test_address_of_an_own_file_changes_with_its_content() -> None:
    for file in OWN:
        assert addresses()[file] == f"/static/{file}?v={sha256_of(file)[:12]}"


def test_templates_and_static_files_name_no_other_host() -> None:
    texts = [*(ROOT / "consumers").rglob("*.html"), *(STATIC / file for file in OWN)]
    for path in texts:
        hosts = set(re.findall(r"(?:https?:)?//[\w.-]+\.\w+", path.read_text(encoding="utf-8")))
        assert hosts <= {"http://www.w3.org"}, path.name


def test_event_is_one_line_of_data_whatever_it_holds() -> None:
    text = event("replace", {"html": "<p>\n\nid: 9</p>"}, "t0ken")
    assert text == 'id: t0ken\nevent: replace\ndata: {"html":"<p>\\n\\nid: 9</p>"}\n\n'


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "liaison.example", ""])  # noqa: S104
def test_local_sign_in_is_refused_beyond_loopback(host: str) -> None:
    with pytest.raises(ConfigError, match="loopback"):
        require_loopback(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_local_sign_in_is_served_on_loopback(host: str) -> None:
    require_loopback(host)
