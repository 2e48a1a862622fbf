"""The admission that a cluster has declared itself (contract.declared), as rules among the built-in ones."""

from collections.abc import Iterable
from functools import partial

from quorate.apiserver.admission.chain import Rule
from quorate.apiserver.asked import Asked
from quorate.contract.declared import OUTSIDE, Declared, Denial, Mark
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.contract.ports import Reader

LAST = "ResourceQuota"
"""Quota counts what all others let in: what a cluster declares comes before it."""


def check(denial: Denial, asked: Asked, _: Reader) -> None:
    """A webhook's rules name the resource itself; its subresources would be asked for by names of their own."""
    if asked.subresource or asked.user.name == OUTSIDE or not denial.scope.covers(asked.namespace, asked.name):
        return
    details = {"causes": [{"message": cause} for cause in denial.causes]} if denial.causes else None
    raise Refused(denial.reason, denial.message, details, denial.code)


def admit(mark: Mark, asked: Asked, _: Reader) -> Obj | None:
    obj = asked.obj
    if obj is None or asked.subresource or not mark.scope.covers(asked.namespace, asked.name):
        return obj
    meta = obj["metadata"]
    annotations = {**(meta.get("annotations") or {}), **dict(mark.annotations)}
    return {**obj, "metadata": {**meta, "annotations": annotations}}


def mutating(rules: tuple[Rule, ...], declared: Iterable[Declared]) -> tuple[Rule, ...]:
    """The mutating rules with the declared ones among them."""
    own: list[Rule] = [
        ("MutatingAdmissionWebhook", frozenset({d.scope.resource}), d.scope.operations, partial(admit, d))
        for d in declared
        if isinstance(d, Mark)
    ]
    return (*rules, *own)


def validating(rules: tuple[Rule, ...], declared: Iterable[Declared]) -> tuple[Rule, ...]:
    """The validating rules with the declared ones among them."""
    own: list[Rule] = [
        ("ValidatingAdmissionWebhook", frozenset({d.scope.resource}), d.scope.operations, partial(check, d))
        for d in declared
        if isinstance(d, Denial)
    ]
    first = [rule for rule in rules if rule[0] != LAST]
    return (*first, *own, *(rule for rule in rules if rule[0] == LAST))
