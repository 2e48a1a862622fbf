"""Environment variables and what they are taken from (core/validation, ValidateEnv and ValidateEnvFrom)."""

from collections.abc import Sequence

from quorate.apiserver.validation import meta
from quorate.apiserver.validation.errors import FieldError, each_invalid, invalid, not_supported, required
from quorate.apiserver.validation.texts import config_key_errors, env_name_errors, subdomain_prefix_errors
from quorate.contract.plan import Obj
from quorate.objects.names import dns1123_subdomain_errors

OF_VARIABLES = frozenset({
    "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP",
    "status.hostIPs", "status.podIP", "status.podIPs",
})  # fmt: skip
OF_FILES = frozenset({"metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"})
_KNOWN = OF_VARIABLES | OF_FILES | {"spec.restartPolicy", "spec.schedulerName", "status.phase"}
_RESOURCES = frozenset(
    f"{part}.{name}" for part in ("limits", "requests") for name in ("cpu", "memory", "ephemeral-storage")
)
_PAGES = ("limits.hugepages-", "requests.hugepages-")
_BYTE_DIVISORS = frozenset({"1", *(f"1{unit}{kind}" for unit in "MGTPE" for kind in ("", "i")), "1k", "1Ki"})
_BYTES = "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei"
_ONE_OF = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"


def variables(field: str, found: Sequence[Obj] | None) -> list[FieldError]:
    if not found:
        return []
    errors: list[FieldError] = []
    for i, variable in enumerate(found):
        name = variable.get("name")
        if not name:
            errors.append(required(f"{field}[{i}].name"))
        else:
            wrong = env_name_errors(name)
            if wrong:
                errors += each_invalid(f"{field}[{i}].name", name, wrong)
        if "valueFrom" in variable:
            errors += _value_from(f"{field}[{i}].valueFrom", variable)
    return errors


def _value_from(field: str, variable: Obj) -> list[FieldError]:
    source = variable["valueFrom"]
    errors: list[FieldError] = []
    if "fieldRef" in source:
        errors += field_ref(f"{field}.fieldRef", source["fieldRef"], OF_VARIABLES)
    if "resourceFieldRef" in source:
        errors += resource_ref(f"{field}.resourceFieldRef", source["resourceFieldRef"], of_volume=False)
    for name in ("configMapKeyRef", "secretKeyRef"):
        if name in source:
            errors += _key_ref(f"{field}.{name}", source[name])
    if "fileKeyRef" in source:
        errors += _file_ref(f"{field}.fileKeyRef", source["fileKeyRef"])
    if not source:
        errors.append(invalid(field, "", _ONE_OF))
    elif variable.get("value"):
        errors.append(invalid(field, "", "may not be specified when `value` is not empty"))
    elif len(source) > 1:
        errors.append(invalid(field, "", "may not have more than one field specified at a time"))
    return errors


def _key_ref(field: str, ref: Obj) -> list[FieldError]:
    errors = each_invalid(f"{field}.name", ref.get("name", ""), dns1123_subdomain_errors(ref.get("name", "")))
    key = ref.get("key")
    if not key:
        errors.append(required(f"{field}.key"))
    else:
        errors += each_invalid(f"{field}.key", key, config_key_errors(key))
    return errors


def _file_ref(field: str, ref: Obj) -> list[FieldError]:
    errors = [required(f"{field}.{name}") for name in ("key", "volumeName", "path") if not ref.get(name)]
    if ref.get("key"):
        errors += each_invalid(f"{field}.key", ref["key"], env_name_errors(ref["key"]))
    return errors


def field_ref(field: str, ref: Obj, allowed: frozenset[str]) -> list[FieldError]:
    """An ObjectFieldSelector: a field of the pod, or one label or annotation of it ("metadata.labels['app']")."""
    version, path = ref.get("apiVersion"), ref.get("fieldPath")
    if not version:
        return [required(f"{field}.apiVersion")]
    if not path:
        return [required(f"{field}.fieldPath")]
    if version != "v1":
        return [invalid(f"{field}.fieldPath", path, f"error converting fieldPath: unsupported pod version: {version}")]
    head, bracket, rest = path.partition("['")
    subscript = rest[:-2] if bracket and head and rest.endswith("']") else None
    if subscript is not None and head in ("metadata.annotations", "metadata.labels"):
        return meta.label_name(field, subscript.lower() if head == "metadata.annotations" else subscript)
    if path == "spec.host":
        path = "spec.nodeName"
    if path not in _KNOWN:
        why = f"error converting fieldPath: field label not supported: {path}"
        if subscript is not None:
            why = f"error converting fieldPath: field label does not support subscript: {path}"
        return [invalid(f"{field}.fieldPath", path, why)]
    if path not in allowed:
        return [not_supported(f"{field}.fieldPath", path, sorted(allowed))]
    return []


def resource_ref(field: str, ref: Obj, of_volume: bool) -> list[FieldError]:
    """A ResourceFieldSelector: a limit or request of a container, in units of a divisor."""
    errors: list[FieldError] = []
    resource = ref.get("resource", "")
    if of_volume and not ref.get("containerName"):
        errors.append(required(f"{field}.containerName"))
    elif not resource:
        errors.append(required(f"{field}.resource"))
    elif resource not in _RESOURCES and not resource.startswith(_PAGES):
        errors.append(not_supported(f"{field}.resource", resource, sorted(_RESOURCES)))
    divisor = ref.get("divisor")
    if divisor in (None, "", "0", 0):
        return errors
    if resource.endswith(".cpu"):
        if divisor not in ("1m", "1"):
            why = "only divisor's values 1m and 1 are supported with the cpu resource"
            errors.append(invalid(f"{field}.divisor", resource, why))
    elif str(divisor) not in _BYTE_DIVISORS:
        what = (
            "hugepages"
            if resource.startswith(_PAGES)
            else "memory"
            if resource.endswith("memory")
            else "local ephemeral storage"
        )
        why = f"only divisor's values {_BYTES} are supported with the {what} resource"
        errors.append(invalid(f"{field}.divisor", resource, why))
    return errors


def sources(field: str, found: Sequence[Obj] | None) -> list[FieldError]:
    """envFrom: all keys of a ConfigMap or Secret."""
    if not found:
        return []
    errors: list[FieldError] = []
    for i, source in enumerate(found):
        at = f"{field}[{i}]"
        if source.get("prefix"):
            errors += each_invalid(f"{at}.prefix", source["prefix"], env_name_errors(source["prefix"]))
        given = [name for name in ("configMapRef", "secretRef") if name in source]
        for name in given:
            ref = source[name].get("name")
            if not ref:
                errors.append(required(f"{at}.{name}.name"))
            else:
                errors += each_invalid(f"{at}.{name}.name", ref, subdomain_prefix_errors(ref))
        if not given:
            errors.append(invalid(field, "", "must specify one of: `configMapRef` or `secretRef`"))
        elif len(given) > 1:
            errors.append(invalid(field, "", "may not have more than one field specified at a time"))
    return errors
