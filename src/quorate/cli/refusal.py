"""How a command says that it cannot do what it was asked."""


class Unusable(Exception):
    """Input that cannot be used: who, why and what next, in one line. Exit code 2."""
