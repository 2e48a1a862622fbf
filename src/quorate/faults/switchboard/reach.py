"""How faults get at a world's parts: its controllers, its admission, its kinds."""

from collections.abc import Iterable

from quorate.contract.declared import OUTSIDE, Declared
from quorate.contract.failures import Refused
from quorate.contract.plan import Obj
from quorate.contract.ports import Writer
from quorate.faults.switchboard.fault import CannotInject, unknown
from quorate.faults.switchboard.ports import Runner, World
from quorate.objects.kinds import Kind

MANAGER = "quorate-fault"
"""The field manager of what faults write."""


def writer(world: World) -> Writer:
    return world.client(OUTSIDE, MANAGER)


def controllers_named(world: World, name: str) -> tuple[str, ...]:
    """The names of a controller's parts: "statefulset-controller" or "statefulset", "disruption-controller" (it has two),
    or a process with all of its controllers: "kube-scheduler". Raises CannotInject."""
    runners = world.runtime.runners
    base = next((n for n in (name, f"{name}-controller") if n in runners), name)
    found = [n for n in runners if n == base or n.startswith((f"{base}-", f"{base}_"))] if name else []
    found = found or [r.controller.name for r in controllers_of(world, name)]
    if not found:
        raise CannotInject(unknown("controller", name, runners))
    return tuple(found)


def controllers_of(world: World, component: str) -> list[Runner]:
    """Those that run in one process, e.g. "kube-controller-manager"."""
    return [r for r in world.runtime.runners.values() if r.controller.manager == component]


def declare(world: World, rule: Declared) -> None:
    world.server.declare((*world.server.declared, rule))


def withdraw(world: World, rule: Declared) -> None:
    """Take the rule back, once: another fault may have declared the same."""
    rules = list(world.server.declared)
    if rule in rules:
        rules.remove(rule)
        world.server.declare(tuple(rules))


def kind_named(world: World, text: str) -> Kind:
    """By anything that kubectl takes: "pods", "po", "statefulsets.apps", "ControllerRevision". Raises CannotInject."""
    kinds = world.server.kinds
    found = kinds.by_resource(text)
    if found is not None:
        return found
    wanted = text.lower()
    for kind in kinds.all():
        if kind.stored and wanted in (kind.plural, kind.singular, *kind.short_names):
            return kind
    raise CannotInject(unknown("resource", text, {k.resource for k in kinds.all() if k.stored}))


def annotate(world: World, resource: str, obj: Obj, annotations: dict[str, str | None]) -> None:
    """Merge these annotations into the object; None takes one away. One that has gone needs nothing."""
    meta = obj["metadata"]
    try:
        writer(world).patch(
            resource, meta.get("namespace", ""), meta["name"], {"metadata": {"annotations": annotations}}
        )
    except Refused as refused:
        if refused.reason != "NotFound":
            raise


def annotations_of(obj: Obj) -> dict[str, str]:
    return obj["metadata"].get("annotations") or {}


def nodes_named(world: World, name: str) -> list[Obj]:
    """The node of this name; all of them for "". Raises CannotInject."""
    nodes = list(world.reader.list("nodes"))
    return [_named("node", name, nodes)] if name else nodes


def classes_named(world: World, name: str) -> list[Obj]:
    """The StorageClass of this name; all of them for "". Raises CannotInject."""
    classes = list(world.reader.list("storageclasses.storage.k8s.io"))
    return [_named("StorageClass", name, classes)] if name else classes


def _named(what: str, name: str, among: Iterable[Obj]) -> Obj:
    by_name = {o["metadata"]["name"]: o for o in among}
    if name not in by_name:
        raise CannotInject(unknown(what, name, by_name))
    return by_name[name]
