"""What a remedy is asked: about which object, of which case, with which values."""

from dataclasses import dataclass
from typing import Any

from quorate.diagnosis.case import Case
from quorate.diagnosis.fixing.steps import CannotFix, Obj
from quorate.diagnosis.podstate import PodState
from quorate.objects.quantity import parse


@dataclass(frozen=True, slots=True)
class Asked:
    """`about` is a label as in Finding.objects ("Pod/web-0"); `given` is what the cause says, and over it what --set says."""

    case: Case
    about: str
    given: dict[str, Any]

    def name_of(self, kind: str, key: str) -> str:
        """The name of what it is about, of this kind; by --set KEY=NAME when it is about something else. Raises CannotFix."""
        said = str(self.given.get(key) or "")
        about, _, name = self.about.partition("/")
        found = said or (name if about == kind else "")
        if not found:
            raise CannotFix(f"say which {kind}: --set {key}=NAME")
        return found

    def object(self, kind: str, resource: str, key: str, *, namespaced: bool = True) -> Obj:
        """The object itself, as it was read. Raises CannotFix."""
        name = self.name_of(kind, key)
        namespace = self.case.namespace if namespaced else ""
        found = self.case.evidence.get(resource, namespace, name)
        if found is None:
            why = "does not exist" if self.case.evidence.knows(resource, namespace) else "was not read"
            raise CannotFix(f"{kind}/{name} {why}{f' in {namespace}' if namespace else ''}")
        return found

    def workload(self, *kinds: str) -> Obj:
        """The workload of the case, if it is of one of these kinds. Raises CannotFix."""
        if self.case.kind not in kinds:
            raise CannotFix(f"{self.case.label} is a {self.case.kind}: this is for a {' or '.join(kinds)}")
        return self.case.obj

    def pod(self) -> PodState:
        """The pod of the case that it is about. Raises CannotFix."""
        name = self.name_of("Pod", "pod")
        for pod in self.case.pods:
            if pod.name == name:
                return pod
        known = ", ".join(p.name for p in self.case.pods) or "none"
        raise CannotFix(f"{self.case.label} has no pod {name} (it has: {known})")

    def number(self, key: str) -> int | None:
        """Raises CannotFix."""
        said = self.given.get(key)
        if said is None or said == "":
            return None
        try:
            found = int(str(said))
        except ValueError:
            raise CannotFix(f"--set {key}={said}: not a whole number") from None
        if found < 0:
            raise CannotFix(f"--set {key}={said}: must not be negative")
        return found

    def quantity(self, key: str) -> str | None:
        """A quantity as Kubernetes writes them ("512Mi"). Raises CannotFix."""
        said = self.given.get(key)
        if said is None or said == "":
            return None
        try:
            if parse(str(said)) <= 0:
                raise ValueError
        except ValueError:
            raise CannotFix(f"--set {key}={said}: not a quantity (write it like 512Mi, 20Gi or 250m)") from None
        return str(said)
