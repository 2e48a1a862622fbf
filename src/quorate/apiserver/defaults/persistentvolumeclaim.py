"""What a PersistentVolumeClaim is given (Kubernetes: pkg/apis/core/v1/defaults; NormalizeDataSources).

The storage class is not a default: the admission rule DefaultStorageClass chooses it.
"""

from quorate.apiserver.defaults.sharing import mapped
from quorate.apiserver.defaults.volumes import default_claim_spec
from quorate.contract.plan import Obj

RESOURCE = "persistentvolumeclaims"


def default(obj: Obj) -> Obj:
    return mapped(mapped(obj, "spec", default_claim_spec), "spec", _sources)


def _sources(spec: Obj) -> Obj:
    """`dataSource` and `dataSourceRef` say the same as long as only one is given."""
    source, ref = spec.get("dataSource"), spec.get("dataSourceRef")
    if source is None and ref is None:
        return spec
    out = {**spec}
    if source is not None:
        out["dataSource"] = {"apiGroup": None, **source}
        if ref is None:
            out["dataSourceRef"] = out["dataSource"]
    if ref is not None:
        out["dataSourceRef"] = {"apiGroup": None, **ref}
        # The old field can only name what is in the claim's own namespace.
        if source is None and not ref.get("namespace"):
            out["dataSource"] = {k: v for k, v in out["dataSourceRef"].items() if k != "namespace"}
    return out
