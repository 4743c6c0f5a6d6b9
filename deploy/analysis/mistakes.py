"""What an analyst is told of a mistake: what, where, that nothing was written, and what to do."""

from deploy.local.errors import StackError

USAGE = 2


def mistake(what: str, where: str, next_step: str, exit_code: int = USAGE) -> StackError:
    """Return the error of an offline command, before anything is written."""
    return StackError(
        what,
        where=where,
        unchanged="Nothing was written",
        next_step=next_step,
        exit_code=exit_code,
    )
