"""An etcd manifest to change at will, and rehearsals of what it is changed to."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from quorate.assemble.rehearsing import rehearse_manifests
from quorate.edge.manifests import Manifest
from quorate.rehearsal.drill import drill_named, drills
from quorate.rehearsal.rehearse import Report

Obj = dict[str, Any]
ETCD = Path(__file__).parents[2] / "examples" / "etcd.yaml"
_DOCS = list(yaml.safe_load_all(ETCD.read_text()))


@dataclass
class Etcd:
    """The documents of examples/etcd.yaml, by kind, each to be changed in place."""

    service: Obj = field(default_factory=lambda: copy.deepcopy(_DOCS[0]))
    budget: Obj = field(default_factory=lambda: copy.deepcopy(_DOCS[1]))
    set: Obj = field(default_factory=lambda: copy.deepcopy(_DOCS[2]))
    more: list[Obj] = field(default_factory=list)

    @property
    def spec(self) -> Obj:
        return self.set["spec"]

    @property
    def pod(self) -> Obj:
        return self.spec["template"]["spec"]

    @property
    def container(self) -> Obj:
        return self.pod["containers"][0]

    def docs(self) -> list[Obj]:
        return [*self.more, *(d for d in (self.service, self.budget, self.set) if d)]

    def without_spread(self) -> "Etcd":
        del self.pod["affinity"], self.pod["topologySpreadConstraints"]
        return self

    def without_budget(self) -> "Etcd":
        self.budget = {}
        return self

    def without_probe(self) -> "Etcd":
        del self.container["readinessProbe"]
        return self

    def without_claims(self) -> "Etcd":
        del self.spec["volumeClaimTemplates"]
        self.pod["volumes"] = [{"name": "data", "emptyDir": {}}]
        return self


@pytest.fixture
def etcd() -> Etcd:
    return Etcd()


Rehearse = Callable[..., Report]


@pytest.fixture
def rehearse() -> Rehearse:
    """rehearse(etcd or documents, "node-drain", ..., seed=0): a report, without fixes unless asked; all in this process."""

    def play(what: Any, *names: str, seed: int = 0, prove: bool = False, **more: Any) -> Report:
        docs = what.docs() if isinstance(what, Etcd) else what
        manifests = [Manifest(f"a.yaml:{i + 1}", d) for i, d in enumerate(docs)]
        wanted = [d for n in names if (d := drill_named(n)) is not None] if names else drills()
        assert len(wanted) == len(names) or not names
        return rehearse_manifests(manifests, wanted, seed=seed, prove=prove, jobs=1, **more)

    return play
