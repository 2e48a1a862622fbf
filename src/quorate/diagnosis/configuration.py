"""ConfigMaps and Secrets that pods refer to: which are missing, and which keys."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy, Weigh
from quorate.diagnosis.podstate import PodState
from quorate.kernel.clock import SECOND

Obj = dict[str, Any]
Holder = Literal["ConfigMap", "Secret"]

RESOURCES: dict[str, str] = {"ConfigMap": "configmaps", "Secret": "secrets"}
_MISSING = re.compile(r'\b(configmap|secret)s? "([^"]+)" not found', re.I)
_KEY = re.compile(r"couldn't find key (\S+) in (ConfigMap|Secret) \S+?/(\S+)")
_ITEM = re.compile(r"references non-existent (config|secret) key: (\S+)")


@dataclass(frozen=True, slots=True)
class Need:
    """A pod's reference to a ConfigMap or Secret; `key` is "" for the whole of it."""

    holder: Holder
    name: str
    key: str
    optional: bool
    where: str


def needs(pod: Obj) -> Iterator[Need]:
    spec = pod.get("spec") or {}
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        at = f"spec.containers[{container.get('name')}]"
        for source in container.get("envFrom") or ():
            for field, holder in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                if source.get(field):
                    yield _need(holder, source[field], "", f"{at}.envFrom")
        for variable in container.get("env") or ():
            for field, holder in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
                ref = (variable.get("valueFrom") or {}).get(field)
                if ref:
                    yield _need(holder, ref, ref.get("key") or "", f"{at}.env[{variable.get('name')}]")
    for volume in spec.get("volumes") or ():
        yield from _of_volume(volume, f"spec.volumes[{volume.get('name')}]")


def _of_volume(volume: Obj, at: str) -> Iterator[Need]:
    sources = [volume, *((volume.get("projected") or {}).get("sources") or ())]
    for source in sources:
        for field, holder, name in (("configMap", "ConfigMap", "name"), ("secret", "Secret", "secretName")):
            ref = source.get(field)
            if not ref:
                continue
            ref = {**ref, "name": ref.get(name) or ref.get("name")}
            items = ref.get("items") or ()
            if not items:
                yield _need(holder, ref, "", at)
            for item in items:
                yield _need(holder, ref, item.get("key") or "", at)


def _need(holder: str, ref: Obj, key: str, where: str) -> Need:
    return Need(holder, str(ref.get("name") or ""), key, bool(ref.get("optional")), where)  # type: ignore[arg-type]


def waiting(case: Case) -> list[tuple[PodState, str]]:
    """Pods that wait for configuration, with what the kubelet says about it: a container's message or FailedMount."""
    out = []
    for pod in case.at("config", "creating", "init"):
        said = pod.message
        if not said or pod.stage == "creating":
            told = [t.message for t in case.events_of(pod.pod, "FailedMount", "Failed")]
            said = "\n".join([said, *told[-3:]])
        out.append((pod, said))
    return out


def absent(case: Case, cause: str, title: str, holder: Holder) -> Finding | None:
    """The whole ConfigMap or Secret is missing."""
    resource = RESOURCES[holder]
    pods: list[PodState] = []
    weighed, name, where = Weigh(), "", ""
    for pod, said in waiting(case):
        told = [m[2] for m in _MISSING.finditer(said) if m[1].lower() == holder.lower()]
        known = case.evidence.knows(resource, case.namespace)
        for need in needs(pod.pod):
            if need.holder != holder or need.optional or not need.name or (name and need.name != name):
                continue
            gone = known and case.evidence.get(resource, case.namespace, need.name) is None
            if need.name == "kube-root-ca.crt" and need.name not in told:
                continue
            if need.name not in told and not (gone and (pod.stage == "config" or pod.for_long(case.now, 20 * SECOND))):
                continue
            if not name:
                name, where = need.name, need.where
                if need.name in told:
                    weighed.says(
                        0.85, _line(said, need.name), f"{pod.label} ({pod.reason or 'FailedMount'})", pod.since
                    )
                if gone:
                    weighed.says(
                        0.8,
                        f"there is no {holder} {need.name} in {case.namespace}",
                        f"{pod.label} {need.where}",
                        pod.since,
                    )
                elif known:
                    weighed.denies(0.5, f"{holder} {need.name} exists by now: the kubelet's next try should find it")
                else:
                    weighed.lacks_(f"{resource} were not read: whether it exists by now is not known")
            pods.append(pod)
            break
    if not pods:
        return None
    sentence = f"{names(pods)} cannot start: {holder} {name} does not exist"
    kind = "configmap" if holder == "ConfigMap" else "secret generic"
    remedy = Remedy(
        f"Create {holder} {name} (or correct its name in {where}): the kubelet tries again by itself",
        (
            f"kubectl get {resource} -n {case.namespace}",
            f"kubectl create {kind} {name} -n {case.namespace} --from-file=<path>",
        ),
    )
    return weighed.finding(
        cause, title, sentence, objects=[*(p.label for p in pods), f"{holder}/{name}"], remedy=remedy
    )


def key_absent(case: Case, cause: str, title: str) -> Finding | None:
    """The ConfigMap or Secret is there, the key in it is not."""
    for pod, said in waiting(case):
        if found := _KEY.search(said):
            holder, name, key = found[2], found[3], found[1]
        elif found := _ITEM.search(said):
            holder, key = ("ConfigMap" if found[1] == "config" else "Secret"), found[2]
            name = next((n.name for n in needs(pod.pod) if n.holder == holder and n.key == key), "")
        else:
            by_state = _unkeyed(case, pod)
            if by_state is None:
                continue
            holder, name, key = by_state
        pods = [p for p, s in waiting(case) if key in s or p is pod]
        weighed = Weigh()
        if found:
            weighed.says(0.85, _line(said, key), f"{pod.label} ({pod.reason or 'FailedMount'})", pod.since)
        object_found = case.evidence.get(RESOURCES[holder], case.namespace, name)
        if object_found is not None:
            keys = sorted([*(object_found.get("data") or {}), *(object_found.get("binaryData") or {})])
            if key in keys:
                weighed.denies(0.5, f"{holder} {name} has the key {key} by now")
            else:
                weighed.says(0.8, f"{holder} {name} has the keys {', '.join(keys) or 'none'}", f"{holder}/{name} data")
        sentence = f"{names(pods)} cannot start: {holder} {name} has no key {key}"
        remedy = Remedy(
            f"Add the key {key} to {holder} {name}, or correct the reference",
            (f"kubectl edit {holder.lower()} {name} -n {case.namespace}",),
        )
        return weighed.finding(
            cause, title, sentence, objects=[*(p.label for p in pods), f"{holder}/{name}"], remedy=remedy
        )
    return None


def _unkeyed(case: Case, pod: PodState) -> tuple[str, str, str] | None:
    if pod.stage == "creating" and not pod.for_long(case.now, 20 * SECOND):
        return None
    for need in needs(pod.pod):
        found = case.evidence.get(RESOURCES[need.holder], case.namespace, need.name)
        if found is None or not need.key or need.optional:
            continue
        if need.key not in (found.get("data") or {}) and need.key not in (found.get("binaryData") or {}):
            return need.holder, need.name, need.key
    return None


def _line(said: str, word: str) -> str:
    return next((line for line in said.splitlines() if word in line), said.splitlines()[0] if said else "")
