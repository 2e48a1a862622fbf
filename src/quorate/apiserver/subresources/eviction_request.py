"""Carries an eviction out: the decision is `eviction`, the writes are here."""

from dataclasses import replace

from quorate.apiserver.deletion import precondition_failed
from quorate.apiserver.handle import ApiServer
from quorate.apiserver.options import bad_options, dry_run_errors
from quorate.apiserver.request import Options
from quorate.apiserver.subresources import eviction
from quorate.contract.failures import not_found
from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind

EVICTION = Kind("policy", "v1", "Eviction", "evictions", "eviction", True, "io.k8s.api.policy.v1.Eviction")
FORMER = "policy/v1beta1"
"""Evictions of this version are taken as well, as older clients send them, though nothing else of it is served."""


def named(body: Obj, namespace: str) -> Obj:
    """An object that is posted to another one, with its namespace."""
    return {**body, "metadata": {**(body.get("metadata") or {}), "namespace": namespace}}


def evict(server: ApiServer, namespace: str, name: str, body: Obj, options: Options) -> Obj:
    """Judge, take it from the budget, mark the pod, delete it; answers the pod as it was last. `body` is decoded.

    Raises Refused: 400, 404, 409, 422, 429, 500.
    """
    errors = dry_run_errors((body.get("deleteOptions") or {}).get("dryRun"))
    if errors:
        raise bad_options("DeleteOptions", errors)
    eviction.check_name(name, body)
    pods, budgets = server.kinds.by_resource("pods"), server.kinds.by_resource("poddisruptionbudgets.policy")
    assert pods is not None and budgets is not None
    pod = server.store.get("pods", namespace, name)
    if pod is None:
        raise not_found("pods", "", name)
    found = server.store.objects.list(budgets.resource, namespace)
    server.ask_posted(pods, "eviction", name, EVICTION, named(body, namespace), options)
    verdict = eviction.evict(pod, found, body, server.pump.now(), options.dry_run)
    delete = replace(
        options, dry_run=verdict.dry_run, grace_seconds=verdict.grace_seconds, propagation=verdict.propagation,
        uid=verdict.uid, resource_version=verdict.resource_version,
    )  # fmt: skip
    refused = precondition_failed(pods, pod, delete)
    if refused is not None:
        raise refused
    if server.hooks.configured.asks:
        # Before anything is written: who has to be waited for must not be waited for half-way.
        server.ask_deletion(pods, pod, delete)
    if verdict.budget is not None:
        old = server.store.get(budgets.resource, namespace, verdict.budget["metadata"]["name"])
        assert old is not None
        server.commit(budgets, verdict.budget, old, options, "status")
    if verdict.pod is not None:
        server.commit(pods, verdict.pod, pod, options, "status")
    return server.delete(pods, namespace, name, replace(delete, resource_version=None)).obj
