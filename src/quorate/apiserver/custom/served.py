"""What a CustomResourceDefinition serves: a kind at each of its served versions, and what each version says of it."""

from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind
from quorate.objects.pod import condition

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
CLEANUP = "customresourcecleanup.apiextensions.k8s.io"
"""The finalizer that keeps a definition until its objects are gone."""
VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
"""In the order in which Kubernetes lists them for custom kinds."""


@dataclass(frozen=True)
class Served:
    """What a definition says of one version of its kind; a custom `Kind` has it as `custom`.

    schema       its openAPIV3Schema; `schema_json` are its bytes, by which compiled things are kept
    status       whether it has the status subresource
    scale        the paths of its scale subresource; None without one
    columns      its additionalPrinterColumns; () for the usual ones
    selectable   JSON paths that field selectors may use, e.g. "spec.size"
    storage      the version as which its objects are kept
    warning      what users of a deprecated version are told; "" when it is not
    preserve     the old spec.preserveUnknownFields: nothing is pruned
    terminating  whether the definition is going
    webhook      whether a webhook is needed to convert between versions
    """

    schema: Obj
    schema_json: bytes
    status: bool
    scale: Obj | None
    columns: tuple[Obj, ...]
    selectable: tuple[str, ...]
    storage: str
    warning: str
    preserve: bool
    terminating: bool
    webhook: bool
    read: dict[tuple[str, str], tuple[Obj, Obj]] = field(default_factory=dict, repr=False, compare=False)
    """Stored objects as they were read last, by key: (as stored, as served)."""

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "read": {}}


def is_true(definition: Obj, type: str) -> bool:
    found = condition(definition, type)
    return found is not None and found["status"] == "True"


def storage_version(spec: Obj) -> str:
    """The version as which objects are kept."""
    return next((v["name"] for v in spec.get("versions") or () if v.get("storage")), "")


def kinds_of(definition: Obj) -> list[Kind]:
    """What an established definition serves; nothing before it is."""
    if not is_true(definition, "Established"):
        return []
    spec = definition["spec"]
    names = (definition.get("status") or {}).get("acceptedNames") or spec["names"]
    return [_kind(definition, spec, names, version) for version in spec.get("versions") or () if version.get("served")]


def kept_kind(definition: Obj) -> Kind | None:
    """The kind as which its objects are kept, served or not: they can be deleted all the same."""
    spec = definition["spec"]
    names = (definition.get("status") or {}).get("acceptedNames") or spec["names"]
    kept = (v for v in spec.get("versions") or () if v.get("storage"))
    return next((_kind(definition, spec, names, version) for version in kept if names.get("kind")), None)


def _kind(definition: Obj, spec: Obj, names: Obj, version: Obj) -> Kind:
    sub: Obj = version.get("subresources") or {}
    status, scale = sub.get("status") is not None, sub.get("scale")
    kind = Kind(
        spec["group"], version["name"], names["kind"], names["plural"], names.get("singular") or names["kind"].lower(),
        spec["scope"] == "Namespaced", "", tuple(names.get("shortNames") or ()), tuple(names.get("categories") or ()),
        (*(("status",) if status else ()), *(("scale",) if scale else ())), VERBS, names.get("listKind") or "",
    )  # fmt: skip
    schema: Any = (version.get("schema") or {}).get("openAPIV3Schema") or {
        "type": "object", "x-kubernetes-preserve-unknown-fields": True,
    }  # fmt: skip
    warning = ""
    if version.get("deprecated"):
        warning = version.get("deprecationWarning") or f"{kind.api_version} {kind.kind} is deprecated"
    served = Served(
        schema, orjson.dumps(schema), status, scale, tuple(version.get("additionalPrinterColumns") or ()),
        tuple(f["jsonPath"].removeprefix(".") for f in version.get("selectableFields") or ()), storage_version(spec),
        warning, bool(spec.get("preserveUnknownFields")), is_true(definition, "Terminating"),
        (spec.get("conversion") or {}).get("strategy") == "Webhook",
    )  # fmt: skip
    return replace(kind, custom=served)
