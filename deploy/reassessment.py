"""Tells `match` that it runs under other weights than before, through its own topic.

A link carries its comparison levels, so that new weights need no record read again: the stage goes
through its rows. It is asked by a message, whose offset orders what follows among all other links.
"""

from contextlib import closing
from typing import Final

from kafka import KafkaProducer
from kafka.errors import KafkaError

from schemas.codec import Codec
from schemas.errors import TransientError
from schemas.topics import Topics
from streams.correlate.weights import WEIGHTS
from streams.match.agent import reassessment
from streams.transport.topics import prepare_topics

_ACKNOWLEDGED_SECONDS: Final = 30.0


def ask_to_reassess(bootstrap: str, topics: Topics, codec: Codec) -> None:
    """Ask every partition of `link.v1`, at each start; one that is up to date ignores it.

    Raises TransientError where the broker does not take it.
    """
    prepare_topics(bootstrap, sources=(topics.link,), changelog=None, partitions=topics.partitions)
    value = reassessment(codec, WEIGHTS.version)
    with closing(KafkaProducer(bootstrap_servers=bootstrap.split(","), acks="all")) as producer:
        try:
            sent = [
                producer.send(topics.link, value, partition=partition)
                for partition in range(topics.partitions)
            ]
            for each in sent:
                each.get(timeout=_ACKNOWLEDGED_SECONDS)
        except KafkaError as error:
            raise TransientError("NOT_ASKED", f"link.v1: {type(error).__name__}") from None
