"""What a LimitRange's items for containers are given (Kubernetes: pkg/apis/core/v1, SetDefaults_LimitRangeItem).

A missing default limit is the maximum; a missing default request is the default limit, else the minimum.
"""

from quorate.apiserver.defaults.sharing import every, mapped
from quorate.contract.plan import Obj

RESOURCE = "limitranges"


def default(obj: Obj) -> Obj:
    return mapped(obj, "spec", _spec)


def _spec(spec: Obj) -> Obj:
    return every(spec, "limits", _item)


def _item(item: Obj) -> Obj:
    if item.get("type") != "Container":
        return item
    limits = {**(item.get("max") or {}), **(item.get("default") or {})}
    requests = {**(item.get("min") or {}), **limits, **(item.get("defaultRequest") or {})}
    wanted = {"default": limits, "defaultRequest": requests}
    changed = {field: amounts for field, amounts in wanted.items() if amounts and amounts != item.get(field)}
    return {**item, **changed} if changed else item
