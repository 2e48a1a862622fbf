"""The pod's volume is pinned to a zone or node where the pod cannot go."""

from quorate.diagnosis.case import Case, names
from quorate.diagnosis.finding import Finding, Remedy
from quorate.diagnosis.placement import pinned_to, volume_nodes
from quorate.diagnosis.scheduling import blocked, node_names, refused_taints, weigh
from quorate.objects.pod import claim_names

ID = "volume-zone"
TITLE = "The volume is pinned where the pod cannot go"
NEEDS = ("pods", "nodes", "persistentvolumes", "persistentvolumeclaims", "events")
EXPLAINS = ("progress-deadline", "bootstrap-deadlock")

WORDS = (
    "didn't match PersistentVolume's node affinity",
    "had volume node affinity conflict",
    "had no available volume zone",
)


def look(case: Case) -> Finding | None:
    found = blocked(case, *WORDS)
    if found is None:
        return None
    pod = found.pods[0]
    weighed = weigh(case, found, *WORDS)
    told, there = "", []
    for name in claim_names(pod.pod):
        claim = case.evidence.get("persistentvolumeclaims", case.namespace, name)
        volume = case.evidence.get("persistentvolumes", "", ((claim or {"spec": {}})["spec"].get("volumeName")) or "")
        if volume is None or not pinned_to(volume):
            continue
        there = volume_nodes(case, volume)
        told = f"claim {name} is on a volume that needs {pinned_to(volume)}"
        weighed.says(0.5, told, f"PersistentVolume/{volume['metadata']['name']} spec.nodeAffinity")
        open_ = [n for n in there if not n["spec"].get("unschedulable") and not refused_taints(pod.pod, n)]
        if not there and case.evidence.list("nodes"):
            weighed.says(0.7, "no node is there any more", "Node labels")
        elif not open_:
            weighed.denies(0.3, f"the node(s) there, {node_names(there)}, are closed to it: that is what has to end")
        break
    if not told:
        weighed.lacks_("the volumes were not read: where they are is not known")
    sentence = (
        f"{names(found.pods)} cannot be scheduled: {told or 'its volume is pinned'}, and "
        f"{'no node' if not there else f'only {node_names(there)}'} "
        f"{'is' if len(there) == 1 or not there else 'are'} there"
    )
    remedy = Remedy(
        "Make room or bring up a node where the volume is. A new volume elsewhere means restoring the data from "
        "the peers or a backup",
        (
            "kubectl get pv -o custom-columns=NAME:.metadata.name,CLAIM:.spec.claimRef.name,WHERE:.spec.nodeAffinity",
            "kubectl get nodes -L topology.kubernetes.io/zone",
        ),
        "a volume cannot move between zones; cluster autoscalers do not always add a node in the right one",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[p.label for p in found.pods], remedy=remedy)
