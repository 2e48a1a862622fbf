"""Two PodDisruptionBudgets pick the same pods: every eviction fails with an error."""

from quorate.diagnosis.budgets import budgets
from quorate.diagnosis.case import Case
from quorate.diagnosis.finding import Finding, Remedy, Weigh

ID = "budgets-overlap"
TITLE = "Two disruption budgets pick the same pods"
NEEDS = ("poddisruptionbudgets.policy", "pods")
EXPLAINS = ("budget-blocks",)


def look(case: Case) -> Finding | None:
    found = budgets(case)
    if len(found) < 2 or case.kind == "PersistentVolumeClaim":
        return None
    told = " and ".join(b.name for b in found[:3])
    weighed = Weigh().says(0.85, f"{told} both pick its pods", f"{found[0].label} spec.selector")
    sentence = f"budgets {told} both pick the pods of {case.label}: evictions (and so drains) fail with an error"
    remedy = Remedy(
        "Keep one of them",
        (f"kubectl get pdb -n {case.namespace}", f"kubectl delete pdb {found[-1].name} -n {case.namespace}"),
        "without any budget a drain may take all pods at once",
    )
    return weighed.finding(ID, TITLE, sentence, objects=[b.label for b in found], remedy=remedy)
