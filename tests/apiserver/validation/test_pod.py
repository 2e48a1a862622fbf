"""What is refused of a new Pod, each with Kubernetes' own words; the rows marked R are from recordings."""

import pytest
import yaml

from quorate.apiserver.defaults import default
from quorate.apiserver.validation import validate
from quorate.contract.plan import Obj

LABEL = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an "
    "alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
)
NAME = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
VALUE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end "
    "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
C = "{name: c, image: i}"


def told(spec: str, metadata: str = "{name: p}") -> list[str]:
    meta = {"namespace": "d", **yaml.safe_load(metadata)}
    pod: Obj = default("pods", {"metadata": meta, "spec": {"serviceAccountName": "a", **yaml.safe_load(spec)}})
    return [f"{error.field}: {error.message}" for error in validate("pods", pod)]


SOUND = [
    f"{{containers: [{C}]}}",
    "{containers: [{name: c, image: i, ports: [{name: http, containerPort: 80}, {containerPort: 53, protocol: UDP}]}]}",
    """{containers: [{name: c, image: i, env: [{name: 'a b', value: x}, {name: N,
    valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}]}""",
    "{containers: [{name: c, image: i, env: [{name: N, valueFrom: {fieldRef: {fieldPath: \"metadata.labels['a.b/c']\"}}}]}]}",
    """{containers: [{name: c, image: i, livenessProbe: {httpGet: {port: http}},
    readinessProbe: {tcpSocket: {port: 80}, successThreshold: 3}}]}""",
    "{containers: [{name: c, image: i, resources: {limits: {cpu: '1', example.com/gpu: '2'}, requests: {cpu: 500m}}}]}",
    f"{{containers: [{C}], initContainers: [{{name: s, image: i, restartPolicy: Always, livenessProbe: {{grpc: {{port: 1}}}}}}]}}",
    f"{{containers: [{C}], volumes: [{{name: v}}, {{name: w, hostPath: {{path: /x}}}}, {{name: x, secret: {{secretName: s}}}}]}}",
    f"{{containers: [{C}], volumes: [{{name: t, projected: {{sources: [{{serviceAccountToken: {{path: token}}}}]}}}}]}}",
    f"{{containers: [{C}], hostNetwork: true, hostAliases: [{{ip: 010.0.0.1, hostnames: [a.b]}}]}}",
    f"{{containers: [{C}], tolerations: [{{operator: Exists}}, {{key: a, value: b, effect: NoSchedule}}]}}",
    f"{{containers: [{C}], securityContext: {{runAsUser: 0, sysctls: [{{name: net.ipv4.ip_local_port_range, value: '1 2'}}]}}}}",
    f"{{containers: [{C}], terminationGracePeriodSeconds: -1}}",
    f"{{containers: [{C}], dnsPolicy: None, dnsConfig: {{nameservers: [1.1.1.1], searches: [a.b., _x.y]}}}}",
]


@pytest.mark.parametrize("spec", SOUND)
def test_a_sound_pod_is_not_refused(spec: str) -> None:
    assert told(spec) == []


