"""What commands look at: documents, a broker that serves, a vault that exists, else exit 5."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from consumers.sharing.documents import Document
from consumers.sharing.policy import AGREEMENTS, parse_all
from consumers.sqlite import open_reader
from deploy.local.errors import StackError
from deploy.local.kafka import is_serving
from deploy.local.stack import LocalStack
from deploy.settings import Settings

_UNREACHABLE = 5


def folder_documents(settings: Settings) -> tuple[Document, ...]:
    """Return the documents that the settings name, else those that ship, in the order of ids."""
    folder = settings.trust.agreements_folder or AGREEMENTS
    return parse_all({p.name: p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.yaml"))})


def running_broker(settings: Settings) -> str:
    """Return the address of the settings' broker, else of the local stack; raises StackError."""
    bootstrap = settings.broker.bootstrap or LocalStack(settings).status().bootstrap
    if bootstrap is None or not is_serving(bootstrap):
        raise StackError(
            f"the broker {bootstrap} does not answer" if bootstrap else "there is no broker",
            where="LIAISON_BROKER__BOOTSTRAP" if settings.broker.bootstrap else "local stack",
            unchanged="Nothing was read or written",
            next_step="liaison stack up, or set LIAISON_BROKER__BOOTSTRAP to a broker that serves",
            exit_code=_UNREACHABLE,
        )
    return bootstrap


@contextmanager
def reading_vault(settings: Settings) -> Iterator[Engine]:
    """Open the vault so that nothing can change it; raises StackError where there is none."""
    if not settings.vault.is_file():
        raise StackError(
            "there is no vault",
            where=str(settings.vault),
            unchanged="Nothing was read",
            next_step="set LIAISON_PATHS__VAULT to its folder, or start `liaison deliver`",
            exit_code=_UNREACHABLE,
        )
    engine = open_reader(settings.vault)
    try:
        yield engine
    finally:
        engine.dispose()
