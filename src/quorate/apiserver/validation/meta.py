"""The rules of object metadata, the same for every kind but for its name (apimachinery/pkg/api/validation/objectmeta).

Kubernetes asks them more than once: of an update in general, again by the kind's own update rules, and for some kinds
a third time as for a new object. Its answer's causes repeat what was found each time, so ours do too.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from quorate.apiserver.validation import texts
from quorate.apiserver.validation.errors import (
    FieldError,
    each_invalid,
    forbidden,
    immutable,
    invalid,
    not_negative,
    required,
    too_long,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.objects.names import (
    dns1123_label_errors,
    dns1123_subdomain_errors,
    label_value_errors,
    qualified_name_errors,
)  # fmt: skip

MOST_ANNOTATION_BYTES = 256 * 1024
STANDARD_FINALIZERS = frozenset({"kubernetes", "orphan", "foregroundDeletion"})

Rule = Callable[[str], Sequence[str]]
_SUBDOMAIN: tuple[Rule, Rule] = (dns1123_subdomain_errors, texts.subdomain_prefix_errors)
_LABEL: tuple[Rule, Rule] = (dns1123_label_errors, texts.label_prefix_errors)
_SEGMENT: tuple[Rule, Rule] = (texts.path_segment_errors, texts.segment_prefix_errors)


def _cron_job_name_errors(name: str) -> Sequence[str]:
    """A Job's name is its CronJob's and eleven characters more, and must still fit into a label."""
    return (*dns1123_subdomain_errors(name), *(() if len(name) <= 52 else (texts.at_most(52),)))


def _address_errors(name: str) -> Sequence[str]:
    """An IPAddress is named after what it is."""
    try:
        plain = str(ipaddress.ip_address(name))
    except ValueError:
        return ("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",)
    return () if plain == name else (f'must be in canonical form ("{plain}")',)


NAMES: dict[str, tuple[Rule, Rule]] = {
    "statefulsets.apps": _LABEL,
    "namespaces": _LABEL,
    "services": _LABEL,
    "cronjobs.batch": (_cron_job_name_errors, texts.subdomain_prefix_errors),
    "certificatesigningrequests.certificates.k8s.io": _SEGMENT,
    "apiservices.apiregistration.k8s.io": _SEGMENT,
    "ipaddresses.networking.k8s.io": (_address_errors, _address_errors),
    "poddisruptionbudgets.policy": _SEGMENT,
    "events": _SEGMENT,
    "roles.rbac.authorization.k8s.io": _SEGMENT,
    "rolebindings.rbac.authorization.k8s.io": _SEGMENT,
    "clusterroles.rbac.authorization.k8s.io": _SEGMENT,
    "clusterrolebindings.rbac.authorization.k8s.io": _SEGMENT,
}
"""(rule of the name, rule of generateName); a kind not listed wants a DNS subdomain."""

GENERAL_ONLY = frozenset({"poddisruptionbudgets.policy", "events"})
"""Kinds whose own rules leave metadata alone: only the general rules hold, asked once, after the kind's own are met."""

WHOLE_ON_UPDATE = frozenset({
    "pods", "configmaps", "secrets", "serviceaccounts", "services", "endpoints", "nodes", "namespaces",
    "persistentvolumes", "persistentvolumeclaims", "resourcequotas", "limitranges", "controllerrevisions.apps",
    "jobs.batch", "endpointslices.discovery.k8s.io",
})  # fmt: skip
"""Kinds whose update rules ask everything again that is asked of a new object."""

VERSIONED = frozenset({
    "leases.coordination.k8s.io", "poddisruptionbudgets.policy", "volumeattachments.storage.k8s.io",
    "csinodes.storage.k8s.io", "runtimeclasses.node.k8s.io", "apiservices.apiregistration.k8s.io",
    "customresourcedefinitions.apiextensions.k8s.io", "validatingwebhookconfigurations.admissionregistration.k8s.io",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    "validatingadmissionpolicies.admissionregistration.k8s.io",
    "validatingadmissionpolicybindings.admissionregistration.k8s.io",
})  # fmt: skip
"""Built-in kinds that are not overwritten blindly: an update must say which version it read."""


@lru_cache(maxsize=4096)
def _label_errors(field: str, key: str, value: str) -> tuple[FieldError, ...]:
    return (
        *each_invalid(field, key, qualified_name_errors(key)),
        *each_invalid(field, value, label_value_errors(value)),
    )


def labels(field: str, found: Mapping[str, str] | None) -> list[FieldError]:
    if not found:
        return []
    return [error for key, value in found.items() for error in _label_errors(field, key, value)]


def label_name(field: str, name: str) -> list[FieldError]:
    return each_invalid(field, name, qualified_name_errors(name))


def annotations(field: str, found: Mapping[str, str] | None) -> list[FieldError]:
    """Keys are qualified names whatever their case."""
    if not found:
        return []
    errors: list[FieldError] = []
    size = 0
    for key, value in found.items():
        wrong = qualified_name_errors(key.lower())
        if wrong:
            errors += each_invalid(field, key, wrong)
        size += len(key) + len(value)
    if size > MOST_ANNOTATION_BYTES // 4:  # only then can letters of several bytes carry it over
        size = sum(len(key.encode()) + len(value.encode()) for key, value in found.items())
    if size > MOST_ANNOTATION_BYTES:
        errors.append(too_long(field, MOST_ANNOTATION_BYTES))
    return errors


