"""The names of a StatefulSet's pods and claims. Nobody else composes or takes apart such a name."""

import re
from functools import lru_cache

STATEFULSETS, PODS, CLAIMS = "statefulsets.apps", "pods", "persistentvolumeclaims"
REVISIONS = "controllerrevisions.apps"

_POD = re.compile(r"(.*)-([0-9]+)\Z")
_MOST = 2**31 - 1


def pod_name(set_name: str, ordinal: int) -> str:
    """The pod of this ordinal: "web-0"."""
    return f"{set_name}-{ordinal}"


def claim_name(template: str, set_name: str, ordinal: int) -> str:
    """The claim of this ordinal's pod from this volumeClaimTemplate: "data-web-0"."""
    return f"{template}-{set_name}-{ordinal}"


@lru_cache(maxsize=65536)
def parse_pod_name(name: str) -> tuple[str, int]:
    """(set, ordinal) of a pod's name; ("", -1) when it ends in no number, ordinal -1 when the number is no int32.

    Numbers are read as Kubernetes reads them: "web-01" is ordinal 1 of "web".
    """
    found = _POD.match(name)
    if found is None:
        return "", -1
    ordinal = int(found[2]) if len(found[2]) <= 32 else _MOST + 1
    return found[1], ordinal if ordinal <= _MOST else -1
