"""What a ServiceCIDR must keep to (Kubernetes: pkg/apis/networking/validation)."""

import ipaddress

from quorate.apiserver.validation.errors import FieldError, immutable, invalid, required
from quorate.apiserver.validation.networkpolicy import BLOCK
from quorate.contract.plan import Obj
from quorate.objects.string_formats import is_cidr

RESOURCE = "servicecidrs.networking.k8s.io"


def validate(obj: Obj) -> list[FieldError]:
    at, blocks = "spec.cidrs", (obj.get("spec") or {}).get("cidrs") or []
    shown = {"CIDRs": blocks}
    if not blocks:
        return [required(at, "at least one CIDR required")]
    if len(blocks) > 2:
        return [invalid(at, shown, "may only hold up to 2 values")]
    if len(blocks) == 2 and {_version(block) for block in blocks} != {4, 6}:
        why = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
        return [invalid(at, shown, why)]
    return [invalid(f"{at}[{i}]", block, why) for i, block in enumerate(blocks) if (why := _block_error(block))]


def _block_error(block: str) -> str:
    if not is_cidr(block):
        return BLOCK
    found = ipaddress.ip_interface(block)
    whole = found.network
    if found.ip != whole.network_address:
        return "must not have bits set beyond the prefix length"
    return "" if str(whole) == block else f'must be in canonical form ("{whole}")'


def _version(block: str) -> int:
    return ipaddress.ip_interface(block).version if is_cidr(block) else 0


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    blocks = (new.get("spec") or {}).get("cidrs")
    return [] if blocks == (old.get("spec") or {}).get("cidrs") else [immutable("spec.cidrs", blocks)]
