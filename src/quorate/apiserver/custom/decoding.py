"""A custom object on its way in and out: metadata by its type, unknown fields pruned, defaults filled in.

(Kubernetes: apiextensions-apiserver's schema/pruning, schema/defaulting, schema/objectmeta.)
"""

from typing import Any

from quorate.contract.plan import Obj
from quorate.objects.decode import Decoded, Undecodable, decode_type
from quorate.objects.schema import type_named

META = ("apiVersion", "kind", "metadata")
_OBJECT_META = type_named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")


def decoded(schema: Obj, preserve: bool, body: Any) -> Decoded:
    """The body without what the schema does not know, with its defaults. Raises Undecodable.

    `preserve` is the old spec.preserveUnknownFields, which keeps everything.
    """
    if not isinstance(body, dict):
        raise Undecodable("json: cannot unmarshal into Go value of type map[string]interface {}")
    unknown: list[str] = []
    obj = _with_meta(body, "", unknown)
    obj = _embedded(schema, obj, "", unknown)
    if not preserve:
        dropped: list[str] = []
        obj = _pruned({**schema, "x-kubernetes-embedded-resource": True}, obj, "", dropped)
        unknown += sorted(dropped)
    return Decoded(defaulted(schema, obj), tuple(f'unknown field "{path}"' for path in unknown))


def pruned(schema: Obj, value: Any, root: bool = False) -> Any:
    """The value without what its schema does not know; the same object when there is nothing to drop."""
    return _pruned({**schema, "x-kubernetes-embedded-resource": True} if root else schema, value, "", [])


def _with_meta(obj: Obj, path: str, unknown: list[str]) -> Obj:
    """metadata as ObjectMeta writes it. Raises Undecodable."""
    meta = obj.get("metadata")
    if meta is None:
        return {k: v for k, v in obj.items() if k != "metadata"} if "metadata" in obj else obj
    if not isinstance(meta, dict):
        words = {str: "string", list: "array", bool: "bool"}
        raise Undecodable(
            f"json: cannot unmarshal {words.get(type(meta), 'number')} into Go struct field "
            ".metadata of type v1.ObjectMeta"
        )
    made, extra = decode_type(_OBJECT_META, meta)
    at = f"{path}.metadata" if path else "metadata"
    unknown += [f"{at}.{text.removeprefix('unknown field ').strip(chr(34))}" for text in extra]
    return obj if made is meta else {**obj, "metadata": made}


def _embedded(schema: Obj, value: Any, path: str, unknown: list[str]) -> Any:
    """The value with the metadata of embedded resources by its type."""
    if isinstance(value, dict):
        properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
        changes: Obj = {}
        for name, item in value.items():
            inner = properties.get(name) or (extra if isinstance(extra, dict) else None)
            if inner is None or not isinstance(item, dict | list):
                continue
            at = f"{path}.{name}" if path else name
            made = _with_meta(item, at, unknown) if _is_embedded(inner) and isinstance(item, dict) else item
            made = _embedded(inner, made, at, unknown)
            if made is not item:
                changes[name] = made
        return {**value, **changes} if changes else value
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, dict):
        made_items = []
        for i, item in enumerate(value):
            at = f"{path}[{i}]"
            made = _with_meta(item, at, unknown) if _is_embedded(items) and isinstance(item, dict) else item
            made_items.append(_embedded(items, made, at, unknown))
        return value if all(a is b for a, b in zip(made_items, value, strict=True)) else made_items
    return value


def _is_embedded(schema: Obj) -> bool:
    return bool(schema.get("x-kubernetes-embedded-resource"))


def _pruned(schema: Obj | None, value: Any, path: str, unknown: list[str]) -> Any:
    keeps = schema is not None and bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    if isinstance(value, dict):
        return _pruned_map(schema, keeps, value, path, unknown)
    if isinstance(value, list):
        items = schema.get("items") if schema is not None else None
        if keeps and not isinstance(items, dict):
            return value
        if keeps and isinstance(items, dict):
            items = {"x-kubernetes-preserve-unknown-fields": True, **items}
        inner = items if isinstance(items, dict) else None
        made = [_pruned(inner, item, f"{path}[{i}]", unknown) for i, item in enumerate(value)]
        return value if all(a is b for a, b in zip(made, value, strict=True)) else made
    return value


def _pruned_map(schema: Obj | None, keeps: bool, value: Obj, path: str, unknown: list[str]) -> Obj:
    properties = (schema.get("properties") or {}) if schema is not None else {}
    extra = schema.get("additionalProperties") if schema is not None else None
    embedded = schema is not None and _is_embedded(schema)
    out: Obj | None = None
    for name, item in value.items():
        if embedded and name in META:
            continue
        inner = properties.get(name)
        at = f"{path}.{name}" if path else name
        if inner is not None:
            made = _pruned(inner, item, at, unknown)
        elif isinstance(extra, dict):
            made = _pruned(extra, item, at, unknown)
        elif extra is not None or keeps:
            continue
        else:
            unknown.append(at)
            out = dict(value) if out is None else out
            del out[name]
            continue
        if made is not item:
            out = dict(value) if out is None else out
            out[name] = made
    return value if out is None else out


def defaulted(schema: Obj, value: Any) -> Any:
    """The value with the defaults of its schema; nulls that may not be null are absent, or get their default."""
    if isinstance(value, dict):
        return _defaulted_map(schema, value)
    items = schema.get("items")
    if isinstance(value, list) and isinstance(items, dict):
        made = []
        for item in value:
            start = items.get("default") if item is None and not items.get("nullable") else item
            made.append(defaulted(items, start))
        return value if all(a is b for a, b in zip(made, value, strict=True)) else made
    return value


def _defaulted_map(schema: Obj, value: Obj) -> Obj:
    properties, extra = schema.get("properties") or {}, schema.get("additionalProperties")
    out: Obj | None = None
    for name, inner in properties.items():
        default = inner.get("default")
        if name in value:
            item = value[name]
            if item is None and not inner.get("nullable"):
                out = dict(value) if out is None else out
                if default is None:
                    del out[name]
                    continue
                item = default
            made = defaulted(inner, item) if isinstance(item, dict | list) else item
            if made is not value[name]:
                out = dict(value) if out is None else out
                out[name] = made
        elif default is not None:
            out = dict(value) if out is None else out
            out[name] = defaulted(inner, default)
    if isinstance(extra, dict):
        for name, item in value.items():
            if name in properties:
                continue
            start = item
            if item is None and not extra.get("nullable"):
                start = extra.get("default")
            made = defaulted(extra, start)
            if made is not item:
                out = dict(value) if out is None else out
                if made is None:
                    del out[name]
                else:
                    out[name] = made
    return value if out is None else out
