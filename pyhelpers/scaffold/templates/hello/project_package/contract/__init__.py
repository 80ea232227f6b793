"""The server: HTTP/1.1 under asyncio, with bounds on what a client may do."""


class KitError(ValueError):
    """Something that the person who called can fix."""
