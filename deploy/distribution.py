"""Sends signed documents to the agreement topic; its creation is the admin's, as of every topic."""

from collections.abc import Mapping
from contextlib import closing
from typing import Final

from kafka import KafkaProducer
from kafka.errors import KafkaError

from consumers.sharing.signatures import Signed
from schemas.errors import TransientError
from schemas.topics import Topics, partition_of

_ACKNOWLEDGED_SECONDS: Final = 30.0


def distribute(bootstrap: str, topics: Topics, documents: Mapping[str, Signed]) -> None:
    """Send documents by id and wait until the broker holds them; TransientError where it won't."""
    with closing(KafkaProducer(bootstrap_servers=bootstrap.split(","), acks="all")) as producer:
        try:
            sent = [
                producer.send(
                    topics.agreement,
                    signed.to_bytes(),
                    key=document.encode(),
                    partition=partition_of(document.encode(), topics.partitions),
                )
                for document, signed in documents.items()
            ]
            for each in sent:
                each.get(timeout=_ACKNOWLEDGED_SECONDS)
        except KafkaError as error:
            raise TransientError("NOT_SENT", f"agreement.v1: {type(error).__name__}") from None
