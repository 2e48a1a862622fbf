"""The types of a document: every kind, what it is made of, and the bodies that requests and answers share."""

from collections.abc import Callable, Iterable
from typing import Any

from quorate.contract.plan import Obj
from quorate.objects.kinds import Kind
from quorate.objects.schema import Field, Type, description, type_named

_META = "io.k8s.apimachinery.pkg.apis.meta.v1."
_OBJECT_META, _LIST_META = _META + "ObjectMeta", _META + "ListMeta"
PATCH, STATUS, DELETE_OPTIONS = _META + "Patch", _META + "Status", _META + "DeleteOptions"
_BODIES = {
    "scale": "io.k8s.api.autoscaling.v1.Scale",
    "eviction": "io.k8s.api.policy.v1.Eviction",
    "token": "io.k8s.api.authentication.v1.TokenRequest",
}
_BODY_KINDS = {
    "io.k8s.api.autoscaling.v1.Scale": ("autoscaling", "v1", "Scale"),
    "io.k8s.api.policy.v1.Eviction": ("policy", "v1", "Eviction"),
    "io.k8s.api.authentication.v1.TokenRequest": ("authentication.k8s.io", "v1", "TokenRequest"),
}
_NAMED: dict[str, tuple[str, Obj]] = {
    "quantity": (
        "io.k8s.apimachinery.pkg.api.resource.Quantity", {"oneOf": [{"type": "string"}, {"type": "number"}]},
    ),
    "int-or-string": (
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
        {"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]},
    ),
    "time": (_META + "Time", {"type": "string", "format": "date-time"}),
    "microtime": (_META + "MicroTime", {"type": "string", "format": "date-time"}),
}  # fmt: skip
"""Scalars that are types of their own."""
_PLAIN: dict[str, Obj] = {
    "string": {"type": "string"}, "int32": {"type": "integer", "format": "int32"},
    "int64": {"type": "integer", "format": "int64"}, "bool": {"type": "boolean"},
    "double": {"type": "number", "format": "double"}, "bytes": {"type": "string", "format": "byte"},
}  # fmt: skip


def type_name(kind: Kind) -> str:
    """The name of a kind's type: "io.k8s.api.apps.v1.StatefulSet", "com.example.v1.Widget"."""
    if kind.type:
        return kind.type
    return ".".join([*reversed(kind.group.split(".")), kind.version, kind.kind])


def list_type_name(kind: Kind) -> str:
    return type_name(kind).removesuffix(kind.kind) + kind.list_name


def schemas_of(found: Iterable[Kind], prefix: str, schema_of: Callable[[Kind], Obj | None] | None = None) -> Obj:
    """By name. `prefix` is where the document keeps its types, e.g. "#/components/schemas/"."""
    made = _Schemas(prefix)
    for kind in found:
        made.add_kind(kind, schema_of(kind) if schema_of and not kind.type else None)
    return dict(sorted(made.out.items()))


class _Schemas:
    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.out: Obj = {PATCH: {"type": "object", "description": _PATCH}}
        for name in (STATUS, DELETE_OPTIONS):
            self._add(type_named(name))

    def add_kind(self, kind: Kind, custom: Obj | None) -> None:
        name = type_name(kind)
        if kind.type:
            self._add(type_named(name))
        else:
            self._add(type_named(_OBJECT_META))
            self.out[name] = _custom(custom, self._ref(_OBJECT_META))
        _mark(self.out[name], kind.group, kind.version, kind.kind)
        # DeleteOptions are a kind of every group, and a client looks for them by group.
        _mark(self.out[DELETE_OPTIONS], kind.group, kind.version, "DeleteOptions")
        if kind.stored:
            self._add_list(kind, name)
        for body in {_BODIES[sub] for sub in kind.subresources if sub in _BODIES}:
            self._add(type_named(body))
            _mark(self.out[body], *_BODY_KINDS[body])

    def _add_list(self, kind: Kind, item: str) -> None:
        self._add(type_named(_LIST_META))
        listed = list_type_name(kind)
        text = {"type": "string"}
        self.out[listed] = {
            "description": f"{kind.list_name} is a list of {kind.kind}.",
            "type": "object",
            "required": ["items"],
            "properties": {
                "apiVersion": {
                    **text,
                    "description": description(_OBJECT_META.replace("ObjectMeta", "Status"), "apiVersion"),
                },
                "items": {"type": "array", "items": self._whole(self._ref(item))},
                "kind": {**text, "description": description(_OBJECT_META.replace("ObjectMeta", "Status"), "kind")},
                "metadata": self._whole(self._ref(_LIST_META)),
            },
        }
        _mark(self.out[listed], kind.group, kind.version, kind.list_name)

    def _ref(self, name: str) -> Obj:
        return {"$ref": self.prefix + name}

    def _whole(self, ref: Obj) -> Obj:
        """A reference that may carry more: OpenAPI 3 wants it in an allOf, Swagger 2 takes it bare."""
        return {"allOf": [ref], "default": {}} if "components" in self.prefix else ref

    def _add(self, type: Type) -> None:
        if type.name in self.out:
            return
        made: Obj = {"type": "object"}
        self.out[type.name] = made
        about = description(type.name)
        if about:
            made["description"] = about
        required = [name for name, field in type.fields.items() if field.required]
        if required:
            made["required"] = required
        if type.fields:
            made["properties"] = {name: self._field(type.name, field) for name, field in type.fields.items()}
        if type.map_type == "atomic":
            made["x-kubernetes-map-type"] = "atomic"

    def _field(self, owner: str, field: Field) -> Obj:
        made = self._type(field.type)
        if "$ref" in made:
            made = self._whole(made)
            if field.zero != "always":
                made.pop("default", None)
        else:
            made = dict(made)
        about = description(owner, field.name)
        if about:
            made["description"] = about
        return made | _extensions(field)

    def _type(self, type: Type) -> Obj:
        match type.kind:
            case "object":
                self._add(type_named(type.name))
                return self._ref(type.name)
            case "list":
                assert type.element is not None
                return {"type": "array", "items": self._element(type.element)}
            case "map":
                assert type.element is not None
                return {"type": "object", "additionalProperties": self._element(type.element)}
            case "any":
                return {"x-kubernetes-preserve-unknown-fields": True}
            case _:
                return self._scalar(type.scalar)

    def _element(self, type: Type) -> Obj:
        made = self._type(type)
        return self._whole(made) if "$ref" in made and type.kind == "object" else made

    def _scalar(self, scalar: str) -> Obj:
        if scalar in _PLAIN:
            return _PLAIN[scalar]
        name, body = _NAMED[scalar]
        if "components" not in self.prefix:
            # Swagger 2 has no oneOf.
            body = {"type": "string"} | {key: value for key, value in body.items() if key != "oneOf"}
        self.out.setdefault(name, body)
        return self._ref(name)


def _extensions(field: Field) -> Obj:
    type = field.type
    out: Obj = {}
    if type.kind == "list":
        out["x-kubernetes-list-type"] = type.list_type
        if type.keys:
            out["x-kubernetes-list-map-keys"] = list(type.keys)
    if type.kind == "map" and type.map_type == "atomic":
        out["x-kubernetes-map-type"] = "atomic"
    if field.merge_key:
        out["x-kubernetes-patch-merge-key"] = field.merge_key
    if field.patch_strategy:
        out["x-kubernetes-patch-strategy"] = ",".join(field.patch_strategy)
    return out


def _custom(schema: Obj | None, metadata: Obj) -> Obj:
    """A custom kind as its definition has it, with the metadata that every object has."""
    made: Obj = dict(schema) if schema else {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    text: Obj = {"type": "string"}
    first: dict[str, Any] = {"apiVersion": text, "kind": text, "metadata": metadata}
    return made | {"properties": {**(made.get("properties") or {}), **first}}


def _mark(schema: Obj, group: str, version: str, kind: str) -> None:
    marks = schema.setdefault("x-kubernetes-group-version-kind", [])
    mark = {"group": group, "version": version, "kind": kind}
    if mark not in marks:
        marks.append(mark)


_PATCH = "Patch is provided to give a concrete name and type to the Kubernetes PATCH request body."
