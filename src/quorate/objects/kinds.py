"""The kinds that the API serves: names, scope, verbs, subresources. Facts, kept as data in `data/kinds.json`.

The module functions know the built-in kinds; a `Kinds` knows those and what CustomResourceDefinitions have added to it.
"""

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from typing import Any

VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind at one version. `type` names its schema, e.g. "io.k8s.api.apps.v1.StatefulSet"; custom kinds have none, but
    in `custom` what their definition says of the version.
    """

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    namespaced: bool
    type: str
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    verbs: tuple[str, ...] = VERBS
    list_kind: str = ""
    stored_as: str = ""
    custom: Any = field(default=None, compare=False, repr=False)

    @property
    def resource(self) -> str:
        """kubectl's word for it: "pods", "statefulsets.apps"."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def stored_resource(self) -> str:
        """Where its objects live: events.k8s.io Events are core Events ("events"), so one object has both names."""
        return self.stored_as or self.resource

    @property
    def stored(self) -> bool:
        """Whether objects of it exist; reviews and bindings are only ever posted."""
        return "list" in self.verbs

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """How error messages name the kind: "StatefulSet.apps", "Pod"."""
        return f"{self.kind}.{self.group}" if self.group else self.kind

    @property
    def list_name(self) -> str:
        """The kind of its lists."""
        return self.list_kind or f"{self.kind}List"


class Kinds:
    """The built-in kinds and those added to it. Within a group, versions stand in order of preference."""

    def __init__(self) -> None:
        self._added: dict[tuple[str, str, str], Kind] = {}

    def add(self, kind: Kind) -> None:
        """Serve this kind at its version. Replaces what it served there."""
        self._added[kind.group, kind.version, kind.plural] = kind

    def remove(self, resource: str) -> None:
        """Serve no version of an added resource any more."""
        self._added = {at: kind for at, kind in self._added.items() if kind.resource != resource}

    def all(self) -> tuple[Kind, ...]:
        """Every kind at every version, the built-in ones first."""
        return (*all_kinds(), *self._added.values())

    def groups(self) -> tuple[str, ...]:
        """The API groups, without the core group, the built-in ones first."""
        added = sorted({kind.group for kind in self._added.values()})
        return tuple(dict.fromkeys([*(kind.group for kind in all_kinds() if kind.group), *added]))

    def of_group(self, group: str) -> tuple[Kind, ...]:
        """The kinds of a group, those of its preferred version first."""
        added = [kind for kind in self._added.values() if kind.group == group]
        built_in = [kind for kind in all_kinds() if kind.group == group]
        return (*built_in, *sorted(added, key=lambda kind: version_rank(kind.version)))

    def by_resource(self, resource: str) -> Kind | None:
        """The preferred version of "statefulsets.apps"; of an added resource, the one as which its objects are stored,
        or else the one Kubernetes ranks highest.
        """
        found = by_resource(resource)
        if found is not None:
            return found
        versions = [kind for kind in self._added.values() if kind.resource == resource]
        stored = (kind for kind in versions if kind.custom is not None and kind.custom.storage == kind.version)
        return next(stored, None) or min(versions, key=lambda kind: version_rank(kind.version), default=None)

    def by_kind(self, api_version: str, kind: str) -> Kind | None:
        """by_kind("apps/v1", "StatefulSet")."""
        found = by_kind(api_version, kind)
        if found is not None:
            return found
        return next((k for k in self._added.values() if k.kind == kind and k.api_version == api_version), None)

    def served(self, group: str, version: str, plural: str) -> Kind | None:
        """What a request path names: served("apps", "v1", "statefulsets")."""
        return _tables().served.get((group, version, plural)) or self._added.get((group, version, plural))


def version_rank(version: str) -> tuple[int, int, int, str]:
    """Sorts versions as Kubernetes prefers them: v2, v1, v1beta2, v1beta1, v1alpha1, then others by name."""
    rest = version.removeprefix("v")
    for stage, word in ((1, "beta"), (2, "alpha")):
        major, found, minor = rest.partition(word)
        if found and major.isdigit() and minor.isdigit():
            return stage, -int(major), -int(minor), ""
    if rest.isdigit() and rest != version:
        return 0, -int(rest), 0, ""
    return 3, 0, 0, version


def all_kinds() -> tuple[Kind, ...]:
    """The built-in kinds, grouped by API group; the preferred version of each comes first."""
    return _tables().all


def by_resource(resource: str) -> Kind | None:
    """The preferred version: by_resource("statefulsets.apps")."""
    return _tables().by_resource.get(resource)


def by_kind(api_version: str, kind: str) -> Kind | None:
    """by_kind("apps/v1", "StatefulSet")."""
    return _tables().by_kind.get((api_version, kind))


def served(group: str, version: str, plural: str) -> Kind | None:
    """What a request path names: served("apps", "v1", "statefulsets")."""
    return _tables().served.get((group, version, plural))


class _Tables:
    def __init__(self, found: tuple[Kind, ...]) -> None:
        self.all = found
        self.by_resource: dict[str, Kind] = {}
        self.by_kind: dict[tuple[str, str], Kind] = {}
        self.served: dict[tuple[str, str, str], Kind] = {}
        for kind in found:
            self.by_resource.setdefault(kind.resource, kind)
            self.by_kind[kind.api_version, kind.kind] = kind
            self.served[kind.group, kind.version, kind.plural] = kind


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    data = json.loads(resources.files("quorate.objects").joinpath("data/kinds.json").read_bytes())
    return _Tables(tuple(_kind(group["group"], group["version"], row) for group in data for row in group["kinds"]))


def _kind(group: str, version: str, row: dict[str, object]) -> Kind:
    """A row says what is not the rule: the plural adds an "s", namespaced, all verbs, no short names."""
    facts = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    name = str(facts["kind"])
    kind = Kind(group, version, name, f"{name.lower()}s", name.lower(), True, "")
    return replace(kind, **facts)  # type: ignore[arg-type]
