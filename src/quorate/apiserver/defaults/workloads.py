"""What the defaults of all workloads share: filling in the spec and its pod template."""

from collections.abc import Mapping
from typing import Any

from quorate.apiserver.defaults.pod_spec import default_template
from quorate.apiserver.defaults.sharing import filled
from quorate.contract.plan import Obj


def with_template(spec: Obj, values: Mapping[str, Any]) -> Obj:
    """The spec with these values where they are unset, and its template's defaults."""
    out = filled(spec, values)
    template = default_template(out.get("template") or {})
    return out if template is out.get("template") else {**out, "template": template}


def with_spec(obj: Obj, spec: Obj) -> Obj:
    return obj if spec is obj.get("spec") else {**obj, "spec": spec}
