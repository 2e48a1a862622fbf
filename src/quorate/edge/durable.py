"""The world on disk."""


class DataError(Exception):
    """The folder cannot be used; the message names it and says why."""