REFUSED = {
    # R
    "no containers": ("{}", ["spec.containers: Required value"]),
    "nothing in a container": (
        "{containers: [{}]}",
        ["spec.containers[0].name: Required value", "spec.containers[0].image: Required value"],
    ),
    "names twice": (
        f"{{containers: [{C}, {C}], volumes: [{{}}, {{name: v}}], restartPolicy: Sometimes}}",
        [
            "spec.volumes[0].name: Required value",
            'spec.containers[1].name: Duplicate value: "c"',
            'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
        ],
    ),
    "ports, env, mounts, image": (
        """{containers: [{name: c, image: ' i', volumeMounts: [{name: nope, mountPath: /x}], ports: [{containerPort: 0},
        {containerPort: 99999, protocol: HTTP}], env: [{name: ''}, {name: 'a b'}]}]}""",
        [
            "spec.containers[0].ports[0].containerPort: Required value",
            "spec.containers[0].ports[1].containerPort: Invalid value: 99999: must be between 1 and 65535, inclusive",
            'spec.containers[0].ports[1].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
            "spec.containers[0].env[0].name: Required value",
            'spec.containers[0].volumeMounts[0].name: Not found: "nope"',
            'spec.containers[0].image: Invalid value: " i": must not have leading or trailing whitespace',
        ],
    ),
    "more than the limit, no handler": (
        "{containers: [{name: c, image: i, resources: {requests: {cpu: '2'}, limits: {cpu: '1'}}, livenessProbe: {}}]}",
        [
            'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
            "spec.containers[0].livenessProbe: Required value: must specify a handler type",
        ],
    ),
    "two sources": (
        f"{{containers: [{C}], volumes: [{{name: v, emptyDir: {{}}, hostPath: {{path: /x}}}}]}}",
        ["spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type"],
    ),
    # core/validation
    "container name": (
        "{containers: [{name: Bad, image: i}, {name: a.b, image: i}]}",
        [
            f'spec.containers[0].name: Invalid value: "Bad": {LABEL}',
            'spec.containers[1].name: Invalid value: "a.b": must not contain dots',
        ],
    ),
    "port names": (
        """{containers: [{name: c, image: i, ports: [{name: a--b, containerPort: 1}, {name: x,
        containerPort: 2}, {name: x, containerPort: 3}]}]}""",
        [
            'spec.containers[0].ports[0].name: Invalid value: "a--b": must not contain consecutive hyphens',
            'spec.containers[0].ports[2].name: Duplicate value: "x"',
        ],
    ),
    "host ports": (
        """{containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 9}]}, {name: d, image: i,
        ports: [{containerPort: 2, hostPort: 9}]}]}""",
        ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//9"'],
    ),
    "host network": (
        "{hostNetwork: true, containers: [{name: c, image: i, ports: [{containerPort: 1, hostPort: 9}]}]}",
        [
            "spec.containers[0].ports[0].hostPort: Invalid value: 9: must match `containerPort` when `hostNetwork` is true",
        ],
    ),
    "value and valueFrom": (
        "{containers: [{name: c, image: i, env: [{name: A, value: x, valueFrom: {fieldRef: {fieldPath: status.phase}}}]}]}",
        [
            'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: '
            '"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", '
            '"status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
            'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
        ],
    ),
    "no key": (
        "{containers: [{name: c, image: i, env: [{name: A, valueFrom: {secretKeyRef: {name: s}}}], envFrom: [{}]}]}",
        [
            "spec.containers[0].env[0].valueFrom.secretKeyRef.key: Required value",
            'spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
        ],
    ),
    "mounted twice": (
        """{containers: [{name: c, image: i, volumeMounts: [{name: v, mountPath: /x}, {name: v,
        mountPath: /x, subPath: ../y}]}], volumes: [{name: v}]}""",
        [
            'spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/x": must be unique',
            "spec.containers[0].volumeMounts.subPath: Invalid value: \"../y\": must not contain '..'",
        ],
    ),
    "probes": (
        """{containers: [{name: c, image: i, livenessProbe: {exec: {}, tcpSocket: {port: 1},
        successThreshold: 2, periodSeconds: -1},
        readinessProbe: {httpGet: {port: 70000, scheme: FTP}, terminationGracePeriodSeconds: 1}}]}""",
        [
            "spec.containers[0].livenessProbe.exec.command: Required value",
            "spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
            "spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0",
            "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
            "spec.containers[0].readinessProbe.httpGet.port: Invalid value: 70000: must be between 1 and 65535, inclusive",
            'spec.containers[0].readinessProbe.httpGet.scheme: Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
            "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 1: must not be set for "
            "readinessProbes",
        ],
    ),
    "sleeps too long": (
        "{containers: [{name: c, image: i, lifecycle: {preStop: {sleep: {seconds: 60}}}}]}",
        [
            "spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than "
            "terminationGracePeriodSeconds (30)",
        ],
    ),
    "resources": (
        """{containers: [{name: c, image: i, resources: {limits: {cpus: '1', example.com/gpu: 1500m, hugepages-2Mi: 3Mi},
        requests: {cpu: '-1', example.com/gpu: '1', other.com/x: '1'}}}]}""",
        [
            'spec.containers[0].resources.limits[cpus]: Invalid value: "cpus": must be a standard resource type or fully '
            "qualified",
            'spec.containers[0].resources.limits[cpus]: Invalid value: "cpus": must be a standard resource for containers',
            'spec.containers[0].resources.limits[example.com/gpu]: Invalid value: "1500m": must be an integer',
            'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple '
            "of hugepages-2Mi",
            'spec.containers[0].resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
            'spec.containers[0].resources.requests: Invalid value: "1": must be equal to example.com/gpu limit of 1500m',
            "spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources",
            # Every limit is a request too.
            'spec.containers[0].resources.requests[cpus]: Invalid value: "cpus": must be a standard resource type or fully '
            "qualified",
            'spec.containers[0].resources.requests[cpus]: Invalid value: "cpus": must be a standard resource for containers',
            'spec.containers[0].resources.requests[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer '
            "multiple of hugepages-2Mi",
        ],
    ),
    "init containers": (
        """{containers: [{name: c, image: i}], initContainers: [{name: c, image: i, livenessProbe: {tcpSocket: {port: 1}}},
        {name: d, image: i, restartPolicy: Sometimes}]}""",
        [
            'spec.initContainers[0].name: Duplicate value: "c"',
            "spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without "
            "restartPolicy=Always",
            'spec.initContainers[1].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", '
            '"OnFailure"',
        ],
    ),
    "ephemeral containers": (
        f"""{{containers: [{C}], ephemeralContainers: [{{name: e, image: i, ports: [{{containerPort: 1}}],
        targetContainerName: x}}]}}""",
        [
            'spec.ephemeralContainers[0].targetContainerName: Not found: "x"',
            "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container",
            "spec.ephemeralContainers: Forbidden: cannot be set on create",
        ],
    ),
    "volumes": (
        f"""{{containers: [{C}], volumes: [{{name: v}}, {{name: v, configMap: {{}}}}, {{name: s, secret: {{secretName: s,
        defaultMode: 1000, items: [{{key: k, path: ../p}}]}}}}, {{name: p, persistentVolumeClaim: {{}}}}, {{name: h,
        hostPath: {{path: /../x, type: Folder}}}}, {{name: n, nfs: {{server: s, path: x}}}}]}}""",
        [
            "spec.volumes[1].configMap.name: Required value",
            'spec.volumes[1].name: Duplicate value: "v"',
            "spec.volumes[2].secret.defaultMode: Invalid value: 1000: must be a number between 0 and 0777 (octal), both "
            "inclusive",
            "spec.volumes[2].secret.items[0].path: Invalid value: \"../p\": must not contain '..'",
            "spec.volumes[3].persistentVolumeClaim.claimName: Required value",
            "spec.volumes[4].hostPath.path: Invalid value: \"/../x\": must not contain '..'",
            'spec.volumes[4].hostPath.type: Unsupported value: "Folder": supported values: "", "BlockDevice", "CharDevice", '
            '"Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
            'spec.volumes[5].nfs.path: Invalid value: "x": must be an absolute path',
        ],
    ),
    "ephemeral volumes": (
        f"{{containers: [{C}], volumes: [{{name: e, ephemeral: {{volumeClaimTemplate: {{metadata: {{name: x}}, spec: {{}}}}}}}}]}}",
        [
            "spec.volumes[0].ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set",
            "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is "
            "required",
            "spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value",
        ],
    ),
    "policies": (
        "{containers: [{name: c, image: i, imagePullPolicy: Now}], dnsPolicy: Best, preemptionPolicy: X}",
        [
            'spec.containers[0].imagePullPolicy: Unsupported value: "Now": supported values: "Always", "IfNotPresent", "Never"',
            'spec.dnsPolicy: Unsupported value: "Best": supported values: "ClusterFirstWithHostNet", "ClusterFirst", '
            '"Default", "None"',
            'spec.preemptionPolicy: Unsupported value: "X": supported values: "PreemptLowerPriority", "Never"',
        ],
    ),
    "names in the spec": (
        f"{{containers: [{C}], hostname: A, subdomain: a.b, nodeSelector: {{'a b': c}}, activeDeadlineSeconds: 0}}",
        [
            f'spec.nodeSelector: Invalid value: "a b": {NAME}',
            "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive",
            f'spec.hostname: Invalid value: "A": {LABEL}',
            'spec.subdomain: Invalid value: "a.b": must not contain dots',
        ],
    ),
    "tolerations": (
        f"""{{containers: [{C}], tolerations: [{{value: x}}, {{key: a, operator: Exists, value: x}}, {{key: a, operator: Has}},
        {{key: a, effect: NoRun, tolerationSeconds: 5}}]}}""",
        [
            'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means '
            '"match all values and all keys"',
            'spec.tolerations[1].operator: Invalid value: {"Key":"a","Operator":"Exists","Value":"x","Effect":"",'
            "\"TolerationSeconds\":null}: value must be empty when `operator` is 'Exists'",
            'spec.tolerations[2].operator: Unsupported value: "Has": supported values: "Equal", "Exists"',
            "spec.tolerations[3].effect: Invalid value: \"NoRun\": effect must be 'NoExecute' when `tolerationSeconds` is set",
            'spec.tolerations[3].effect: Unsupported value: "NoRun": supported values: "NoSchedule", "PreferNoSchedule", '
            '"NoExecute"',
        ],
    ),
    "node affinity": (
        f"""{{containers: [{C}], affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution:
        {{nodeSelectorTerms: [{{matchExpressions: [{{key: a, operator: In}}, {{key: b, operator: Gt, values: ['1', '2']}},
        {{key: c, operator: Like}}], matchFields: [{{key: metadata.uid, operator: In, values: [x]}}]}}]}},
        preferredDuringSchedulingIgnoredDuringExecution: [{{weight: 101, preference: {{}}}}]}}}}}}""",
        [
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
            ".matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
            ".matchExpressions[1].values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'",
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
            '.matchExpressions[2].operator: Invalid value: "Like": not a valid selector operator',
            "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
            '.matchFields[0].key: Invalid value: "metadata.uid": not a valid field selector key',
            "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 101: "
            "must be in the range 1-100",
        ],
    ),
    "pod affinity": (
        f"""{{containers: [{C}], affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution:
        [{{labelSelector: {{matchLabels: {{a: 'b c'}}}}, matchLabelKeys: [x], mismatchLabelKeys: [x]}}]}}}}}}""",
        [
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchLabels: "
            f'Invalid value: "b c": {VALUE}',
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].matchLabelKeys[0]: "
            'Invalid value: "x": exists in both matchLabelKeys and mismatchLabelKeys',
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: "
            "can not be empty",
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: "
            'Invalid value: "": name part must be non-empty',
            "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: "
            f'Invalid value: "": {NAME}',
        ],
    ),
    "spread": (
        f"""{{containers: [{C}], topologySpreadConstraints: [{{maxSkew: 0, topologyKey: z, whenUnsatisfiable: DoNotSchedule}},
        {{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule}}, {{maxSkew: 1,
        whenUnsatisfiable: Maybe, minDomains: 0}}]}}""",
        [
            "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
            "spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: \"{z, DoNotSchedule}\"",
            "spec.topologySpreadConstraints[2].topologyKey: Required value: can not be empty",
            'spec.topologySpreadConstraints[2].whenUnsatisfiable: Unsupported value: "Maybe": supported values: '
            '"DoNotSchedule", "ScheduleAnyway"',
            "spec.topologySpreadConstraints[2].minDomains: Invalid value: 0: must be greater than zero",
            "spec.topologySpreadConstraints[2].minDomains: Invalid value: 0: can only use minDomains if "
            "whenUnsatisfiable=DoNotSchedule, not Maybe",
        ],
    ),
    "gates": (
        f"{{containers: [{C}], nodeName: n, schedulingGates: [{{name: a}}, {{name: a}}, {{name: 'b c'}}]}}",
        [
            'spec.schedulingGates[1]: Duplicate value: "a"',
            f'spec.schedulingGates[2]: Invalid value: "b c": {NAME}',
            "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared",
        ],
    ),
    "security": (
        """{hostUsers: false, hostPID: true, securityContext: {runAsUser: -1, sysctls: [{name: 'A!'}],
        seccompProfile: {type: Localhost}},
        containers: [{name: c, image: i, securityContext: {procMount: Odd, appArmorProfile: {type: Mine}}}]}""",
        [
            'spec.containers[0].securityContext.procMount: Unsupported value: "Odd": supported values: "Default", "Unmasked"',
            'spec.containers[0].securityContext.appArmorProfile.type: Unsupported value: "Mine": supported values: '
            '"Localhost", "RuntimeDefault", "Unconfined"',
            "spec.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive",
            'spec.securityContext.sysctls[0].name: Invalid value: "A!": must have at most 253 characters and match regex '
            "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$",
            "spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost",
            "spec.HostPID: Forbidden: when `pod.Spec.HostUsers` is false",
        ],
    ),
    "dns": (
        f"{{containers: [{C}], dnsPolicy: None}}",
        ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"],
    ),
    "a token without an account": (
        f"""{{serviceAccountName: '', containers: [{C}], volumes: [{{name: t,
        projected: {{sources: [{{serviceAccountToken: {{path: t}}}}]}}}}]}}""",
        [
            "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when "
            "serviceAccountName is not set",
        ],
    ),
    "resources of the pod": (
        """{resources: {limits: {cpu: '1'}, requests: {cpu: 500m, ephemeral-storage: 1Gi}}, containers:
        [{name: c, image: i, resources: {requests: {cpu: 700m}, limits: {cpu: '2'}}}]}""",
        [
            'spec.resources.requests[ephemeral-storage]: Unsupported value: "ephemeral-storage": supported values: "cpu", '
            '"hugepages-", "memory"',
            'spec.resources.requests[cpu]: Invalid value: "500m": must be greater than or equal to aggregate container '
            "requests of 700m",
            'spec.resources.containers[0][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1',
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED.keys())
def test_a_pod_is_refused_in_kubernetes_words(row: tuple[str, list[str]]) -> None:
    spec, expected = row
    assert told(spec) == expected


ANNOTATED = {
    # R
    "+7": ('controller.kubernetes.io/pod-deletion-cost', "must be a 32bit integer"),
    "07": ('controller.kubernetes.io/pod-deletion-cost', "must be a 32bit integer"),
    "2147483648": ('controller.kubernetes.io/pod-deletion-cost', "must be a 32bit integer"),
    "x": ("kubernetes.io/config.mirror", "must set spec.nodeName if mirror pod annotation is set"),
}  # fmt: skip


@pytest.mark.parametrize("value", ANNOTATED)
def test_annotations_that_kubernetes_reads_are_judged(value: str) -> None:
    key, why = ANNOTATED[value]
    found = told(f"{{containers: [{C}]}}", f"{{name: p, annotations: {{{key}: '{value}'}}}}")
    assert found == [f'metadata.annotations[{key}]: Invalid value: "{value}": {why}']


def test_a_deletion_cost_may_be_negative() -> None:
    meta = "{name: p, annotations: {controller.kubernetes.io/pod-deletion-cost: '-7'}}"
    assert told(f"{{containers: [{C}]}}", meta) == []


def test_an_unsound_volume_is_not_there_to_be_mounted() -> None:
    spec = "{containers: [{name: c, image: i, volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, secret: {}}]}"
    assert told(spec) == [
        "spec.volumes[0].secret.secretName: Required value",
        'spec.containers[0].volumeMounts[0].name: Not found: "v"',
    ]
