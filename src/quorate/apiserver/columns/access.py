"""Role bindings, certificates, admission, API priority, API services: what governs the API itself."""

from quorate.apiserver.columns.printer import (
    AGE,
    NAME,
    Cells,
    Column,
    Printer,
    age,
    name,
    selector_text,
    spec,
    status,
)  # fmt: skip
from quorate.contract.plan import Obj
from quorate.kernel.clock import SECOND, Instant
from quorate.objects.ages import human_duration


def _binding(obj: Obj, now: Instant) -> Cells:
    role, subjects = obj.get("roleRef") or {}, obj.get("subjects") or ()
    accounts = [f"{s.get('namespace', '')}/{s['name']}" for s in subjects if s.get("kind") == "ServiceAccount"]
    named = [", ".join(s["name"] for s in subjects if s.get("kind") == kind) for kind in ("User", "Group")]
    return [name(obj), f"{role.get('kind', '')}/{role.get('name', '')}", age(obj, now), *named, ", ".join(accounts)]


def _signing_request(obj: Obj, now: Instant) -> Cells:
    has = spec(obj)
    seconds = has.get("expirationSeconds")
    return [
        name(obj), age(obj, now), has.get("signerName") or "<none>", has.get("username", ""),
        "<none>" if seconds is None else human_duration(seconds * SECOND), _request_state(obj),
    ]  # fmt: skip


def _request_state(obj: Obj) -> str:
    types = {c.get("type") for c in status(obj).get("conditions") or ()}
    state = "Denied" if "Denied" in types else "Approved" if "Approved" in types else "Pending"
    return state + ",Failed" * ("Failed" in types) + ",Issued" * bool(status(obj).get("certificate"))


def _webhooks(obj: Obj, now: Instant) -> Cells:
    return [name(obj), len(obj.get("webhooks") or ()), age(obj, now)]


def _validating_policy(obj: Obj, now: Instant) -> Cells:
    return _policy(obj, now, "validations")


def _mutating_policy(obj: Obj, now: Instant) -> Cells:
    return _policy(obj, now, "mutations")


def _policy(obj: Obj, now: Instant, rules: str) -> Cells:
    kind = spec(obj).get("paramKind")
    text = f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}" if kind else "<unset>"
    return [name(obj), len(spec(obj).get(rules) or ()), text, age(obj, now)]


def _policy_binding(obj: Obj, now: Instant) -> Cells:
    param, text = spec(obj).get("paramRef") or {}, "<unset>"
    if param.get("name"):
        text = f"{param.get('namespace') or '*'}/{param['name']}"
    elif param.get("selector") is not None:
        text = selector_text(param["selector"])
    return [name(obj), spec(obj).get("policyName", ""), text, age(obj, now)]


def _flow_schema(obj: Obj, now: Instant) -> Cells:
    has = spec(obj)
    dangling = next((c["status"] for c in status(obj).get("conditions") or () if c.get("type") == "Dangling"), "?")
    return [
        name(obj), (has.get("priorityLevelConfiguration") or {}).get("name", ""), has.get("matchingPrecedence") or 0,
        (has.get("distinguisherMethod") or {}).get("type") or "<none>", age(obj, now), dangling,
    ]  # fmt: skip


def _priority_level(obj: Obj, now: Instant) -> Cells:
    limited = spec(obj).get("limited")
    queuing = ((limited or {}).get("limitResponse") or {}).get("queuing") or {}
    shares = "<none>" if limited is None else limited.get("nominalConcurrencyShares")
    queues = [queuing.get(field, "<none>") for field in ("queues", "handSize", "queueLengthLimit")]
    return [name(obj), spec(obj).get("type", ""), shares, *queues, age(obj, now)]


def _api_service(obj: Obj, now: Instant) -> Cells:
    service = spec(obj).get("service")
    found = next((c for c in status(obj).get("conditions") or () if c.get("type") == "Available"), None)
    available = "Unknown" if found is None else found["status"]
    if found is not None and found["status"] != "True":
        available = f"{found['status']} ({found.get('reason', '')})"
    where = f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local"
    return [name(obj), where, available, age(obj, now)]


def _claim_state(obj: Obj, now: Instant) -> Cells:
    leaving, has = bool(obj["metadata"].get("deletionTimestamp")), status(obj)
    states = ["deleted"] if leaving else []
    if not has.get("allocation"):
        states += [] if leaving else ["pending"]
    else:
        states += ["allocated", *(["reserved"] if has.get("reservedFor") else [])]
    return [name(obj), ",".join(states), age(obj, now)]


def _named(obj: Obj, now: Instant) -> Cells:
    return [name(obj), age(obj, now)]


def _resource_slice(obj: Obj, now: Instant) -> Cells:
    has = spec(obj)
    return [
        name(obj), has.get("nodeName") or "", has.get("driver", ""), (has.get("pool") or {}).get("name", ""),
        age(obj, now),
    ]  # fmt: skip


