"""What expressions that choose devices can refer to (Kubernetes: dynamic-resource-allocation/cel)."""

from quorate.objects.cel.types import BOOL, DYN, STRING, Type, map_of, opaque

_ATTRIBUTES = Type("map", (STRING, map_of(STRING, DYN)), most=32)
_CAPACITIES = Type("map", (STRING, map_of(STRING, opaque("kubernetes.Quantity"))), most=32)
DEVICE = Type("object", name="kubernetes.DRADevice", fields={
    "driver": Type("string", most=63), "attributes": _ATTRIBUTES, "capacity": _CAPACITIES,
    "allowMultipleAllocations": BOOL,
})  # fmt: skip
