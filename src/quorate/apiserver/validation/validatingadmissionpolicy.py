"""ValidatingAdmissionPolicy (Kubernetes: pkg/apis/admissionregistration/validation)."""

from quorate.apiserver.validation import meta
from quorate.apiserver.validation.admission_policies import frame, known, variables
from quorate.apiserver.validation.admission_rules import expression
from quorate.apiserver.validation.errors import FieldError, duplicate, invalid, not_supported, required
from quorate.contract.plan import Obj

RESOURCE = "validatingadmissionpolicies.admissionregistration.k8s.io"
REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge")
MOST_ANNOTATIONS = 20
MOST_VALUE_BYTES = 5 * 1024
NOTHING = "validations or auditAnnotations must contain at least one item"


def validate(obj: Obj) -> list[FieldError]:
    spec = obj.get("spec") or {}
    errors = frame(spec) + variables(spec)
    rules, notes = spec.get("validations") or (), spec.get("auditAnnotations") or ()
    if not rules and not notes:
        return [*errors, required("spec.validations", NOTHING), required("spec.auditAnnotations", NOTHING)]
    for i, rule in enumerate(rules):
        errors += _rule(spec, rule, f"spec.validations[{i}]")
    if len(notes) > MOST_ANNOTATIONS:
        why = f"must not have more than {MOST_ANNOTATIONS} auditAnnotations"
        errors.append(invalid("spec.auditAnnotations", list(notes), why))
    keys: set[str] = set()
    for i, note in enumerate(notes):
        at, key = f"spec.auditAnnotations[{i}]", note.get("key") or ""
        errors += _note(spec, obj["metadata"].get("name") or "", note, at)
        if key in keys:
            errors.append(duplicate(f"{at}.key", key))
        keys.add(key)
    return errors


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    return [] if (new.get("spec") or {}) == (old.get("spec") or {}) else validate(new)


def _rule(spec: Obj, rule: Obj, at: str) -> list[FieldError]:
    from quorate.apiserver.admission.hooks.expressions import without_authorizer
    from quorate.objects.cel.types import BOOL, STRING

    text, said, message = rule.get("expression") or "", rule.get("messageExpression") or "", rule.get("message") or ""
    errors = (
        expression(text, f"{at}.expression", known(spec), BOOL)
        if text.strip()
        else [required(f"{at}.expression", "expression is not specified")]
    )
    if said and not said.strip():
        errors.append(invalid(f"{at}.messageExpression", said, "must be non-empty if specified"))
    elif said:
        errors += expression(said, f"{at}.messageExpression", without_authorizer(known(spec)), STRING)
    if message and not message.strip():
        errors.append(invalid(f"{at}.message", message, "message must be non-empty if specified"))
    elif "\n" in message.strip() or "\r" in message.strip():
        errors.append(invalid(f"{at}.message", message, "message must not contain line breaks"))
    reason = rule.get("reason")
    if reason is not None and reason not in REASONS:
        errors.append(not_supported(f"{at}.reason", reason, REASONS))
    return errors


def _note(spec: Obj, name: str, note: Obj, at: str) -> list[FieldError]:
    from quorate.objects.cel.types import NULL, STRING

    key, text = note.get("key") or "", (note.get("valueExpression") or "").strip()
    errors = (
        meta.label_name(f"{at}.key", f"{name}/{key}")
        if name
        else [invalid(f"{at}.key", key, "requires metadata.name be non-empty")]
    )
    if not text:
        return [*errors, required(f"{at}.valueExpression", "valueExpression is not specified")]
    if len(text.encode()) > MOST_VALUE_BYTES:
        why = f"must not exceed {MOST_VALUE_BYTES} bytes in length"
        return [*errors, required(f"{at}.valueExpression", why)]
    return errors + expression(text, f"{at}.valueExpression", known(spec), STRING, NULL)
