"""What is configured: webhooks and policies, made ready to be asked, in order of their names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quorate.apiserver.store.store import Change
from quorate.contract.plan import Obj
from quorate.objects.collection import Collection

if TYPE_CHECKING:  # what it takes to evaluate expressions is loaded when there are some
    from quorate.apiserver.admission.hooks.conditions import Expression
    from quorate.apiserver.admission.hooks.mutations import Mutator
    from quorate.apiserver.admission.hooks.policy import Policy

MUTATING = "mutatingwebhookconfigurations.admissionregistration.k8s.io"
VALIDATING = "validatingwebhookconfigurations.admissionregistration.k8s.io"
POLICIES = "validatingadmissionpolicies.admissionregistration.k8s.io"
BINDINGS = "validatingadmissionpolicybindings.admissionregistration.k8s.io"
MUTATORS = "mutatingadmissionpolicies.admissionregistration.k8s.io"
MUTATOR_BINDINGS = "mutatingadmissionpolicybindings.admissionregistration.k8s.io"


@dataclass(frozen=True, slots=True, eq=False)
class Hook:
    """A webhook of a configuration; `fails` says that its failurePolicy is Fail."""

    name: str
    spec: Obj
    fails: bool
    conditions: "tuple[Expression, ...]"

    @property
    def again(self) -> bool:
        """Whether it is asked again when others have changed what it has seen."""
        return self.spec.get("reinvocationPolicy") == "IfNeeded"


class Configured:
    """Reads the store when it has changed; keeps nothing that cannot be worked out again."""

    def __init__(self, stored: Collection, without: frozenset[str] = frozenset()) -> None:
        """`without`: admission plugins that are off."""
        self._stored, self._without = stored, without
        self._made: dict[str, Any] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {"_stored": self._stored, "_without": self._without, "_made": {}}

    def hear(self, change: Change) -> None:
        if change.resource in _SOURCES:
            self._made.clear()

    @property
    def mutating(self) -> tuple[Hook, ...]:
        found: tuple[Hook, ...] = self._known(MUTATING, _hooks)
        return found

    @property
    def validating(self) -> tuple[Hook, ...]:
        found: tuple[Hook, ...] = self._known(VALIDATING, _hooks)
        return found

    @property
    def asks(self) -> bool:
        """Whether there are webhooks."""
        return bool(self.mutating or self.validating)

    @property
    def decides(self) -> bool:
        """Whether there is anything at all."""
        return bool(self.asks or self.policies or self.mutators)

    @property
    def policies(self) -> "tuple[Policy, ...]":
        """Those that are bound."""
        found: tuple[Policy, ...] = self._known(POLICIES, self._policies)
        return found

    @property
    def mutators(self) -> "tuple[Mutator, ...]":
        """The mutating policies that are bound."""
        found: tuple[Mutator, ...] = self._known(MUTATORS, self._mutators)
        return found

    def _known(self, resource: str, make: Callable[[list[Obj]], Any]) -> Any:
        found = self._made.get(resource)
        if found is None:
            objects = [] if PLUGIN[resource] in self._without else list(self._stored.list(resource))
            found = self._made[resource] = make(objects)
        return found

    def _bound(self, resource: str) -> dict[str, list[Obj]]:
        bindings: dict[str, list[Obj]] = {}
        for binding in self._stored.list(resource):
            bindings.setdefault(binding["spec"].get("policyName", ""), []).append(binding)
        return bindings

    def _mutators(self, found: list[Obj]) -> "tuple[Mutator, ...]":
        bindings = self._bound(MUTATOR_BINDINGS)
        if not bindings:
            return ()
        from quorate.apiserver.admission.hooks import mutations

        return tuple(
            mutations.made(p, bindings[p["metadata"]["name"]]) for p in found if p["metadata"]["name"] in bindings
        )

    def _policies(self, found: list[Obj]) -> "tuple[Policy, ...]":
        bindings = self._bound(BINDINGS)
        if not bindings:
            return ()
        from quorate.apiserver.admission.hooks import policy

        made = (policy.made(p, bindings.get(p["metadata"]["name"], ())) for p in found)
        return tuple(p for p in made if p.bindings)


PLUGIN = {
    MUTATORS: "MutatingAdmissionPolicy", MUTATING: "MutatingAdmissionWebhook", VALIDATING: "ValidatingAdmissionWebhook",
    POLICIES: "ValidatingAdmissionPolicy",
}  # fmt: skip
_SOURCES = frozenset({MUTATING, VALIDATING, POLICIES, BINDINGS, MUTATORS, MUTATOR_BINDINGS})


def _hooks(configurations: list[Obj]) -> tuple[Hook, ...]:
    if not configurations:
        return ()
    from quorate.apiserver.admission.hooks.conditions import conditions
    from quorate.apiserver.admission.hooks.expressions import of_webhooks

    known = of_webhooks()
    return tuple(
        Hook(spec["name"], spec, spec.get("failurePolicy") != "Ignore", conditions(spec.get("matchConditions"), known))
        for configuration in configurations
        for spec in configuration.get("webhooks") or ()
    )
