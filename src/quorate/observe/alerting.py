"""Alerting rules: the runbook's, the kubernetes-mixin's, and Quorate's for what those miss."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

SETS = ("source", "mixin", "quorate")
"""The files of `rules/`, in the order in which they are printed."""
JOB = "kube-state-metrics"
"""The job label that the mixin's rules select by."""
PAGES = "docs/alerts"
"""Where the pages on the alerts are in this repository."""

_JOB = re.compile(r'(, )?job="kube-state-metrics"')


@dataclass(frozen=True, slots=True)
class Rule:
    """`hold` is Prometheus' "for". `exporter`: it reads metrics that kube-state-metrics does not have."""

    set: str
    group: str
    alert: str
    expr: str
    hold: str
    severity: str
    summary: str
    description: str
    exporter: bool


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    found = []
    for name in SETS:
        text = resources.files("quorate.observe.rules").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
        document = yaml.safe_load(text)
        for one in document["rules"]:
            found.append(
                Rule(
                    name, document["group"], one["alert"], one["expr"].rstrip(), one["for"], one["severity"], one["summary"],
                    one["description"], one.get("needs") == "quorate",
                )
            )  # fmt: skip
    return tuple(found)


def chosen(
    sets: Iterable[str] = SETS, only: Iterable[str] = (), *, plain: bool = False, job: str = JOB
) -> tuple[Rule, ...]:
    """Those of these sets whose alert fits one of the patterns ("Kube*", all when there is none).

    `plain` leaves out what kube-state-metrics cannot feed. `job` is what they select by; "" selects by no job.
    Raises ValueError when nothing is left, or a pattern fits nothing.
    """
    of_sets = [rule for rule in rules() if rule.set in set(sets) and not (plain and rule.exporter)]
    patterns = list(only)
    for pattern in patterns:
        if not any(fnmatchcase(rule.alert, pattern) for rule in of_sets):
            raise ValueError(f"no rule is named {pattern}")
    left = [rule for rule in of_sets if not patterns or any(fnmatchcase(rule.alert, p) for p in patterns)]
    if not left:
        raise ValueError("no rule is left")
    return tuple(replace(rule, expr=_selecting(rule.expr, job)) for rule in left)


def _selecting(expr: str, job: str) -> str:
    if job == JOB:
        return expr
    quoted = job.replace("\\", "\\\\").replace('"', '\\"')
    return _JOB.sub(lambda found: f'{found[1] or ""}job="{quoted}"' if job else "", expr)


def groups(of: Iterable[Rule], runbooks: str = "") -> dict[str, Any]:
    """What stands in a Prometheus rule file, and in the spec of a PrometheusRule. `runbooks`: the URL at which our pages are
    served; without one each rule says which page it is (`runbook`), and has no `runbook_url`."""
    made: dict[str, list[dict[str, Any]]] = {}
    for rule in of:
        made.setdefault(rule.group, []).append({
            "alert": rule.alert, "expr": rule.expr, "for": rule.hold, "labels": {"severity": rule.severity},
            "annotations": {
                "summary": rule.summary, "description": rule.description,
                **_runbook(rule, runbooks),
            },
        })  # fmt: skip
    return {"groups": [{"name": name, "rules": held} for name, held in made.items()]}


def _runbook(rule: Rule, base: str) -> dict[str, str]:
    page = f"{rule.alert}.md"
    return {"runbook_url": f"{base.rstrip('/')}/{page}"} if base else {"runbook": f"{PAGES}/{page}"}


def prometheus_rule(
    of: Iterable[Rule], name: str, namespace: str = "", labels: dict[str, str] | None = None, runbooks: str = ""
) -> dict[str, Any]:
    """The custom resource that the Prometheus operator reads."""
    meta: dict[str, Any] = {"name": name}
    if namespace:
        meta["namespace"] = namespace
    if labels:
        meta["labels"] = labels
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": meta,
        "spec": groups(of, runbooks),
    }


class _Dumper(yaml.SafeDumper):
    """Texts of several lines stand as such."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def written(document: dict[str, Any]) -> str:
    """As YAML."""
    found: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=120, allow_unicode=True)
    return found
