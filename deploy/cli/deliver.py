"""`liaison deliver`: decide, account and send; one process for an installation."""

import typer

from consumers.delivery.app import Deliver
from consumers.delivery.settings import DeliverSettings
from consumers.sharing.policy import AGREEMENTS, Policy, Secrets, load_policy
from deploy.logs import configure_logging
from deploy.memory import settle_collector
from deploy.settings import Settings, read_settings
from deploy.trust import Trust
from schemas.errors import ConfigError
from schemas.signing import load_private_key
from schemas.topics import Topics

app = typer.Typer(help="Decide, account and send; one process for an installation.")


@app.command()
def run() -> None:
    """Deliver until SIGTERM or Ctrl-C; a second process on the same vault is refused."""
    settings = read_settings()
    trust = Trust.of(settings)
    configure_logging()
    settle_collector()
    Deliver(
        DeliverSettings(
            bootstrap=trust.bootstrap(),
            topics=Topics(settings.namespace, settings.partitions),
            vault=settings.vault,
            inbox=settings.inbox,
            policy=policy(settings, trust),
            ledger_key=load_private_key(trust.ledger_key_file()),
            web_port=settings.deliver.web_port,
            allow_loopback_webhooks=settings.deliver.allow_loopback_webhooks,
        )
    ).run()


def policy(settings: Settings, trust: Trust) -> Policy:
    """Compile the agreements in force; raises ConfigError for a document that does not stand."""
    folder = settings.trust.agreements_folder or AGREEMENTS
    documents = sorted(folder.glob("*.yaml"))
    if not documents:
        raise ConfigError("NO_AGREEMENTS", f"{folder} holds no agreement: nothing may be shared")
    secrets = Secrets(recipient=trust.notice_secret(), blocking=trust.blocking_secret())
    return load_policy(documents, trust.register(), secrets)
