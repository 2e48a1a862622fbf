"""Writes src/quorate/objects/data/schema.json and descriptions.json from the schemas that kubernetes-validate bundles.

    python tools/make_schemas.py [--version 1.36.0]

Run it when the Kubernetes version that Quorate speaks changes; kinds.json beside them is kept by hand.

schema.json is {"names": [type names], "types": [[map type, [[field, shape, zero, extras?], ...]], ...]} where shape is
"[]" and "{}" prefixes and then a scalar's name or "@n" (the n-th type); zero is p, o or a (go_facts.when_zero); extras
holds what a field has of: l list type, k list map keys, m merge key, s patch strategy, g map type, r required, and t
Go type.
descriptions.json has the same order: {"types": [[description, {field: description}], ...]}.
"""

import argparse
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from go_facts import GO_TYPES, when_zero

from quorate.objects import kinds

DATA = Path(__file__).parent.parent / "src/quorate/objects/data"
META = "io.k8s.apimachinery.pkg.apis.meta.v1."
EXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1."
ALSO = (
    META + "DeleteOptions", META + "Status", META + "ListMeta", META + "APIResourceList", META + "APIGroup",
    "io.k8s.api.autoscaling.v1.Scale", "io.k8s.api.policy.v1.Eviction", "io.k8s.api.authentication.v1.TokenRequest",
)  # fmt: skip
"""Types of request and answer bodies that are no kind of their own."""
SCALARS = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": "quantity",
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "int-or-string",
    META + "Time": "time",
    META + "MicroTime": "microtime",
    META + "FieldsV1": "any",
    "io.k8s.apimachinery.pkg.runtime.RawExtension": "any",
    EXTENSIONS + "JSON": "any",
    EXTENSIONS + "JSONSchemaPropsOrBool": "any",
    EXTENSIONS + "JSONSchemaPropsOrArray": "any",
    EXTENSIONS + "JSONSchemaPropsOrStringArray": "any",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", default="1.36.0")
    version = parser.parse_args().version
    source = files("kubernetes_validate") / f"kubernetes-json-schema/v{version}-local/_definitions.json"
    definitions = json.loads(source.read_text())["$defs"]
    names = reachable(definitions, [*(kind.type for kind in kinds.all_kinds()), *ALSO])
    types, descriptions = [], []
    for name in names:
        definition = definitions[name]
        properties = definition.get("properties", {})
        required = definition.get("required", [])
        rows = [row(name, field, spec, field in required, names) for field, spec in properties.items()]
        types.append([definition.get("x-kubernetes-map-type", ""), rows])
        descriptions.append(
            [definition.get("description", ""), {f: s.get("description", "") for f, s in properties.items()}]
        )
    write("schema.json", {"version": version, "names": names, "types": types})
    write("descriptions.json", {"types": descriptions})


def write(name: str, data: dict[str, Any]) -> None:
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    (DATA / name).write_text(text + "\n")
    print(f"{name}: {len(text) // 1000} kB")


def reachable(definitions: dict[str, Any], roots: list[str]) -> list[str]:
    """The object types that the roots are made of, sorted."""
    found: set[str] = set()
    wait = list(roots)
    while wait:
        name = wait.pop()
        if name in found or name in SCALARS:
            continue
        found.add(name)
        wait.extend(ref for spec in definitions[name].get("properties", {}).values() for ref in references(spec))
    return sorted(found)


def references(spec: dict[str, Any]) -> list[str]:
    ref = spec.get("$ref")
    inner = [spec[key] for key in ("items", "additionalProperties") if isinstance(spec.get(key), dict)]
    return ([ref.rpartition("/")[2]] if ref else []) + [name for part in inner for name in references(part)]


def row(owner: str, field: str, spec: dict[str, Any], required: bool, names: list[str]) -> list[Any]:
    shape = shape_of(spec, names)
    word = {"[": "list", "{": "map", "@": "struct"}.get(shape[0], shape)
    extras = {
        "l": spec.get("x-kubernetes-list-type"), "k": spec.get("x-kubernetes-list-map-keys"),
        "m": spec.get("x-kubernetes-patch-merge-key"), "s": spec.get("x-kubernetes-patch-strategy"),
        "g": spec.get("x-kubernetes-map-type"), "r": 1 if required else None,
        "t": GO_TYPES.get(f"{owner.rpartition('.')[2]}.{field}"),
    }  # fmt: skip
    extras = {key: value for key, value in extras.items() if value}
    out = [field, shape, when_zero(owner, field, word, required)[0]]
    return [*out, extras] if extras else out


def shape_of(spec: dict[str, Any], names: list[str]) -> str:
    ref = spec.get("$ref")
    if ref:
        name = ref.rpartition("/")[2]
        return SCALARS[name] if name in SCALARS else f"@{names.index(name)}"
    kind = spec.get("type")
    kind = next((k for k in kind if k != "null"), None) if isinstance(kind, list) else kind
    if kind == "array":
        return "[]" + shape_of(spec["items"], names)
    if kind == "object":
        return "{}" + shape_of(spec["additionalProperties"], names)
    if kind == "string":
        return "bytes" if spec.get("format") == "byte" else "string"
    if kind == "integer":
        return str(spec.get("format", "int64"))
    return {"boolean": "bool", "number": "double"}[str(kind)]


if __name__ == "__main__":
    main()