def _subjects(kind: str) -> tuple[Column, ...]:
    return tuple(Column(who, about=f"{who} in the {kind}", wide=True) for who in ("Users", "Groups", "ServiceAccounts"))


_WEBHOOKS = Printer(
    (
        NAME,
        Column("Webhooks", "integer", "Webhooks indicates the number of webhooks registered in this configuration"),
        AGE,
    ),
    _webhooks,
)
_PARAM_KIND = Column("ParamKind", about="ParamKind specifies the kind of resources used to parameterize this policy")
_POLICY_BINDING = Printer(
    (
        NAME,
        Column("PolicyName", about="PolicyName indicates the policy definition which the policy binding binded to"),
        Column("ParamRef", about="ParamRef indicates the param resource which sets the configration param"),
        AGE,
    ),
    _policy_binding,
)

PRINTERS = {
    "rolebindings.rbac.authorization.k8s.io": Printer(
        (NAME, Column("Role", about="@RoleBinding.roleRef"), AGE, *_subjects("roleBinding")), _binding
    ),
    "clusterrolebindings.rbac.authorization.k8s.io": Printer(
        (NAME, Column("Role", about="@ClusterRoleBinding.roleRef"), AGE, *_subjects("clusterRoleBinding")), _binding
    ),
    "certificatesigningrequests.certificates.k8s.io": Printer(
        (
            NAME,
            AGE,
            Column("SignerName", about="@CertificateSigningRequestSpec.signerName"),
            Column("Requestor", about="@CertificateSigningRequestSpec.request"),
            Column("RequestedDuration", about="@CertificateSigningRequestSpec.expirationSeconds"),
            Column("Condition", about="@CertificateSigningRequestStatus.conditions"),
        ),
        _signing_request,
    ),
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": _WEBHOOKS,
    "validatingwebhookconfigurations.admissionregistration.k8s.io": _WEBHOOKS,
    "validatingadmissionpolicies.admissionregistration.k8s.io": Printer(
        (
            NAME,
            Column(
                "Validations",
                "integer",
                "Validations indicates the number of validation rules defined in this configuration",
            ),
            _PARAM_KIND,
            AGE,
        ),
        _validating_policy,
    ),
    "mutatingadmissionpolicies.admissionregistration.k8s.io": Printer(
        (
            NAME,
            Column(
                "Mutations", "integer", "Mutation indicates the number of mutations rules defined in this configuration"
            ),
            _PARAM_KIND,
            AGE,
        ),
        _mutating_policy,
    ),
    "validatingadmissionpolicybindings.admissionregistration.k8s.io": _POLICY_BINDING,
    "mutatingadmissionpolicybindings.admissionregistration.k8s.io": _POLICY_BINDING,
    "flowschemas.flowcontrol.apiserver.k8s.io": Printer(
        (
            NAME,
            Column("PriorityLevel", about="@PriorityLevelConfigurationReference.name"),
            Column("MatchingPrecedence", about="@FlowSchemaSpec.matchingPrecedence"),
            Column("DistinguisherMethod", about="@FlowSchemaSpec.distinguisherMethod"),
            AGE,
            Column("MissingPL", about="references a broken or non-existent PriorityLevelConfiguration"),
        ),
        _flow_schema,
    ),
    "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io": Printer(
        (
            NAME,
            Column("Type", about="@PriorityLevelConfigurationSpec.type"),
            Column("NominalConcurrencyShares", about="@LimitedPriorityLevelConfiguration.nominalConcurrencyShares"),
            Column("Queues", about="@QueuingConfiguration.queues"),
            Column("HandSize", about="@QueuingConfiguration.handSize"),
            Column("QueueLengthLimit", about="@QueuingConfiguration.queueLengthLimit"),
            AGE,
        ),
        _priority_level,
    ),
    "apiservices.apiregistration.k8s.io": Printer(
        (
            NAME,
            Column("Service", about="The reference to the service that hosts this API endpoint."),
            Column("Available", about="Whether this service is available."),
            AGE,
        ),
        _api_service,
    ),
    "resourceclaims.resource.k8s.io": Printer(
        (
            NAME,
            Column("State", about="A summary of the current state (allocated, pending, reserved, etc.)."),
            AGE,
        ),
        _claim_state,
    ),
    "resourceclaimtemplates.resource.k8s.io": Printer((NAME, AGE), _named),
    "deviceclasses.resource.k8s.io": Printer((NAME, AGE), _named),
    "resourceslices.resource.k8s.io": Printer(
        (
            NAME,
            Column("Node", about="@ResourceSliceSpec.nodeName"),
            Column("Driver", about="@ResourceSliceSpec.driver"),
            Column("Pool", about="@ResourcePool.name"),
            AGE,
        ),
        _resource_slice,
    ),
}
