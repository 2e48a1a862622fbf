"""What is asked of a CustomResourceDefinition (Kubernetes: apis/apiextensions/validation).

Kubernetes looks at a definition in its internal form, in which what all versions have in common stands at the spec, so
errors of a definition with one version name spec.validation, not spec.versions[0].schema.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from quorate.apiserver.custom import schema_rules, structural
from quorate.apiserver.custom.conversion import conversion_errors
from quorate.apiserver.custom.paths import normal_path
from quorate.apiserver.custom.rule_costs import same_schemas
from quorate.apiserver.custom.served import is_true
from quorate.apiserver.custom.shown import schema_shown, version_shown
from quorate.apiserver.validation.errors import (
    FieldError,
    duplicate,
    forbidden,
    immutable,
    invalid,
    not_supported,
    required,
    too_many,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.objects.names import dns1035_label_errors, dns1123_subdomain_errors

APPROVED = "api-approved.kubernetes.io"
MOST_SELECTABLE = 8
_HOISTED = ("subresources", "schema", "additionalPrinterColumns", "selectableFields")
_AT_ROOT = (
    "Description", "Type", "Format", "Title", "Maximum", "ExclusiveMaximum", "Minimum", "ExclusiveMinimum", "MaxLength",
    "MinLength", "Pattern", "MaxItems", "MinItems", "UniqueItems", "MultipleOf", "Required", "Items", "Properties",
    "ExternalDocs", "Example", "XPreserveUnknownFields", "XValidations",
)  # fmt: skip
_COLUMN_TYPES = ("boolean", "date", "integer", "number", "string")
_COLUMN_FORMATS = ("byte", "date", "date-time", "double", "float", "int32", "int64", "password")


def internal(spec: Obj) -> Obj:
    """The spec in Kubernetes' internal form: `validation`, `subresources`, ... where all versions have the same."""
    versions: Sequence[Obj] = spec.get("versions") or ()
    if not versions:
        return spec
    first, out = versions[0], dict(spec)
    shared = [name for name in _HOISTED if all(v.get(name) == first.get(name) for v in versions)]
    for name in shared:
        if first.get(name) is not None:
            out["validation" if name == "schema" else name] = first[name]
    out["versions"] = [{k: v for k, v in version.items() if k not in shared} for version in versions]
    return out


