"""An HTTP/1.1 server under asyncio, with limits on requests."""


class KitError(ValueError):
    """An error that the user can fix."""
