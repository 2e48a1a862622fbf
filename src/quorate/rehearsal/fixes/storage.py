"""Data that outlives the pod, and the scale-down."""

from quorate.contract.plan import Obj
from quorate.rehearsal.fixes import Change, Fix, fields_of, set_change
from quorate.rehearsal.given import Given
from quorate.rehearsal.workload import workload_of

RANK = 7


def propose(given: tuple[Given, ...], at: int) -> Fix | None:
    stateful_set = given[at].obj
    workload = workload_of(stateful_set)
    if not workload.claims:
        return _volumes(at, stateful_set, workload.name, workload.title)
    policy = stateful_set["spec"].get("persistentVolumeClaimRetentionPolicy") or {}
    if policy.get("whenScaled") != "Delete":
        return None
    change = {"persistentVolumeClaimRetentionPolicy": {**policy, "whenScaled": "Retain"}}
    return Fix(
        "storage", RANK, workload.title, f"Keep the claims of {workload.name} on scale-down",
        "scaling down deletes the member's data", (set_change(at, stateful_set, change),),
    )  # fmt: skip


def _volumes(at: int, stateful_set: Obj, name: str, title: str) -> Fix:
    """Claims in the place of the directories that go with the pod."""
    pod_spec = stateful_set["spec"]["template"]["spec"]
    mounted = {m.get("name") for c in pod_spec.get("containers") or () for m in c.get("volumeMounts") or ()}
    volumes = pod_spec.get("volumes") or []
    fleeting = [v["name"] for v in volumes if "emptyDir" in v and v["name"] in mounted]
    templates = [
        {"metadata": {"name": n}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}}}
        for n in fleeting or ["data"]
    ]  # fmt: skip
    shown: Obj = {"volumeClaimTemplates": templates}
    after = set_change(at, stateful_set, shown).after
    if fleeting:
        kept = [v for v in volumes if v["name"] not in fleeting]
        template = stateful_set["spec"]["template"]
        template = {**template, "spec": {**pod_spec, "volumes": kept}}
        after = {**after, "spec": {**after["spec"], "template": template}}
        shown = {"template": {"spec": {"volumes": kept or None}}, **shown}
    why = "a member's data goes with its pod" + ("" if fleeting else "; mount the claim where the data is")
    change = Change(at, after, fields_of(stateful_set, {"spec": shown}))
    return Fix("storage", RANK, title, f"Give {name} volumes of its own", why, (change,))
