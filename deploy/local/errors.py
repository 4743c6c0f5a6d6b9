"""The one way the local stack fails towards its user."""


class StackError(Exception):
    """Something local could not be started, reached or stopped.

    Carries the four things an operator needs: what failed, where, what was left as it was, and
    the next command. `exit_code` follows the house table: 1 failed, 2 usage, 5 unreachable.
    """

    def __init__(
        self, what: str, *, where: str, unchanged: str, next_step: str, exit_code: int = 1
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.unchanged = unchanged
        self.next_step = next_step
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.what} ({self.where}). {self.unchanged}. Next: {self.next_step}"

    def as_json(self) -> dict[str, str | int]:
        """The same facts for `--json`, one object."""
        return {
            "error": self.what,
            "where": self.where,
            "unchanged": self.unchanged,
            "next": self.next_step,
            "exit_code": self.exit_code,
        }
