"""What is refused of StatefulSets, in Kubernetes' own words; all rows but those of `maxUnavailable` are recorded."""

from typing import Any

import pytest
import yaml

from quorate.apiserver.defaults import default
from quorate.apiserver.disabled import drop_disabled
from quorate.apiserver.validation import validate, validate_status_update, validate_update
from quorate.contract.plan import Obj

RESOURCE = "statefulsets.apps"
LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
MISMATCH = "`selector` does not match template `labels`"
FIXED = (
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', "
    "'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
TEMPLATE = "{metadata: {labels: {app: web}}, spec: {containers: [{name: main, image: 'app:1'}]}}"
SPEC = f"{{serviceName: web, selector: {{matchLabels: {{app: web}}}}, template: {TEMPLATE}}}"


def made(name: str, spec: str) -> Obj:
    obj = {"metadata": {"name": name, "namespace": "d"}, "spec": yaml.safe_load(spec)}
    return drop_disabled(RESOURCE, default(RESOURCE, obj), None)


def told(spec: str, name: str = "web") -> list[str]:
    return [f"{error.field}: {error.message}" for error in validate(RESOURCE, made(name, spec))]


def with_(change: str) -> str:
    """SPEC with other values for some fields; null takes one away."""
    spec = {**yaml.safe_load(SPEC), **yaml.safe_load(change)}
    return yaml.safe_dump({field: value for field, value in spec.items() if value is not None})


REFUSED = {
    "mismatch": (
        "{selector: {matchLabels: {app: other}}}",
        [f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}'],
    ),
    "restart never": (
        "{template: {metadata: {labels: {app: web}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}",
        ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ),
    "negative": (
        "{replicas: -1, minReadySeconds: -2, ordinals: {start: -3}}",
        [
            "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
            "spec.minReadySeconds: Invalid value: -2: must be greater than or equal to 0",
            "spec.ordinals.start: Invalid value: -3: must be greater than or equal to 0",
        ],
    ),
    "no selector": (
        "{selector: null}",
        ["spec.selector: Required value", f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}'],
    ),
    "empty selector": (
        "{selector: {}}",
        ["spec.selector: Invalid value: {}: empty selector is invalid for statefulset"],
    ),
    "no containers": (
        "{template: {metadata: {labels: {app: web}}, spec: {containers: []}}}",
        ["spec.template.spec.containers: Required value"],
    ),
    "deadline": (
        "{template: {metadata: {labels: {app: web}}, spec: {activeDeadlineSeconds: 5, containers: [{name: c, image: i}]}}}",
        ["spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported"],
    ),
    "bad service": ("{serviceName: Not_A_Label}", [f'spec.serviceName: Invalid value: "Not_A_Label": {LABEL}']),
    "bad claim": (
        "{volumeClaimTemplates: [{metadata: {name: data}, spec: {}}]}",
        [
            "spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required",
            "spec.volumeClaimTemplates[0].spec.resources[storage]: Required value",
        ],
    ),
    "no volume": (
        "{template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i, "
        "volumeMounts: [{name: data, mountPath: /data}]}]}}}",
        ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"'],
    ),
    "policy": (
        "{podManagementPolicy: Sideways}",
        ["spec.podManagementPolicy: Invalid value: \"Sideways\": must be 'OrderedReady' or 'Parallel'"],
    ),
    "strategy": (
        "{updateStrategy: {type: Recreate}}",
        [
            'spec.updateStrategy: Invalid value: {"Type":"Recreate","RollingUpdate":null}: must be '
            "'RollingUpdate' or 'OnDelete'"
        ],
    ),
    "partition": (
        "{updateStrategy: {rollingUpdate: {partition: -1}}}",
        ["spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0"],
    ),
    "retention": (
        "{persistentVolumeClaimRetentionPolicy: {whenDeleted: Keep, whenScaled: delete}}",
        [
            'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": supported values: "Retain", '
            '"Delete"',
            'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "delete": supported values: "Retain", '
            '"Delete"',
        ],
    ),
    "on delete, yet rolling": (
        "{updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}}",
        [
            'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for '
            "updateStrategy 'RollingUpdate'"
        ],
    ),
    "selector that cannot be": (
        "{selector: {matchExpressions: [{key: app, operator: Like, values: [web]}]}}",
        [
            'spec.selector.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator',
            'spec.selector: Invalid value: {"matchExpressions":[{"key":"app","operator":"Like","values":["web"]}]}',
        ],
    ),
}


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED.keys())
def test_a_set_is_refused_in_kubernetes_words(row: tuple[str, list[str]]) -> None:
    change, expected = row
    assert told(with_(change)) == expected


