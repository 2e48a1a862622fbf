"""The roles and bindings that every cluster begins with, from data/roles.yaml."""

from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from quorate.apiserver.access.rbac import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, GROUP
from quorate.contract.plan import Obj

API = f"{GROUP}/v1"
READ = ["get", "list", "watch"]
CHANGE = ["create", "delete", "deletecollection", "patch", "update"]
_VERBS = {"read": READ, "change": CHANGE, "all": sorted([*READ, *CHANGE])}


@lru_cache(maxsize=1)
def bootstrap() -> tuple[tuple[str, Obj], ...]:
    """(resource, object); aggregated roles have no rules yet, their controller gives them those."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(resources.files(__package__).joinpath("data/roles.yaml").read_bytes(), loader)
    roles = [(CLUSTER_ROLES, _role(row)) for row in data]
    return (*roles, *((CLUSTER_ROLE_BINDINGS, _binding(row)) for row in data if row.get("groups")))


def _role(row: Obj) -> Obj:
    meta = _meta(row["name"])
    if "into" in row:
        meta["labels"][f"rbac.authorization.k8s.io/aggregate-to-{row['into']}"] = "true"
    made: Obj = {
        "apiVersion": API,
        "kind": "ClusterRole",
        "metadata": meta,
        "rules": [_rule(r) for r in row.get("rules", ())],
    }
    if "from" in row:
        labels = {f"rbac.authorization.k8s.io/aggregate-to-{row['from']}": "true"}
        made["aggregationRule"] = {"clusterRoleSelectors": [{"matchLabels": labels}]}
    return made


def _rule(row: Obj) -> Obj:
    verbs = _VERBS.get(row["verbs"], [row["verbs"]])
    if "urls" in row:
        return {"verbs": verbs, "nonResourceURLs": row["urls"]}
    return {"verbs": verbs, "apiGroups": row["groups"], "resources": row["resources"]}


def _binding(row: Obj) -> Obj:
    subjects = [{"kind": "Group", "apiGroup": GROUP, "name": group} for group in row["groups"]]
    ref = {"apiGroup": GROUP, "kind": "ClusterRole", "name": row["name"]}
    meta = _meta(row["name"])
    return {"apiVersion": API, "kind": "ClusterRoleBinding", "metadata": meta, "roleRef": ref, "subjects": subjects}


def _meta(name: str) -> Obj:
    return {
        "name": name, "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
        "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
    }  # fmt: skip
