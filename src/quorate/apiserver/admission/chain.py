"""Runs the admission rules of a request, in Kubernetes' order, skipping those that do not care about its resource."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from quorate.apiserver.asked import Asked
from quorate.contract.ports import Reader

Rule = tuple[str, frozenset[str] | None, frozenset[str], Callable[[Asked, Reader], Any]]
"""(name, resources it cares about or None for all, operations, the function).

A function answers the object as it leaves it, or the texts that the requester is warned of, or None."""


class Chain:
    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._of: dict[tuple[str, str], tuple[Callable[[Asked, Reader], Any], ...]] = {}

    def run(self, asked: Asked, reader: Reader) -> Asked:
        """The request as the rules leave it. Raises Refused."""
        key = (asked.operation, asked.kind.resource)
        rules = self._of.get(key)
        if rules is None:
            rules = self._of[key] = tuple(
                rule for _, resources, operations, rule in self._rules
                if asked.operation in operations and (resources is None or asked.kind.resource in resources)
            )  # fmt: skip
        for rule in rules:
            found = rule(asked, reader)
            if isinstance(found, tuple):
                asked = replace(asked, told=(*asked.told, *found)) if found else asked
            elif found is not None and found is not asked.obj:
                asked = asked.with_obj(found)
        return asked
