"""The OpenAPI documents: /openapi/v3, one document per group version, and /openapi/v2, all in one.

They are made from the schema facts when they are asked for: `kubectl apply` (which query parameters a PATCH knows, how
lists merge), `kubectl explain` and `kubectl diff` read them. The documents of built-in kinds are made once.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha512

import orjson

from quorate.apiserver.openapi.paths import paths_of, swagger_paths_of
from quorate.apiserver.openapi.schemas import schemas_of
from quorate.contract.plan import Obj
from quorate.objects import kinds as built_in
from quorate.objects.kinds import Kind, Kinds
from quorate.objects.schema import kubernetes_version

SchemaOf = Callable[[Kind], Obj | None]
"""The openAPIV3Schema of a custom kind; None when it has none."""

JSON = "application/json"
PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
NO_DEFINITIONS = b"\x0a\x032.0"
"""A gnostic openapi.v2.Document that says `swagger: "2.0"` and no more."""


def answer(kinds: Kinds, path: str, accept: str = "", schema_of: SchemaOf | None = None) -> tuple[bytes, str] | None:
    """(body, content type) of an /openapi path; None when it is none, or nothing is served there.

    A client that accepts nothing but protobuf (kubectl up to 1.27 asks so for version 2) gets a document without
    definitions: it then goes by the types that it was built with.
    """
    path = path.rstrip("/")
    if path == "/openapi/v2":
        if "protobuf" in accept and "json" not in accept:
            return NO_DEFINITIONS, PROTOBUF
        return _version_2(kinds, schema_of), JSON
    if path == "/openapi/v3":
        return orjson.dumps(index(kinds, schema_of)), JSON
    if not path.startswith("/openapi/v3/"):
        return None
    root = path.removeprefix("/openapi/v3/")
    found = _group_versions(kinds).get(root)
    return None if found is None else (_version_3(found, schema_of), JSON)


def index(kinds: Kinds, schema_of: SchemaOf | None = None) -> Obj:
    """The documents' paths; a hash says when a client may keep what it has."""
    paths = {
        root: {"serverRelativeURL": f"/openapi/v3/{root}?hash={_hash(root, found, schema_of)}"}
        for root, found in _group_versions(kinds).items()
    }
    return {"paths": paths}


def _group_versions(kinds: Kinds) -> dict[str, tuple[Kind, ...]]:
    """By "api/v1", "apis/apps/v1"."""
    out: dict[str, tuple[Kind, ...]] = {}
    for kind in kinds.all():
        root = f"apis/{kind.api_version}" if kind.group else f"api/{kind.version}"
        out[root] = (*out.get(root, ()), kind)
    return out


def _hash(root: str, found: tuple[Kind, ...], schema_of: SchemaOf | None) -> str:
    facts = [kubernetes_version(), root, [repr(kind) for kind in found], _custom_schemas(found, schema_of)]
    return sha512(orjson.dumps(facts)).hexdigest().upper()


def _custom_schemas(found: Iterable[Kind], schema_of: SchemaOf | None) -> list[Obj | None]:
    return [schema_of(kind) for kind in found if not kind.type] if schema_of else []


def _version_3(found: tuple[Kind, ...], schema_of: SchemaOf | None) -> bytes:
    if all(kind.type for kind in found):
        return _built_in_version_3(found)
    return _document_3(found, schema_of)


@lru_cache(maxsize=64)
def _built_in_version_3(found: tuple[Kind, ...]) -> bytes:
    return _document_3(found, None)


def _document_3(found: tuple[Kind, ...], schema_of: SchemaOf | None) -> bytes:
    made = {
        "openapi": "3.0.0", "info": _info(), "paths": paths_of(found),
        "components": {
            "schemas": schemas_of(found, "#/components/schemas/", schema_of),
            "securitySchemes": {"BearerToken": _TOKEN},
        },
    }  # fmt: skip
    return orjson.dumps(made)


def _version_2(kinds: Kinds, schema_of: SchemaOf | None) -> bytes:
    found = kinds.all()
    if len(found) == len(built_in.all_kinds()):
        return _built_in_version_2()
    return _document_2(found, schema_of)


@lru_cache(maxsize=1)
def _built_in_version_2() -> bytes:
    return _document_2(built_in.all_kinds(), None)


def _document_2(found: tuple[Kind, ...], schema_of: SchemaOf | None) -> bytes:
    made = {
        "swagger": "2.0", "info": _info(), "paths": swagger_paths_of(found),
        "definitions": schemas_of(found, "#/definitions/", schema_of),
        "securityDefinitions": {"BearerToken": _TOKEN}, "security": [{"BearerToken": []}],
    }  # fmt: skip
    return orjson.dumps(made)


def _info() -> Obj:
    return {"title": "Kubernetes", "version": f"v{kubernetes_version()}"}


_TOKEN = {"description": "Bearer Token authentication", "in": "header", "name": "authorization", "type": "apiKey"}
