"""Alerts as entry points: which playbook answers one, and what it is about, by its name and labels.

Takes what Alertmanager posts to a webhook, what Prometheus' /api/v1/alerts and Alertmanager's API list, or one alert.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from quorate.diagnosis.near import nearest
from quorate.diagnosis.playbook import Loader, Playbook, built_in, built_in_names
from quorate.diagnosis.target import CannotTell, Target
from quorate.diagnosis.told import instant
from quorate.kernel.clock import Instant


@dataclass(frozen=True, slots=True)
class Alert:
    """`began` is when it became active (startsAt, activeAt): later than the trouble by as much as its `for` says."""

    name: str
    labels: Mapping[str, str]
    began: Instant | None

    @property
    def namespace(self) -> str | None:
        return self.labels.get("namespace") or self.labels.get("exported_namespace")


def alerts_in(document: Any) -> list[Alert]:
    """The alerts that fire, in order. Raises CannotTell when there is none."""
    found = list(_walk(document))
    if not found:
        raise CannotTell(
            "no alert in it: expected an Alertmanager webhook or a Prometheus alert, with labels.alertname"
        )
    return found


def _walk(document: Any) -> Iterator[Alert]:
    if isinstance(document, list):
        for one in document:
            yield from _walk(one)
        return
    if not isinstance(document, dict):
        return
    for field in ("alerts", "data"):
        if isinstance(document.get(field), (list, dict)):
            yield from _walk(document[field])
            return
    labels = document.get("labels") or document.get("commonLabels") or {}
    name = labels.get("alertname") if isinstance(labels, dict) else None
    state = document.get("status") if isinstance(document.get("status"), str) else document.get("state")
    if name and state not in ("resolved", "pending", "inactive"):
        began = instant(document.get("startsAt") or document.get("activeAt"))
        yield Alert(str(name), {str(k): str(v) for k, v in labels.items()}, began)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.load(
        resources.files("quorate.diagnosis").joinpath("alerts.yaml").read_bytes(), Loader=Loader
    )
    return found


def aliases() -> Mapping[str, str]:
    found: Mapping[str, str] = _table()["aliases"]
    return found


def playbook_for(alert: Alert, more: tuple[Playbook, ...] = ()) -> Playbook:
    """By the alert's name or an alias of it; users' playbooks go first. Raises CannotTell."""
    for book in more:
        if alert.name == book.name or alert.name in book.alerts:
            return book
    name = aliases().get(alert.name, alert.name)
    if name in built_in_names():
        return built_in(name)
    known = [*built_in_names(), *aliases()]
    meant = nearest(alert.name, known, 3)
    hint = f"did you mean {', '.join(meant)}?" if meant else "give --playbooks DIR with one of your own"
    raise CannotTell(f"no playbook answers the alert {alert.name} ({hint})")


def target_of(alert: Alert, book: Playbook) -> Target:
    """What the alert is about: the most telling of its labels, of a kind that the playbook is for if there is one. Raises CannotTell."""
    found = [(kind, alert.labels[label]) for label, kind in _table()["labels"] if alert.labels.get(label)]
    # An instance's own labels (pod, service of kube-state-metrics) stand beside those of the object: workloads come first.
    fitting = [f for f in found if book.kinds and f[0] in book.kinds] or found
    if not fitting and alert.labels.get("lease"):
        raise CannotTell(
            f"the alert {alert.name} is about the control plane ({alert.labels['lease']}), not about one object: look at "
            "everything with quorate diagnose -A"
        )
    if not fitting:
        labels = ", ".join(label for label, _ in _table()["labels"])
        raise CannotTell(f"the alert {alert.name} does not say what it is about: it has none of the labels {labels}")
    kind, name = fitting[0]
    return Target(kind, name, alert.namespace)
