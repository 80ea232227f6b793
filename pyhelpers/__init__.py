"""Beachhead's helpers: what computes, behind the commands of bin/."""

__version__ = "0.1.0"


class KitError(Exception):
    """What a user can mend: one line, "what is wrong; what to do".

    Parameters
    ----------
    message : str
        The line, without the command's name in front.
    exit_code : int
        1 data or run-time failure, 2 usage, 3 a server refused, 4 a server was out of reach,
        127 something needed is missing.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code

    def format_message(self) -> str:
        """Return the line, as Typer's own usage errors do."""
        return str(self)