def validate(definition: Obj) -> list[FieldError]:
    """Of a new definition, beside its general metadata."""
    errors: list[FieldError] = []
    spec, name = definition["spec"], definition["metadata"].get("name") or ""
    plural, group = (spec.get("names") or {}).get("plural") or "", spec.get("group") or ""
    if name != f"{plural}.{group}":
        errors.append(invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group'))
    errors += _spec(internal(spec)) + _status(definition)
    return errors + _approval(definition) + _preserved(spec, None)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    spec, before = new["spec"], old["spec"]
    errors = _spec(internal(spec), same_schemas(spec, before))
    names, had = spec.get("names") or {}, before.get("names") or {}
    if is_true(old, "Established"):
        if spec.get("scope") != before.get("scope"):
            errors.append(immutable("spec.scope", spec.get("scope")))
        if names.get("kind") != had.get("kind"):
            errors.append(immutable("spec.names.kind", names.get("kind")))
    if spec.get("group") != before.get("group"):
        errors.append(immutable("spec.group", spec.get("group")))
    if names.get("plural") != had.get("plural"):
        errors.append(immutable("spec.names.plural", names.get("plural")))
    errors += _status(new)
    return errors + _approval(new, old) + _preserved(spec, before)


def validate_status_update(new: Obj, _: Obj) -> list[FieldError]:
    return _names((new.get("status") or {}).get("acceptedNames") or {}, "status.acceptedNames")


def _spec(spec: Obj, same: frozenset[str] = frozenset()) -> list[FieldError]:
    """`same` are the versions whose schemas do not change."""
    errors: list[FieldError] = []
    group, scope = spec.get("group") or "", spec.get("scope") or ""
    if not group:
        errors.append(required("spec.group"))
    elif wrong := dns1123_subdomain_errors(group):
        errors.append(invalid("spec.group", group, ",".join(wrong)))
    elif "." not in group:
        errors.append(invalid("spec.group", group, "should be a domain with at least one dot"))
    errors += _choice("spec.scope", scope, ["Cluster", "Namespaced"])
    versions: list[Obj] = spec.get("versions") or []
    shared: Obj = spec.get("validation") or {}
    if shared.get("openAPIV3Schema") is None:
        for i, version in enumerate(versions):
            if (version.get("schema") or {}).get("openAPIV3Schema") is None:
                errors.append(required(f"spec.versions[{i}].schema.openAPIV3Schema", "schemas are required"))
    for i, version in enumerate(versions):
        errors += _version(spec, version, f"spec.versions[{i}]", version.get("name") in same)
    shown = [version_shown(version) for version in versions] or spec.get("versions")
    if len({version.get("name") for version in versions}) != len(versions):
        errors.append(invalid("spec.versions", shown, "must contain unique version names"))
    if sum(bool(version.get("storage")) for version in versions) != 1:
        errors.append(invalid("spec.versions", shown, "must have exactly one version marked as storage version"))
    if versions and (wrong := dns1035_label_errors(versions[0].get("name") or "")):
        errors.append(invalid("spec.version", versions[0].get("name") or "", ",".join(wrong)))
    names: Obj = spec.get("names") or {}
    errors += [
        required(f"spec.names.{field}") for field in ("plural", "singular", "kind", "listKind") if not names.get(field)
    ]
    errors += _names(names, "spec.names")
    if spec.get("validation") is not None:
        kept = all(version.get("name") in same for version in versions)
        errors += _schema(shared, _any_status(spec), "spec.validation", kept)
    errors += _subresources(spec.get("subresources"), "spec.subresources")
    for i, column in enumerate(spec.get("additionalPrinterColumns") or ()):
        errors += _column(column, f"spec.additionalPrinterColumns[{i}]")
    if spec.get("selectableFields"):
        errors += _selectable(spec["selectableFields"], shared.get("openAPIV3Schema"), "spec.selectableFields")
    return errors + conversion_errors(spec.get("conversion"))


def _version(spec: Obj, version: Obj, path: str, same: bool) -> list[FieldError]:
    errors: list[FieldError] = []
    name = version.get("name") or ""
    if wrong := dns1035_label_errors(name):
        errors.append(invalid(f"{path}.name", name, ",".join(wrong)))
    warning = version.get("deprecationWarning")
    for why in _warning_errors(bool(version.get("deprecated")), warning):
        errors.append(invalid(f"{path}.deprecationWarning", warning, why))
    sub = (
        version.get("subresources")
        if any(v.get("subresources") for v in spec["versions"])
        else spec.get("subresources")
    )
    if version.get("schema") is not None:
        errors += _schema(version["schema"], (sub or {}).get("status") is not None, f"{path}.schema", same)
    errors += _subresources(version.get("subresources"), f"{path}.subresources")
    for i, column in enumerate(version.get("additionalPrinterColumns") or ()):
        errors += _column(column, f"{path}.additionalPrinterColumns[{i}]")
    if version.get("selectableFields"):
        schema = (version.get("schema") or spec.get("validation") or {}).get("openAPIV3Schema")
        errors += _selectable(version["selectableFields"], schema, f"{path}.selectableFields")
    return errors


def _warning_errors(deprecated: bool, warning: str | None) -> list[str]:
    if warning is None:
        return []
    if not deprecated:
        return ["can only be set for deprecated versions"]
    errors = []
    if len(warning) > 256:
        errors.append("must be <= 256 characters long")
    if not warning:
        errors.append("must not be an empty string")
    bad = next((i for i, letter in enumerate(warning) if not letter.isprintable()), None)
    if bad is not None:
        at = len(warning[:bad].encode())
        errors.append(f"must only contain printable UTF-8 characters; non-printable character found at index {at}")
    return errors


def _any_status(spec: Obj) -> bool:
    found = [spec.get("subresources"), *(v.get("subresources") for v in spec.get("versions") or ())]
    return any((sub or {}).get("status") is not None for sub in found)


def _schema(validation: Obj, status: bool, path: str, same: bool) -> list[FieldError]:
    schema: Obj | None = validation.get("openAPIV3Schema")
    if schema is None:
        return []
    errors: list[FieldError] = []
    at = f"{path}.openAPIV3Schema"
    if status:
        errors += _root_fields(schema, at)
    if schema.get("nullable"):
        errors.append(forbidden(f"{at}.nullable", "nullable cannot be true at the root"))
    refused = structural.unsupported(schema)
    found: list[FieldError] = []
    if not refused:
        found = structural.validate(schema, at) or schema_rules.validate_defaults(schema, at)
        errors += found
    errors += schema_rules.validate(schema, at, not refused and not found, same)
    return errors if errors or not refused else [invalid(at, "", refused)]


def _root_fields(schema: Obj, path: str) -> list[FieldError]:
    """With a status subresource, only what does not speak of the status may stand at the root."""
    whole = schema_shown(schema) or {}
    for name, value in whole.items():
        if value in (None, "", False, [], {}):
            continue
        if name == "Type" and value != "object":
            why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
            return [invalid(f"{path}.type", value, why)]
        if name not in _AT_ROOT:
            allowed = " ".join(_AT_ROOT)
            why = f"only [{allowed}] fields are allowed at the root of the schema if the status subresource is enabled"
            return [invalid(path, whole, why)]
    return []


def _choice(path: str, value: str, accepted: list[str]) -> list[FieldError]:
    if not value:
        return [required(path)]
    return [] if value in accepted else [not_supported(path, value, accepted)]


def _names(names: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    for field in ("plural", "singular"):
        value = names.get(field) or ""
        if value and (wrong := dns1035_label_errors(value)):
            errors.append(invalid(f"{path}.{field}", value, ",".join(wrong)))
    for field in ("kind", "listKind"):
        value = names.get(field) or ""
        if value and (wrong := dns1035_label_errors(value.lower())):
            why = "may have mixed case, but should otherwise match: " + ",".join(wrong)
            errors.append(invalid(f"{path}.{field}", value, why))
    errors += _labels(names.get("shortNames"), f"{path}.shortNames")
    if names.get("kind") and names.get("kind") == names.get("listKind"):
        errors.append(invalid(f"{path}.listKind", names["listKind"], "kind and listKind may not be the same"))
    return errors + _labels(names.get("categories"), f"{path}.categories")


def _labels(found: Sequence[str] | None, path: str) -> list[FieldError]:
    return [
        invalid(f"{path}[{i}]", value, ",".join(wrong))
        for i, value in enumerate(found or ())
        if (wrong := dns1035_label_errors(value))
    ]


def _json_path(value: str, path: str) -> list[FieldError]:
    if not value.startswith("."):
        return [invalid(path, value, "must be a simple json path starting with .")]
    return []


def _subresources(found: Obj | None, path: str) -> list[FieldError]:
    scale = (found or {}).get("scale")
    if scale is None:
        return []
    errors: list[FieldError] = []
    for name, under in (("specReplicasPath", ".spec"), ("statusReplicasPath", ".status")):
        at, value = f"{path}.scale.{name}", scale.get(name) or ""
        if not value:
            errors.append(required(at))
        elif wrong := _json_path(value, at):
            errors += wrong
        elif not value.startswith(f"{under}."):
            errors.append(invalid(at, value, f"should be a json path under {under}"))
    selector, at = scale.get("labelSelectorPath") or "", f"{path}.scale.labelSelectorPath"
    if selector:
        if wrong := _json_path(selector, at):
            errors += wrong
        elif not selector.startswith((".spec.", ".status.")):
            errors.append(invalid(at, selector, "should be a json path under either .spec or .status"))
    return errors


def _column(column: Obj, path: str) -> list[FieldError]:
    errors: list[FieldError] = []
    types, formats = ",".join(_COLUMN_TYPES), ",".join(_COLUMN_FORMATS)
    type, format, at = column.get("type") or "", column.get("format") or "", column.get("jsonPath") or ""
    if not column.get("name"):
        errors.append(required(f"{path}.name"))
    if not type:
        errors.append(required(f"{path}.type", f"must be one of {types}"))
    elif type not in _COLUMN_TYPES:
        errors.append(invalid(f"{path}.type", type, f"must be one of {types}"))
    if format and format not in _COLUMN_FORMATS:
        errors.append(invalid(f"{path}.format", format, f"must be one of {formats}"))
    if not at:
        errors.append(required(f"{path}.JSONPath"))
    else:
        errors += _json_path(at, f"{path}.JSONPath")
    return errors


def _selectable(found: Sequence[Obj], schema: Obj | None, path: str) -> list[FieldError]:
    if schema is None:
        return [invalid(path, "", "may only be set when validations.schema is included")]
    errors: list[FieldError] = []
    seen: set[str] = set()
    for i, selectable in enumerate(found):
        at, value = f"{path}[{i}].jsonPath", selectable.get("jsonPath") or ""
        if not value:
            errors.append(required(at))
            continue
        normal, place, wrong = normal_path(value, schema, arrays=False)
        if wrong:
            errors.append(invalid(at, value, f"is an invalid path: {wrong}"))
            continue
        if normal.split(".")[0] == "metadata":
            errors.append(invalid(at, value, "must not point to fields in metadata"))
        if (place or {}).get("type") not in ("string", "boolean", "integer"):
            why = "must point to a field of type string, boolean or integer. "
            why += "Enum string fields and strings with formats are allowed."
            errors.append(invalid(at, value, why))
        if normal in seen:
            errors.append(duplicate(at, value))
        seen.add(normal)
    if len(seen) > MOST_SELECTABLE:
        errors.append(too_many(path, len(seen), MOST_SELECTABLE))
    return errors


def _status(definition: Obj) -> list[FieldError]:
    status: Obj = definition.get("status") or {}
    errors = _names(status.get("acceptedNames") or {}, "status.acceptedNames")
    stored, at = status.get("storedVersions") or [], "status.storedVersions"
    if not stored:
        return [*errors, invalid(at, status.get("storedVersions"), "must have at least one stored version")]
    names = []
    for version in definition["spec"].get("versions") or ():
        names.append(version["name"])
        if version.get("storage") and version["name"] not in stored:
            errors.append(invalid(at, stored, f"must have the storage version {version['name']}"))
    for i, version in enumerate(stored):
        if version not in names:
            why = (
                f"missing from spec.versions; {version} was previously a storage version, and must remain in "
                f"spec.versions until a storage migration ensures no data remains persisted in {version} and removes "
                f"{version} from status.storedVersions"
            )
            errors.append(invalid(f"{at}[{i}]", version, why))
    return errors


def _approval(new: Obj, old: Obj | None = None) -> list[FieldError]:
    """Groups of the Kubernetes community are only for those that it approved."""
    group: str = new["spec"].get("group") or ""
    if not any(group == root or group.endswith(f".{root}") for root in ("k8s.io", "kubernetes.io")):
        return []
    found = (new["metadata"].get("annotations") or {}).get(APPROVED) or ""
    had = ((old or {}).get("metadata", {}).get("annotations") or {}).get(APPROVED) or ""
    at = f"metadata.annotations[{APPROVED}]"
    where = "see https://github.com/kubernetes/enhancements/pull/1111"
    if old is not None and found == had:
        return []
    if not found:
        return [required(at, f'protected groups must have approval annotation "{APPROVED}", {where}')]
    address = urlsplit(found)
    if found.startswith("unapproved") or (address.scheme and address.netloc):
        return []
    why = (
        f'protected groups must have approval annotation "{APPROVED}" with either a URL or a reason starting with '
        f'"unapproved", {where}'
    )
    return [invalid(at, found, why)]


def _preserved(spec: Obj, old: Obj | None) -> list[FieldError]:
    if not spec.get("preserveUnknownFields") or (old is not None and old.get("preserveUnknownFields")):
        return []
    why = (
        "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead. See "
        "https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/"
        "#field-pruning for details"
    )
    return [invalid("spec.preserveUnknownFields", True, why)]
