"""Apache Kafka's jars: named with their digests in `kafka.lock`, fetched once, checked each time.

`python -m deploy.local.jars` prints a fresh lock; redirect it to `deploy/local/kafka.lock` to move
to another version. With a lock there is no dependency tree to walk at start, and a jar that is
cut short or altered is never put on a class path.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StackError

KAFKA_VERSION = "4.1.1"
ENDPOINT = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.slf4j:slf4j-simple:1.7.36"
LOCK = Path(__file__).with_name("kafka.lock")

_PARALLEL_DOWNLOADS = 6

Progress = Callable[[str, int, int], None]
"""Called with (step, parts done, parts in all) while something slow goes on."""


def unwatched(_step: str, _done: int, _total: int) -> None:
    """Progress that nobody follows."""


@dataclass(frozen=True)
class Jar:
    """One locked artefact: Maven coordinates, classifier "" for none, SHA-256 in hex."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def filename(self) -> str:
        """The name under which Maven publishes it."""
        tail = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{tail}.jar"

    @classmethod
    def parse(cls, line: str) -> "Jar":
        """Read one lock line: `group:artifact:version:classifier sha256`."""
        coordinates, sha256 = line.split()
        group, artifact, version, classifier = coordinates.split(":")
        return cls(group, artifact, version, classifier, sha256)

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}:{self.classifier} {self.sha256}"


def locked(lock: Path = LOCK) -> list[Jar]:
    """Every jar of the lock, in file order."""
    return [Jar.parse(line) for line in lock.read_text().splitlines() if line]


def class_path(cache: Path, progress: Progress = unwatched) -> str:
    """Return a Java class path of verified jars, downloading into `cache` what is missing.

    Raises StackError when a jar cannot be fetched or is not the one that was locked.
    """
    folder = cache / f"kafka-{KAFKA_VERSION}"
    jars = locked()
    missing = [jar for jar in jars if not _is_sound(folder / jar.filename, jar)]
    progress("Kafka jars", len(jars) - len(missing), len(jars))
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        for fetched, _ in enumerate(_fetch_all(missing, folder), start=1):
            progress("Kafka jars", len(jars) - len(missing) + fetched, len(jars))
    return os.pathsep.join(str(folder / jar.filename) for jar in jars)


def _fetch_all(jars: list[Jar], folder: Path) -> Iterator[None]:
    with (
        tempfile.TemporaryDirectory(dir=folder, prefix="download-") as scratch,
        ThreadPoolExecutor(_PARALLEL_DOWNLOADS) as pool,
    ):
        downloads = {pool.submit(_download, jar, Path(scratch)): jar for jar in jars}
        try:
            for download in as_completed(downloads):
                jar, arrived = downloads[download], download.result()
                if not _is_sound(arrived, jar):
                    raise _unusable(jar, "its digest is not the locked one")
                # INVARIANT: a jar gets its final name whole and checked, by one rename, so that an
                # interrupted or concurrent download leaves nothing that looks complete.
                arrived.replace(folder / jar.filename)
                yield
        finally:
            pool.shutdown(cancel_futures=True)


def _download(jar: Jar, scratch: Path) -> Path:
    from jgo.maven import MavenContext  # noqa: PLC0415 - half a second that only a download needs

    maven = MavenContext(repo_cache=scratch, local_repos=[], timeout=30)
    component = maven.project(jar.group, jar.artifact).at_version(jar.version)
    try:
        return Path(component.artifact(jar.classifier, "jar").resolve())
    except (OSError, RuntimeError) as error:
        raise _unusable(jar, f"{type(error).__name__} while fetching it") from error


def _unusable(jar: Jar, reason: str) -> StackError:
    return StackError(
        f"Kafka's jar {jar.filename} is not usable: {reason}",
        where=f"Maven Central, {jar.group}",
        unchanged="Jars already fetched stay; no broker was started",
        next_step="check the network, then run the same command again",
        exit_code=5,
    )


def _is_sound(path: Path, jar: Jar) -> bool:
    return path.is_file() and _sha256(path) == jar.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def resolve_lock() -> list[Jar]:
    """Walk ENDPOINT's dependency tree on Maven Central and digest every jar it names."""
    import jgo  # noqa: PLC0415 - only who moves the lock pays for the resolver

    return sorted(
        (
            Jar(a.groupId, a.artifactId, a.version, a.classifier, _sha256(Path(a.resolve())))
            for a in jgo.resolve(ENDPOINT)
        ),
        key=str,
    )


if __name__ == "__main__":
    print(*resolve_lock(), sep="\n")  # noqa: T201 - the lock is this program's output
