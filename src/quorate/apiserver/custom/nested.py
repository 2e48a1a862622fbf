"""Schemas within schemas, where a definition may have something else in their place: read as Go's own decoders of them do.

(Kubernetes: apiextensions/v1/marshal.go: JSONSchemaPropsOrBool, -OrArray, -OrStringArray.) What they do not know is dropped
without a word; what is of a wrong type is refused.
"""

from typing import Any

from quorate.contract.plan import Obj
from quorate.objects.decode import Undecodable, decode_type
from quorate.objects.patch.golang import json_kind
from quorate.objects.schema import type_named

SCHEMA = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps"
_LISTS, _MAPS = ("allOf", "oneOf", "anyOf"), ("properties", "patternProperties", "definitions")


def definition_read(obj: Obj) -> Obj:
    """The definition with all schemas in it read. Raises Undecodable."""
    versions = [_version(one) for one in (obj.get("spec") or {}).get("versions") or ()]
    return {**obj, "spec": {**obj["spec"], "versions": versions}} if versions else obj


def _version(version: Any) -> Any:
    schema = ((version or {}).get("schema") or {}).get("openAPIV3Schema")
    return {**version, "schema": {**version["schema"], "openAPIV3Schema": _within(schema)}} if schema else version


def _within(schema: Obj) -> Obj:
    """A schema that is one, with those in it."""
    out: Obj = {}
    for key, value in schema.items():
        if value is None:
            out[key] = value
        elif key == "items":
            if isinstance(value, dict | list):
                out[key] = _schema(value) if isinstance(value, dict) else [_element(one) for one in value]
        elif key in ("additionalProperties", "additionalItems"):
            if not isinstance(value, dict | bool):
                raise Undecodable("boolean or JSON schema expected")
            out[key] = _schema(value) if isinstance(value, dict) else value
        elif key == "dependencies":
            out[key] = {name: _schema(one) if isinstance(one, dict) else one for name, one in value.items()}
        elif key == "not":
            out[key] = _within(value)
        elif key in _LISTS:
            out[key] = [_within(one) for one in value]
        elif key in _MAPS:
            out[key] = {name: _within(one) for name, one in value.items()}
        else:
            out[key] = value
    return out


def _element(value: Any) -> Obj:
    if value is not None and not isinstance(value, dict):
        raise Undecodable(f"json: cannot unmarshal {json_kind(value)} into Go value of type v1.JSONSchemaProps")
    return _schema(value or {})


def _schema(value: Obj) -> Obj:
    return _within(decode_type(type_named(SCHEMA), value).obj)
