"""Beachhead's Python: the commands of bin/ and the libraries that compute for them."""

__version__ = "0.1.0"


class KitError(Exception):
    """An error that the user can fix: one line, "what is wrong; what to do".

    Parameters
    ----------
    message : str
        The line, without the command's name in front.
    exit_code : int
        1 data or run-time failure, 2 usage, 3 a server refused, 4 a server could not be reached or
        failed, 127 a program or package is missing.
    """

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code

    def format_message(self) -> str:
        """Return the line, as Typer's own usage errors do."""
        return str(self)
