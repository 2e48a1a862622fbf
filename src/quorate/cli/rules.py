"""quorate rules: alerting rules for Prometheus."""

from typing import Annotated

import typer

from quorate.cli.refusal import Unusable

EPILOG = """\b
Examples:
  quorate rules > quorate.rules.yaml                      a rule file for Prometheus
  quorate rules -o operator -n monitoring \\
    --label release=prometheus | kubectl apply -f -       for the Prometheus operator
  quorate rules --select quorate --plain                  only ours, as far as kube-state-metrics alone can feed them
  quorate rules --only 'Quorate*' --only KubePodNotReady  by name
\b
What each alert means and what to type then: docs/alerts/. What sent one: quorate diagnose --alert FILE.
"""
FORMATS = ("prometheus", "operator")


def _complete(incomplete: str) -> list[str]:
    from quorate.observe.alerting import rules as known

    return [rule.alert for rule in known() if rule.alert.startswith(incomplete)]


def rules(
    output: Annotated[
        str,
        typer.Option(
            "--output", "-o", help="prometheus (a rule file) or operator (a PrometheusRule).", metavar="FORMAT"
        ),
    ] = "prometheus",
    select: Annotated[
        list[str] | None,
        typer.Option(
            help="source (the runbook's), mixin (the kubernetes-mixin's), quorate (ours); all when absent. Repeatable.",
            metavar="SET",
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            help="Alerts of this name; * fits anything. Repeatable.", metavar="ALERT", autocompletion=_complete
        ),
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Leave out what needs metrics that only Quorate serves.")
    ] = False,
    job: Annotated[
        str, typer.Option(help='The job label that the metrics have; "" selects by no job.')
    ] = "kube-state-metrics",
    runbooks: Annotated[
        str,
        typer.Option(
            help="Where the pages of docs/alerts are served, for runbook_url; without it the rules name the page only.",
            metavar="URL",
        ),
    ] = "",
    name: Annotated[str, typer.Option(help="Name of the PrometheusRule.")] = "quorate",
    namespace: Annotated[str, typer.Option("--namespace", "-n", help="Namespace of the PrometheusRule.")] = "",
    label: Annotated[
        list[str] | None, typer.Option(help="A label of the PrometheusRule. Repeatable.", metavar="KEY=VALUE")
    ] = None,
) -> None:
    """Print alerting rules for Prometheus, each with the page that says what to do."""
    from quorate.observe import alerting

    if output not in FORMATS:
        raise Unusable(f"no such output format: {output} ({', '.join(FORMATS)})")
    sets = select or list(alerting.SETS)
    for one in sets:
        if one not in alerting.SETS:
            raise Unusable(f"--select: no such set: {one} ({', '.join(alerting.SETS)})")
    if output == "prometheus" and (namespace or label or name != "quorate"):
        raise Unusable("--name, --namespace and --label are for -o operator")
    try:
        found = alerting.chosen(sets, only or (), plain=plain, job=job)
    except ValueError as wrong:
        raise Unusable(f"{wrong}: see quorate rules | grep alert:") from None
    if runbooks and not runbooks.startswith(("https://", "http://")):
        raise Unusable(f"--runbooks: write a URL, https://..., not {runbooks!r}")
    if output == "operator":
        document = alerting.prometheus_rule(found, name, namespace, _labels(label or []), runbooks)
    else:
        document = alerting.groups(found, runbooks)
    print(alerting.written(document), end="")


def _labels(given: list[str]) -> dict[str, str]:
    made = {}
    for pair in given:
        key, sign, value = pair.partition("=")
        if not sign or not key:
            raise Unusable(f"--label: write KEY=VALUE, not {pair!r}")
        made[key] = value
    return made
