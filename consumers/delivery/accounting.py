"""What the ledger says of a notice about to go: names of fields and records, never a value."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from consumers.delivery.decider import Judgement, Situation
from consumers.ledger.entry import Statement, account, date_of, statement_of
from consumers.sharing.standing import Standing
from schemas.party import Channel, Register


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What one channel is about to be told, and what it was told before."""

    situation: Situation
    channel: Channel
    standing: Standing
    judgement: Judgement
    now: datetime


def account_for(connection: Connection, register: Register, disclosure: Disclosure) -> None:
    """Write the entry of a disclosure, in the transaction that decides it."""
    statement = _statement(register, disclosure)
    held = disclosure.standing.held
    if disclosure.judgement.transition.content is None and held:
        # A recall discloses nothing: it is accounted as what it takes back was.
        taken_back = statement_of(connection, held[-1].notice_id)
        if taken_back is not None:
            statement = replace(
                taken_back,
                notice_id=statement.notice_id,
                date=statement.date,
                nature=statement.nature,
            )
    account(connection, statement)


def _statement(register: Register, disclosure: Disclosure) -> Statement:
    channel, decision = disclosure.channel, disclosure.judgement.decision
    office, histories = register.offices[channel.office], disclosure.situation.records
    shown = sorted({record for record, _ in decision.lineage if record in histories})
    foreign = [histories[each] for each in shown if histories[each].owner != channel.office]
    return Statement(
        notice_id=disclosure.judgement.notice_id or "",
        date=date_of(disclosure.now),
        nature=_nature(disclosure.judgement),
        purpose=channel.purpose,
        recipient_name=f"{register.agencies[office.agency].name}, {office.code}",
        recipient_address=office.contact.email,
        disclosers=tuple(sorted({history.owner for history in foreign})),
        records=tuple(history.record for history in foreign),
        exempt=decision.exempt,
    )


def _nature(judgement: Judgement) -> str:
    action, content = str(judgement.transition.action), judgement.transition.content
    if content is None:
        return action
    fields = sorted({each["field"] for each in content["fields"]})
    named = f"; fields: {', '.join(fields)}" if fields else ""
    return f"{action} of a {content['class']} match{named}"
