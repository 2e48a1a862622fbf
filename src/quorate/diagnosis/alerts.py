"""Alerts as entry points: which playbook answers one, and what it is about, by its name and labels.

Takes what Alertmanager posts to a webhook, what Prometheus' /api/v1/alerts, /api/v1/rules and a query of ALERTS and
Alertmanager's API answer, or one alert.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
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
        return self.label("namespace") or None

    def label(self, name: str) -> str:
        """Where a scrape does not honor labels, those of the object are called exported_*, and the plain ones are kube-state-metrics' own."""
        return self.labels.get(f"exported_{name}") or self.labels.get(name) or ""


def alerts_in(document: Any) -> list[Alert]:
    """The alerts that fire, in order. Raises CannotTell when there is none."""
    found = list(_walk(document))
    fire = [alert for alert, fires in found if fires]
    if fire:
        return fire
    if found:
        names = ", ".join(dict.fromkeys(alert.name for alert, _ in found))
        raise CannotTell(f"no alert in it fires (any more): {names}")
    raise CannotTell("no alert in it: expected an Alertmanager webhook or a Prometheus alert, with labels.alertname")


HELD_IN = ("alerts", "data", "groups", "rules", "result")
"""Where the documents keep their alerts."""


def _walk(document: Any) -> Iterator[tuple[Alert, bool]]:
    """Each alert, and whether it fires."""
    if isinstance(document, list):
        for one in document:
            yield from _walk(one)
        return
    if not isinstance(document, dict):
        return
    for field in HELD_IN:
        if isinstance(document.get(field), list | dict):
            yield from _walk(document[field])
            return
    labels = document.get("labels") or document.get("commonLabels") or document.get("metric") or {}
    name = labels.get("alertname") if isinstance(labels, dict) else None
    if not name:
        return
    state = document.get("status") if isinstance(document.get("status"), str) else document.get("state")
    state = state or labels.get("alertstate")
    began = instant(document.get("startsAt") or document.get("activeAt"))
    alert = Alert(str(name), {str(k): str(v) for k, v in labels.items()}, began)
    yield alert, state not in ("resolved", "pending", "inactive")


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.load(
        resources.files("quorate.diagnosis").joinpath("alerts.yaml").read_bytes(), Loader=Loader
    )
    return found


def aliases() -> Mapping[str, str | None]:
    """From plain names (see `plain`)."""
    found: Mapping[str, str | None] = _table()["aliases"]
    return found


def plain(name: str) -> str:
    """KubernetesStatefulsetDown, KubeStatefulSetDown and k8s_statefulset_down are one alert in three rule sets."""
    bare = re.sub(r"[-_ .:]", "", name).lower()
    return re.sub(r"^(kubernetes|kube|k8s)", "", bare)


@lru_cache(maxsize=1)
def _answered() -> Mapping[str, str]:
    """From plain names of alerts to the built-in playbook that says so itself."""
    books = [built_in(name) for name in built_in_names()]
    return {plain(alert): book.name for book in books for alert in (book.name, *book.alerts)}


def playbook_for(alert: Alert, more: tuple[Playbook, ...] = ()) -> Playbook | None:
    """By the alert's name, or what it is called in other rule sets; users' playbooks go first. None: the one for what is seen.

    Raises CannotTell for an alert that no playbook answers.
    """
    for book in more:
        if alert.name == book.name or alert.name in book.alerts:
            return book
    if alert.name in built_in_names():
        return built_in(alert.name)
    known = {**aliases(), **_answered()}
    asked = plain(alert.name)
    if asked in known:
        name = known[asked]
        return built_in(name) if name else None
    meant = nearest(alert.name, [a for n in built_in_names() for a in built_in(n).alerts], 3)
    hint = f"did you mean {', '.join(meant)}?" if meant else "give --playbooks DIR with one of your own"
    raise CannotTell(f"no playbook answers the alert {alert.name} ({hint})")


def target_of(alert: Alert, book: Playbook | None) -> Target | None:
    """What the alert is about: the most telling of its labels, of a kind that the playbook is for if there is one.

    None when it is about no object: then about its namespace, or the cluster.
    """
    found = [(kind, name) for label, kind in _table()["labels"] if (name := alert.label(label))]
    # An instance's own labels (pod, service of kube-state-metrics) stand beside those of the object: workloads come first.
    fitting = [f for f in found if book is not None and f[0] in book.kinds] or found
    return Target(*fitting[0], alert.namespace) if fitting else None


@dataclass(frozen=True, slots=True)
class Asked:
    """What alerts ask: about these objects, each with its playbook; without any about a namespace, or all.

    `left_out` says of which alerts nothing can be asked, and why.
    """

    targets: tuple[tuple[Target, Playbook | None], ...]
    namespace: str | None
    everywhere: bool
    left_out: tuple[str, ...]


def asked_by(alerts: Sequence[Alert], books: tuple[Playbook, ...] = (), book: Playbook | None = None) -> Asked:
    """With the playbook `book` for all of them if it is given. Raises CannotTell when no playbook answers any."""
    targets: dict[Target, Playbook | None] = {}
    wide: dict[str | None, None] = {}
    left_out = []
    for alert in alerts:
        try:
            answers = book or playbook_for(alert, books)
        except CannotTell as wrong:
            left_out.append(str(wrong))
            continue
        target = target_of(alert, answers)
        if target is None:
            # What is told of a controller's lease concerns whatever it looks after, not the namespace that the lease is in.
            wide[None if "lease" in alert.labels else alert.namespace] = None
        else:
            targets.setdefault(target, answers)
    if left_out and not targets and not wide:
        raise CannotTell("; ".join(dict.fromkeys(left_out)))
    namespace = next(iter(wide)) if len(wide) == 1 and not targets else None
    return Asked(tuple(targets.items()), namespace, not targets and namespace is None, tuple(dict.fromkeys(left_out)))