_REFERENCE = ("apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion")


def _shown(reference: Obj) -> Obj:
    """A reference as Kubernetes prints it: the four names always, the two flags when they are given."""
    out: Obj = {field: reference.get(field, "") for field in _REFERENCE[:4]}
    return out | {field: reference[field] for field in _REFERENCE[4:] if reference.get(field) is not None}


def owner_references(field: str, references: Sequence[Obj] | None) -> list[FieldError]:
    if not references:
        return []
    errors: list[FieldError] = []
    controller = ""
    for reference in references:
        api_version = reference.get("apiVersion", "")
        group, _, version = api_version.rpartition("/")
        if not version or "/" in group:
            errors.append(invalid(f"{field}.apiVersion", api_version, "version must not be empty"))
        for name in ("kind", "name", "uid"):
            if not reference.get(name):
                errors.append(invalid(f"{field}.{name}", reference.get(name, ""), "must not be empty"))
        if api_version == "v1" and reference.get("kind") == "Event":
            errors.append(invalid(field, _shown(reference), "/v1, Kind=Event is disallowed from being an owner"))
        if reference.get("controller"):
            this = f"{reference.get('kind', '')}/{reference.get('name', '')}"
            if controller:
                why = "Only one reference can have Controller set to true. "
                why += f'Found "true" in references for {controller} and {this}'
                errors.append(invalid(field, [_shown(r) for r in references], why))
            else:
                controller = this
    return errors


def finalizers(found: Sequence[str] | None) -> list[FieldError]:
    if not found:
        return []
    field = "metadata.finalizers"
    errors = [error for name in found for error in each_invalid(field, name, qualified_name_errors(name))]
    if "orphan" in found and "foregroundDeletion" in found:
        errors.append(invalid(field, found, "finalizer orphan and foregroundDeletion cannot be both set"))
    return errors


def finalizer_name(field: str, name: str) -> list[FieldError]:
    if "/" in name or name in STANDARD_FINALIZERS:
        return []
    return [invalid(field, name, "name is neither a standard finalizer name nor is it fully qualified")]


def _finalizer_names(found: Sequence[str] | None) -> list[FieldError]:
    if not found:
        return []
    return [error for i, name in enumerate(found) for error in finalizer_name(f"metadata.finalizers[{i}]", name)]


def validate(resource: str, meta: Obj) -> list[FieldError]:
    """Of a new object, its name already generated."""
    name_rule, prefix_rule = NAMES.get(resource, _SUBDOMAIN)
    errors: list[FieldError] = []
    prefix = meta.get("generateName")
    if prefix:
        errors += each_invalid("metadata.generateName", prefix, prefix_rule(prefix))
    name = meta.get("name")
    if not name:
        errors.append(required("metadata.name", "name or generateName is required"))
    else:
        wrong = name_rule(name)
        if wrong:
            errors += each_invalid("metadata.name", name, wrong)
    errors += not_negative("metadata.generation", meta.get("generation"))
    errors += labels("metadata.labels", meta.get("labels"))
    errors += annotations("metadata.annotations", meta.get("annotations"))
    errors += owner_references("metadata.ownerReferences", meta.get("ownerReferences"))
    errors += finalizers(meta.get("finalizers"))
    if resource not in GENERAL_ONLY:
        errors += _finalizer_names(meta.get("finalizers"))
    return errors


_KEPT = ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")
_UNSET = {"name": "", "namespace": "", "uid": ""}


def validate_update(resource: str, new: Obj, old: Obj, status: bool = False) -> list[FieldError]:
    """Of an update: `new` and `old` are the metadata, what was left out already filled in from the old.

    `status` is for writes to the status subresource, whose rules do not ask everything again.
    """
    if resource in VERSIONED and not new.get("resourceVersion"):
        return [invalid("metadata.resourceVersion", 0, "must be specified for an update")]
    errors = _changes(new, old)
    changed = errors or new.get("finalizers") != old.get("finalizers")
    if not changed or resource in GENERAL_ONLY:
        return errors
    errors = [*errors, *errors, *_finalizer_names(new.get("finalizers"))]
    if resource in WHOLE_ON_UPDATE and not status:
        errors += validate(resource, new)
    return errors


def _changes(new: Obj, old: Obj) -> list[FieldError]:
    errors: list[FieldError] = []
    if old.get("deletionTimestamp"):
        added = sorted(set(new.get("finalizers") or ()) - set(old.get("finalizers") or ()))
        if added:
            shown = ", ".join(f'"{name}"' for name in added)
            why = "no new finalizers can be added if the object is being deleted, found new finalizers "
            errors.append(forbidden("metadata.finalizers", f"{why}[]string{{{shown}}}"))
    if (new.get("generation") or 0) < (old.get("generation") or 0):
        errors.append(invalid("metadata.generation", new.get("generation") or 0, "must not be decremented"))
    for field in _KEPT:
        if new.get(field) != old.get(field):
            errors.append(immutable(f"metadata.{field}", new.get(field, _UNSET.get(field))))
    if new.get("labels") is not old.get("labels"):
        errors += labels("metadata.labels", new.get("labels"))
    if new.get("annotations") is not old.get("annotations"):
        errors += annotations("metadata.annotations", new.get("annotations"))
    if new.get("ownerReferences") is not old.get("ownerReferences"):
        errors += owner_references("metadata.ownerReferences", new.get("ownerReferences"))
    return errors
