"""The kinds that the API serves: names, scope, subresources. Facts, kept as data in `kinds.json`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind at one version. `type` names its schema, e.g. "io.k8s.api.apps.v1.StatefulSet"."""

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

    @property
    def resource(self) -> str:
        """kubectl's word for it: "pods", "statefulsets.apps"."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """How error messages name the kind: "StatefulSet.apps", "Pod"."""
        return f"{self.kind}.{self.group}" if self.group else self.kind
