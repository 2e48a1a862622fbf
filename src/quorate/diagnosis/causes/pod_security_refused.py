"""Pod Security refuses the pods: their namespace enforces a level that they do not keep."""

import re
from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.creation import missing_pods, refused, weigh
from quorate.diagnosis.finding import Finding, Remedy, Weigh

Obj = dict[str, Any]

ID = "pod-security-refused"
TITLE = "Pod Security refuses the pods"
NEEDS = ("events", "namespaces", "pods")
EXPLAINS = ("controller-backlogged", "progress-deadline", "unhealthy-surge", "creation-refused")

ENFORCE = "pod-security.kubernetes.io/enforce"
_SAID = re.compile(r'violates PodSecurity "([^"]+)": (.*)', re.S)


def look(case: Case) -> Finding | None:
    found = refused(case, _SAID)
    space = case.evidence.get("namespaces", "", case.namespace)
    level = ((space or {"metadata": {}})["metadata"].get("labels") or {}).get(ENFORCE)
    if found is not None:
        weighed, why = weigh(found), found.match[2].strip()
        level = level or found.match[1].partition(":")[0]
    else:
        broken = violations(case.template.get("spec") or {}, str(level or "privileged"))
        if not broken or not case.short or case.creation_waits or case.refusals:
            return None
        weighed, why = (
            Weigh().says(0.8, f"the template has {broken[0]}", f"{case.label} spec.template"),
            ", ".join(broken),
        )
        weighed.lacks_("no refusal is told: events live for an hour, and repeated ones are held back")
    if space is not None and level:
        weighed.says(0.3, f"namespace {case.namespace} enforces {level}", f"Namespace/{case.namespace} metadata.labels")
    sentence = f"Pod Security ({level}) refuses {found.subject if found else 'its pods'}: {why}"
    remedy = Remedy(
        f"Give the pods the security context that {level} wants, or label the namespace with a level that allows them",
        (f"kubectl label namespace {case.namespace} {ENFORCE}=<level> --dry-run=server --overwrite",),
        "a weaker level holds for every pod of the namespace",
    )
    return weighed.finding(ID, TITLE, sentence, objects=missing_pods(case), remedy=remedy)


def violations(spec: Obj, level: str) -> list[str]:
    """What a pod of this spec has that the level forbids: the common ones, not all."""
    if level not in ("baseline", "restricted"):
        return []
    out = [f"{field}: true" for field in ("hostNetwork", "hostPID", "hostIPC") if spec.get(field)]
    out += [f"a hostPath volume {v.get('name')}" for v in spec.get("volumes") or () if v.get("hostPath")]
    whole = spec.get("securityContext") or {}
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        own = container.get("securityContext") or {}
        name = container.get("name")
        if own.get("privileged"):
            out.append(f"a privileged container {name}")
        out += [f"a hostPort in container {name}" for p in container.get("ports") or () if p.get("hostPort")]
        if level != "restricted":
            continue
        if own.get("allowPrivilegeEscalation") is not False:
            out.append(f"allowPrivilegeEscalation in container {name}")
        if own.get("runAsNonRoot") is not True and whole.get("runAsNonRoot") is not True:
            out.append(f"no runAsNonRoot for container {name}")
        if "ALL" not in ((own.get("capabilities") or {}).get("drop") or ()):
            out.append(f"capabilities that container {name} does not drop")
        if not (own.get("seccompProfile") or whole.get("seccompProfile")):
            out.append(f"no seccompProfile for container {name}")
    return out
