"""What of a file could not be used: counted by column, with the first line, never the value."""

from typing import NamedTuple


class Missed(NamedTuple):
    """How many values of a column, and the line of the first of them."""

    values: int
    first_line: int


class Misses(dict[str, Missed]):
    """By column, in the order in which they first came up."""

    def add(self, column: str, line: int) -> None:
        """Count one value of a column."""
        known = self.get(column)
        self[column] = Missed(1, line) if known is None else known._replace(values=known.values + 1)

    @property
    def counts(self) -> dict[str, int]:
        """How many, by column."""
        return {column: missed.values for column, missed in self.items()}

    @property
    def lines(self) -> dict[str, int]:
        """The first line, by column."""
        return {column: missed.first_line for column, missed in self.items()}
