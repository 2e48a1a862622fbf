"""What a CertificateSigningRequest must keep to (Kubernetes: pkg/apis/certificates/validation)."""

from base64 import b64decode

from quorate.apiserver.validation.differences import shown
from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    each_invalid,
    forbidden,
    invalid,
    not_supported,
    required,
    too_long,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_label_errors, dns1123_subdomain_errors

RESOURCE = "certificatesigningrequests.certificates.k8s.io"
LEGACY = "kubernetes.io/legacy-unknown"
LEAST_SECONDS = 600
USAGES = (
    "any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment",
    "decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel",
    "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime",
    "server auth", "signing", "timestamping",
)  # fmt: skip
STATUSES = ("False", "True", "Unknown")
_BEGIN = "-----BEGIN CERTIFICATE REQUEST-----"


def validate(obj: Obj) -> list[FieldError]:
    """The request itself is looked at only as far as that it is one in PEM."""
    spec = obj.get("spec") or {}
    errors: list[FieldError] = []
    request = spec.get("request") or ""
    if _BEGIN not in b64decode(request).decode(errors="replace"):
        errors.append(invalid("spec.request", request or None, "PEM block type must be CERTIFICATE REQUEST"))
    usages = spec.get("usages") or ()
    if not usages:
        errors.append(required("spec.usages", "usages must be provided"))
    for i, usage in enumerate(usages):
        if usage not in USAGES:
            errors.append(not_supported(f"spec.usages[{i}]", usage, USAGES))
    errors += [duplicate(f"spec.usages[{i}]", usage) for i, usage in enumerate(usages) if usage in usages[:i]]
    signer = spec.get("signerName") or ""
    if signer == LEGACY:
        errors.append(invalid("spec.signerName", signer, "the legacy signerName is not allowed via this API version"))
    else:
        errors += _signer(signer)
    seconds = spec.get("expirationSeconds")
    if seconds is not None and seconds < LEAST_SECONDS:
        why = "may not specify a duration less than 600 seconds (10 minutes)"
        errors.append(invalid("spec.expirationSeconds", seconds, why))
    return errors + _conditions(obj)


def _signer(name: str) -> list[FieldError]:
    """example.com/signer-name: a domain of two labels at least, and a path of names between dots."""
    at = "spec.signerName"
    if not name:
        return [required(at)]
    parts = name.split("/")
    if len(parts) != 2:
        why = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
        return [invalid(at, name, why)]
    domain, path = parts
    errors: list[FieldError] = []
    if len(domain) > 253:
        errors.append(too_long(at, 253))
    labels = domain.split(".")
    bad = next(((label, wrong) for label in labels if (wrong := dns1123_label_errors(label))), None)
    if bad:
        errors += each_invalid(at, domain, [f'validating label "{bad[0]}": {why}' for why in bad[1]])
    if len(labels) < 2:
        errors.append(invalid(at, domain, "should be a domain with at least two segments separated by dots"))
    bad = next(((label, wrong) for label in path.split(".") if (wrong := dns1123_subdomain_errors(label))), None)
    if bad:
        errors += each_invalid(at, path, [f'validating label "{bad[0]}": {why}' for why in bad[1]])
    return errors


def _conditions(obj: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, condition in enumerate((obj.get("status") or {}).get("conditions") or ()):
        at, type, status = f"status.conditions[{i}]", condition.get("type") or "", condition.get("status") or ""
        if not type:
            errors.append(required(f"{at}.type"))
        if not status:
            errors.append(required(f"{at}.status"))
        elif type in ("Approved", "Denied", "Failed") and status != "True":
            errors.append(not_supported(f"{at}.status", status, ("True",)))
        elif status not in STATUSES:
            errors.append(not_supported(f"{at}.status", status, STATUSES))
        other = {"Approved": "Denied", "Denied": "Approved"}.get(type)
        if other in seen:
            errors.append(invalid(f"{at}.type", type, "Approved and Denied conditions are mutually exclusive"))
        if type in seen:
            errors.append(duplicate(f"{at}.type", type))
        seen.add(type)
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return _changed(new, old, approves=False, signs=False)


def validate_status_update(new: Obj, old: Obj) -> list[FieldError]:
    return _changed(new, old, approves=False, signs=True)


def validate_approval_update(new: Obj, old: Obj) -> list[FieldError]:
    return _changed(new, old, approves=True, signs=False)


def _changed(new: Obj, old: Obj, approves: bool, signs: bool) -> list[FieldError]:
    """Once answered, an answer stays; only the subresource approval answers, and only the status takes the certificate."""
    errors, at = validate(new), "status.conditions"
    for type in ("Approved", "Denied", "Failed"):
        had, has = _of_type(old, type), _of_type(new, type)
        if len(has) < len(had):
            errors.append(forbidden(at, f'updates may not remove a condition of type "{type}"'))
    for type in () if approves else ("Approved", "Denied"):
        had, has = _of_type(old, type), _of_type(new, type)
        if len(has) > len(had):
            errors.append(forbidden(at, f'updates may not add a condition of type "{type}"'))
        elif len(has) == len(had) and has != had:
            errors.append(forbidden(at, f'updates may not modify a condition of type "{type}"\n{shown(had, has)}'))
    before, after = ((o.get("status") or {}).get("certificate") or "" for o in (old, new))
    if before != after:
        if not signs:
            errors.append(forbidden("status.certificate", "updates may not set certificate content"))
        elif before:
            errors.append(forbidden("status.certificate", "updates may not modify existing certificate content"))
    return errors


def _of_type(obj: Obj, type: str) -> list[Obj]:
    return [c for c in (obj.get("status") or {}).get("conditions") or () if c.get("type") == type]