def test_a_set_without_anything_lacks_three_things() -> None:
    assert told("{}") == [
        "spec.selector: Required value",
        f"spec.template.metadata.labels: Invalid value: null: {MISMATCH}",
        "spec.template.spec.containers: Required value",
    ]


def test_a_name_has_no_dots() -> None:
    assert told(SPEC, "web.dotted") == ['metadata.name: Invalid value: "web.dotted": must not contain dots']


@pytest.mark.parametrize(
    "change",
    [
        "{serviceName: null}",
        "{updateStrategy: {type: OnDelete}}",
        "{updateStrategy: {rollingUpdate: {maxUnavailable: 0}}}",
        """{template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i,
        volumeMounts: [{name: data, mountPath: /d}]}]}}, volumeClaimTemplates: [{metadata: {name: data},
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]}""",
    ],
)
def test_what_is_fine(change: str) -> None:
    assert told(with_(change)) == []


CLAIM = """{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: %s}}}}"""
SMALL, LARGE = (f"{{volumeClaimTemplates: [{CLAIM % size}]}}" for size in ("1Gi", "2Gi"))


def changed(old: str, new: str) -> list[str]:
    before, after = (made("web", with_(change)) for change in (old, new))
    meta = {**before["metadata"], "resourceVersion": "1"}
    found = validate_update(RESOURCE, {**after, "metadata": meta}, {**before, "metadata": meta})
    return [f"{error.field}: {error.message}" for error in found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{}", "{serviceName: other}"),
        ("{}", "{podManagementPolicy: Parallel}"),
        (SMALL, LARGE),
        (SMALL, "{}"),
    ],
)
def test_what_may_not_change_is_refused_with_one_message(old: str, new: str) -> None:
    assert changed(old, new) == [FIXED]


def test_errors_of_the_new_set_come_first() -> None:
    never = "{metadata: {labels: {app: web}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}"
    assert changed("{}", f"{{serviceName: other, template: {never}}}") == [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        FIXED,
    ]
    assert changed("{}", "{selector: {matchLabels: {app: web, b: c}}}") == [
        f'spec.template.metadata.labels: Invalid value: {{"app":"web"}}: {MISMATCH}',
        FIXED,
    ]


def test_what_may_change() -> None:
    labels = "{metadata: {labels: {app: web, n: '1'}}, spec: {containers: [{name: main, image: 'app:1'}]}}"
    new = f"""{{minReadySeconds: 1, revisionHistoryLimit: 2, ordinals: {{start: 3}}, updateStrategy: {{type: OnDelete}},
      persistentVolumeClaimRetentionPolicy: {{whenScaled: Delete}}, replicas: 5, template: {labels}}}"""
    assert changed("{}", new) == []


def status(**counts: Any) -> list[str]:
    old = made("web", SPEC)
    old = {**old, "metadata": {**old["metadata"], "resourceVersion": "1"}, "status": {"collisionCount": 1}}
    found = validate_status_update(RESOURCE, {**old, "status": {"collisionCount": 1, **counts}}, old)
    return [f"{error.field}: {error.message}" for error in found]


def test_counters_keep_their_order() -> None:
    above = "cannot be greater than status.replicas"
    assert status(replicas=5, readyReplicas=4, availableReplicas=4) == []
    assert status(replicas=1, readyReplicas=2) == [f"status.readyReplicas: Invalid value: 2: {above}"]
    assert status(replicas=-1, readyReplicas=0) == [
        "status.replicas: Invalid value: -1: must be greater than or equal to 0",
        f"status.readyReplicas: Invalid value: 0: {above}",
        f"status.currentReplicas: Invalid value: 0: {above}",
        f"status.updatedReplicas: Invalid value: 0: {above}",
        f"status.availableReplicas: Invalid value: 0: {above}",
    ]
    assert status(collisionCount=0) == ["status.collisionCount: Invalid value: 0: cannot be decremented"]
