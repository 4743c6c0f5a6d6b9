"""A jar is used whole and as locked, or not at all."""

import hashlib
from pathlib import Path

import pytest

from deploy.local import jars
from deploy.local.errors import StackError

_RIGHT = b"the locked bytes"
_JAR = jars.Jar("org.example", "thing", "1.0", "", hashlib.sha256(_RIGHT).hexdigest())


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What Maven Central, played by this list, answers next."""
    answers: list[bytes] = []

    def download(jar: jars.Jar, scratch: Path) -> Path:
        arrived = scratch / jar.filename
        arrived.write_bytes(answers.pop(0))
        return arrived

    monkeypatch.setattr(jars, "locked", lambda: [_JAR])
    monkeypatch.setattr(jars, "_download", download)
    return answers


def test_lock_line_survives_a_round_trip() -> None:
    assert jars.Jar.parse(str(_JAR)) == _JAR


def test_missing_jar_is_fetched_once(tmp_path: Path, served: list[bytes]) -> None:
    served.append(_RIGHT)
    path = Path(jars.class_path(tmp_path))
    assert path.read_bytes() == _RIGHT
    assert jars.class_path(tmp_path) == str(path)


def test_jar_cut_short_in_the_cache_is_fetched_again(tmp_path: Path, served: list[bytes]) -> None:
    served += [_RIGHT, _RIGHT]
    path = Path(jars.class_path(tmp_path))
    path.write_bytes(_RIGHT[:5])
    jars.class_path(tmp_path)
    assert path.read_bytes() == _RIGHT


def test_altered_download_is_refused_and_leaves_nothing(
    tmp_path: Path, served: list[bytes]
) -> None:
    served.append(b"other bytes")
    with pytest.raises(StackError, match="digest is not the locked one") as refused:
        jars.class_path(tmp_path)
    assert refused.value.exit_code == 5
    assert list(tmp_path.rglob("*.jar")) == []
