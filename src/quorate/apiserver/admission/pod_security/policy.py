"""Which standard a namespace's labels ask for (pod-security-admission/api, PolicyToEvaluate)."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from quorate.apiserver.validation.errors import FieldError, invalid
from quorate.contract.plan import Obj

PREFIX = "pod-security.kubernetes.io/"
MODES = ("enforce", "audit", "warn")
LEVELS = ("privileged", "baseline", "restricted")
LATEST = 1_000_000
"""The minor version that stands for "latest"."""
_VERSION = re.compile(r"v1\.(0|[1-9][0-9]*)", re.ASCII)


class Standard(NamedTuple):
    """`version` is a minor one of Kubernetes 1."""

    level: str = "privileged"
    version: int = LATEST

    def __str__(self) -> str:
        return f"{self.level}:{'latest' if self.version == LATEST else f'v1.{self.version}'}"


@dataclass(frozen=True, slots=True)
class Policy:
    """What is refused, and what is only warned of. What would be audited has no effect: there is no audit log."""

    enforce: Standard
    warn: Standard


def policy_of(labels: Obj) -> tuple[Policy, list[FieldError]]:
    """The policy, and what is wrong with the labels; a wrong level enforces the strictest and warns of nothing."""
    errors: list[FieldError] = []
    found: dict[str, Standard] = {}
    for mode in MODES:
        level, version = labels.get(f"{PREFIX}{mode}"), labels.get(f"{PREFIX}{mode}-version")
        standard = Standard()
        if level is not None:
            if level not in LEVELS:
                why = f"must be one of {', '.join(LEVELS)}"
                errors.append(invalid(f"metadata.labels[{PREFIX}{mode}]", level, why))
                level = "restricted" if mode == "enforce" else "privileged"
            standard = standard._replace(level=level)
        if version is not None and version != "latest":
            read = _VERSION.fullmatch(version)
            if read is None:
                errors.append(
                    invalid(f"metadata.labels[{PREFIX}{mode}-version]", version, 'must be "latest" or "v1.x"')
                )
            else:
                standard = standard._replace(version=int(read[1]))
        found[mode] = standard
    return Policy(found["enforce"], _warning(labels, found)), errors


def _warning(labels: Obj, found: dict[str, Standard]) -> Standard:
    """Nothing said of warnings means: warn of what is enforced."""
    enforce, warn = found["enforce"], found["warn"]
    if f"{PREFIX}warn" in labels or labels.get(f"{PREFIX}enforce") not in ("baseline", "restricted"):
        return warn
    return warn._replace(
        level=enforce.level, version=warn.version if f"{PREFIX}warn-version" in labels else enforce.version
    )
