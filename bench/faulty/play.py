"""A world to break: short words for what cases do with it."""

import copy
from collections.abc import Callable
from typing import Any

from bench.faulty.style import PLAIN, Style
from quorate.assemble.world import Shape, World, world
from quorate.contract.failures import Refused
from quorate.diagnosis.evidence import Evidence, LogKey
from quorate.faults.switchboard.catalogue import fault_named
from quorate.kernel.clock import MINUTE, SECOND, Duration

Obj = dict[str, Any]
NAMESPACE = "prod"
SIM = "sim.quorate.dev/"


class Play:
    """`chance` decides what a case leaves open, so that no two worlds are alike. Names of workloads begin with `prefix`."""

    def __init__(self, seed: int, shape: Shape | None = None, leases: bool = False, style: Style = PLAIN) -> None:
        self.style = style
        self.world: World = world(seed, shape or Shape(managed_fields=True, nodes=4, zones=2, leases=leases))
        self.client = self.world.client(manager="kubectl-client-side-apply")
        self.random = self.world.chance.stream("play")
        self.logs: dict[LogKey, list[str]] = {}
        self.count = 0
        self.client.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
        self.world.run_for(SECOND)

    # Making

    def name(self, base: str) -> str:
        self.count += 1
        base = self.style.names.get(base, base)
        return f"{base}{self.count}" if self.count > 1 else base

    def statefulset(
        self,
        base: str = "db",
        replicas: int = 3,
        wait: bool = True,
        service: bool = True,
        claims: bool = True,
        **spec: Any,
    ) -> str:
        """A StatefulSet with its headless Service; `wait` until it is ready. Answers its name."""
        name = self.name(base)
        template = self._template(name, spec.pop("annotations", {}), spec.pop("container", {}), spec.pop("pod", {}))
        body: Obj = {
            "replicas": replicas,
            "serviceName": name,
            "selector": {"matchLabels": {"app": name}},
            "template": template,
        }
        if claims:
            claim = {
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "1Gi"}},
                **spec.pop("claim", {}),
            }
            body["volumeClaimTemplates"] = [
                {"metadata": {"name": "data", "annotations": spec.pop("claim_annotations", {})}, "spec": claim}
            ]
        if service:
            self.service(name, headless=True)
        self.create("statefulsets.apps", "apps/v1", "StatefulSet", name, {**body, **spec})
        self.run(20 * SECOND if wait else SECOND)
        return name

    def deployment(self, base: str = "web", replicas: int = 3, wait: bool = True, **spec: Any) -> str:
        name = self.name(base)
        template = self._template(name, spec.pop("annotations", {}), spec.pop("container", {}), spec.pop("pod", {}))
        body: Obj = {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}
        self.service(name)
        self.create("deployments.apps", "apps/v1", "Deployment", name, {**body, **spec})
        self.run(20 * SECOND if wait else SECOND)
        return name

    def _template(self, name: str, *parts: Obj) -> Obj:
        return self.style.template(_template(name, *parts))

    def service(self, name: str, headless: bool = False, selector: dict[str, str] | None = None, **spec: Any) -> None:
        body: Obj = {"selector": selector or {"app": name}, "ports": [{"port": 80, "name": "http"}], **spec}
        if headless:
            body["clusterIP"] = "None"
        self.create("services", "v1", "Service", name, body)

    def create(
        self, resource: str, version: str, kind: str, name: str, spec: Obj, namespace: str = NAMESPACE, **more: Any
    ) -> Obj:
        meta: Obj = {"name": name, **more.pop("metadata", {})}
        if self.world.is_namespaced(resource):
            meta["namespace"] = namespace
        obj: Obj = {"apiVersion": version, "kind": kind, "metadata": meta, **more}
        if spec:
            obj["spec"] = spec
        try:
            return self.client.create(resource, obj)
        except Refused as refused:
            # Two cases of one world may want the same class or claim.
            if refused.reason != "AlreadyExists":
                raise
            return self.client.get(resource, meta.get("namespace", ""), name)

    def config_map(self, name: str, **data: str) -> None:
        self.create("configmaps", "v1", "ConfigMap", name, {}, data=data)

    def secret(self, name: str, **data: str) -> None:
        self.create("secrets", "v1", "Secret", name, {}, stringData=data)

    # Changing

    def change(
        self,
        resource: str,
        name: str,
        change: Callable[[Obj], None],
        namespace: str = NAMESPACE,
        manager: str = "kubectl-edit",
    ) -> None:
        """Read, change, write, as `kubectl edit` does."""
        obj = copy.deepcopy(self.client.get(resource, namespace, name))
        change(obj)
        self.world.client(manager=manager).update(resource, obj)

    def annotate_template(self, resource: str, name: str, **annotations: str) -> None:
        """A new revision whose containers behave so: ready_after="5m" -> sim.quorate.dev/ready-after."""
        self.change(resource, name, lambda o: _meta(o["spec"]["template"]).update(_sim(annotations)))

    def patch_template(self, resource: str, name: str, change: Callable[[Obj], None]) -> None:
        self.change(resource, name, lambda o: change(o["spec"]["template"]))

    def image(self, resource: str, name: str, image: str) -> None:
        self.patch_template(resource, name, lambda t: t["spec"]["containers"][0].update(image=image))

    def fault(self, fault: str, **arguments: Any) -> Any:
        """Inject one of the faults that a world knows."""
        known = fault_named(fault)
        return known.inject(self.world, self.world.chance, **known.arguments(arguments))

    def run(self, duration: Duration) -> None:
        self.world.run_for(duration)

    # Looking

    def pods(self, name: str) -> list[Obj]:
        return self.client.list("pods", NAMESPACE, f"app={name}")

    def get(self, resource: str, name: str, namespace: str = NAMESPACE) -> Obj:
        return self.client.get(resource, namespace, name)

    def forget_events(self) -> None:
        """As if an hour had passed: what was told is gone."""
        for event in self.client.list("events"):
            try:
                self.client.delete("events", event["metadata"]["namespace"], event["metadata"]["name"])
            except Refused:
                continue

    def log(self, pod: str, container: str, *lines: str, namespace: str = NAMESPACE) -> None:
        """What a container's previous run has logged: simulated nodes have no words of their own for it."""
        self.logs[namespace, pod, container, True] = list(lines)

    def objects(self) -> list[Obj]:
        held = self.world.store.objects
        return [obj for resource in sorted(held.resources()) for obj in held.list(resource)]

    def evidence(self) -> Evidence:
        return Evidence(self.world.store.objects, self.world.now, source="a world", logs=self.logs)

    def settled(self) -> None:
        self.run(3 * MINUTE)


def _template(name: str, annotations: dict[str, str], container: Obj, pod: Obj) -> Obj:
    main: Obj = {
        "name": "app",
        "image": "registry.example.com/app:1.0",
        "ports": [{"containerPort": 8080, "name": "http"}],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
    }
    return {
        "metadata": {"labels": {"app": name}, "annotations": _sim(annotations)},
        "spec": {"containers": [{**main, **container}], **pod},
    }


def _sim(annotations: dict[str, str]) -> dict[str, str]:
    return {SIM + k.replace("_", "-"): v for k, v in annotations.items()}


def _meta(template: Obj) -> dict[str, str]:
    meta = template.setdefault("metadata", {})
    found: dict[str, str] = meta.setdefault("annotations", {})
    return found
