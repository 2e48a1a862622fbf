"""The least that each served kind takes, as YAML: one object per kind and version."""

from typing import Any

import yaml

from quorate.objects.kinds import Kind, all_kinds, by_kind

TEMPLATE = "{metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}"
RULE = (
    "{name: w.example.com, clientConfig: {url: 'https://127.0.0.1:1'}, sideEffects: None, admissionReviewVersions: [v1], "
    "rules: [{apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [things]}], failurePolicy: Ignore}"
)
REQUEST = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIb01JR1BBZ0VBTUMweEZUQVRCZ05WQkFNTURIbHZkWEpqYkdsbGJuUXVNUlF3RWdZRFZRUUtEQXQwWlhOMAo="
TEXT = f"""
{{apiVersion: v1, kind: ConfigMap, data: {{a: b}}}}
---
{{apiVersion: v1, kind: Endpoints, subsets: [{{addresses: [{{ip: 10.0.0.1}}], ports: [{{port: 80}}]}}]}}
---
{{apiVersion: v1, kind: Event, involvedObject: {{kind: Pod, name: x, namespace: default}}, reason: R, type: Normal}}
---
{{apiVersion: v1, kind: LimitRange, spec: {{limits: [{{type: Container, max: {{cpu: "1"}}}}]}}}}
---
{{apiVersion: v1, kind: Namespace}}
---
{{apiVersion: v1, kind: Node, spec: {{podCIDR: 10.1.0.0/24}}}}
---
{{apiVersion: v1, kind: PersistentVolumeClaim, spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}}}
---
{{apiVersion: v1, kind: PersistentVolume, spec: {{accessModes: [ReadWriteOnce], capacity: {{storage: 1Gi}}, hostPath: {{path: /x}}}}}}
---
{{apiVersion: v1, kind: Pod, spec: {{containers: [{{name: c, image: i, ports: [{{containerPort: 80}}]}}]}}}}
---
{{apiVersion: v1, kind: PodTemplate, template: {TEMPLATE}}}
---
{{apiVersion: v1, kind: ReplicationController, spec: {{replicas: 1, selector: {{a: b}}, template: {TEMPLATE}}}}}
---
{{apiVersion: v1, kind: ResourceQuota, spec: {{hard: {{pods: "10"}}}}}}
---
{{apiVersion: v1, kind: Secret, data: {{a: aGk=}}}}
---
{{apiVersion: v1, kind: ServiceAccount, secrets: [{{name: x}}]}}
---
{{apiVersion: v1, kind: Service, spec: {{selector: {{a: b}}, ports: [{{port: 80, name: p}}]}}}}
---
{{apiVersion: apiregistration.k8s.io/v1, kind: APIService, name: v1.example.com, spec: {{group: example.com, version: v1, groupPriorityMinimum: 1, versionPriority: 1, service: {{name: x, namespace: default}}}}}}
---
{{apiVersion: apps/v1, kind: ControllerRevision, revision: 1, data: {{a: b}}}}
---
{{apiVersion: apps/v1, kind: DaemonSet, spec: {{selector: {{matchLabels: {{a: b}}}}, template: {TEMPLATE}}}}}
---
{{apiVersion: apps/v1, kind: Deployment, spec: {{replicas: 2, selector: {{matchLabels: {{a: b}}}}, template: {TEMPLATE}}}}}
---
{{apiVersion: apps/v1, kind: ReplicaSet, spec: {{replicas: 2, selector: {{matchLabels: {{a: b}}}}, template: {TEMPLATE}}}}}
---
{{apiVersion: apps/v1, kind: StatefulSet, spec: {{replicas: 2, serviceName: x, selector: {{matchLabels: {{a: b}}}}, template: {TEMPLATE}, volumeClaimTemplates: [{{metadata: {{name: d}}, spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}}}}}]}}}}
---
{{apiVersion: events.k8s.io/v1, kind: Event, eventTime: "2026-01-01T00:00:00.000000Z", reportingController: example.com/c, reportingInstance: i, action: A, reason: R, type: Normal, regarding: {{kind: Pod, name: x, namespace: default}}}}
---
{{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, spec: {{maxReplicas: 3, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: x}}, metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 50}}}}}}]}}}}
---
{{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, spec: {{maxReplicas: 3, targetCPUUtilizationPercentage: 50, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: x}}}}}}
---
{{apiVersion: batch/v1, kind: CronJob, spec: {{schedule: "* * * * *", jobTemplate: {{spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: c, image: i}}]}}}}}}}}}}}}
---
{{apiVersion: batch/v1, kind: Job, spec: {{template: {{spec: {{restartPolicy: Never, containers: [{{name: c, image: i}}]}}}}}}}}
---
{{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, spec: {{signerName: example.com/s, usages: [client auth], request: {REQUEST}}}}}
---
{{apiVersion: networking.k8s.io/v1, kind: IngressClass, spec: {{controller: example.com/c}}}}
---
{{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {{rules: [{{host: example.com, http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: x, port: {{number: 80}}}}}}}}]}}}}]}}}}
---
{{apiVersion: networking.k8s.io/v1, kind: IPAddress, name: 10.0.0.9, spec: {{parentRef: {{resource: services, namespace: default, name: x}}}}}}
---
{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, spec: {{podSelector: {{}}, ingress: [{{ports: [{{port: 80}}]}}]}}}}
---
{{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, spec: {{cidrs: [10.2.0.0/24]}}}}
---
{{apiVersion: policy/v1, kind: PodDisruptionBudget, spec: {{minAvailable: 50%, selector: {{matchLabels: {{a: b}}}}}}}}
---
{{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}}, subjects: [{{kind: User, name: u, apiGroup: rbac.authorization.k8s.io}}]}}
---
{{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, rules: [{{apiGroups: [""], resources: [pods], verbs: [get]}}]}}
---
{{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}}, subjects: [{{kind: ServiceAccount, name: default}}]}}
---
{{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, rules: [{{apiGroups: [""], resources: [pods], verbs: [get]}}]}}
---
{{apiVersion: storage.k8s.io/v1, kind: CSIDriver, spec: {{attachRequired: false}}}}
---
{{apiVersion: storage.k8s.io/v1, kind: CSINode, spec: {{drivers: [{{name: d, nodeID: n, topologyKeys: [z]}}]}}}}
---
{{apiVersion: storage.k8s.io/v1, kind: CSIStorageCapacity, storageClassName: x, capacity: 1Gi}}
---
{{apiVersion: storage.k8s.io/v1, kind: StorageClass, provisioner: example.com/p, parameters: {{a: b}}}}
---
{{apiVersion: storage.k8s.io/v1, kind: VolumeAttachment, spec: {{attacher: a, nodeName: n, source: {{persistentVolumeName: v}}}}}}
---
{{apiVersion: storage.k8s.io/v1, kind: VolumeAttributesClass, driverName: d, parameters: {{a: b}}}}
---
{{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicy, spec: {{failurePolicy: Ignore, reinvocationPolicy: Never, matchConstraints: {{resourceRules: [{{apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [things]}}]}}, mutations: [{{patchType: ApplyConfiguration, applyConfiguration: {{expression: "Object{{}}"}}}}]}}}}
---
{{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicyBinding, spec: {{policyName: x}}}}
---
{{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingWebhookConfiguration, webhooks: [{RULE}]}}
---
{{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicy, spec: {{matchConstraints: {{resourceRules: [{{apiGroups: [example.com], apiVersions: [v1], operations: [CREATE], resources: [things]}}]}}, validations: [{{expression: "true"}}]}}}}
---
{{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingAdmissionPolicyBinding, spec: {{policyName: x, validationActions: [Deny]}}}}
---
{{apiVersion: admissionregistration.k8s.io/v1, kind: ValidatingWebhookConfiguration, webhooks: [{RULE}]}}
---
{{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, name: bowls.example.com, spec: {{group: example.com, scope: Namespaced, names: {{plural: bowls, kind: Bowl}}, versions: [{{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object}}}}}}]}}}}
---
{{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, value: 5}}
---
{{apiVersion: coordination.k8s.io/v1, kind: Lease, spec: {{holderIdentity: h, leaseDurationSeconds: 10}}}}
---
{{apiVersion: node.k8s.io/v1, kind: RuntimeClass, handler: h}}
---
{{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4, endpoints: [{{addresses: [10.0.0.1]}}], ports: [{{port: 80, name: p}}]}}
---
{{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: FlowSchema, spec: {{priorityLevelConfiguration: {{name: x}}, rules: [{{subjects: [{{kind: User, user: {{name: u}}}}], resourceRules: [{{verbs: [get], apiGroups: [""], resources: [pods], namespaces: ["*"]}}]}}]}}}}
---
{{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: PriorityLevelConfiguration, spec: {{type: Limited, limited: {{nominalConcurrencyShares: 1, limitResponse: {{type: Reject}}}}}}}}
---
{{apiVersion: resource.k8s.io/v1, kind: DeviceClass, spec: {{selectors: [{{cel: {{expression: "true"}}}}]}}}}
---
{{apiVersion: resource.k8s.io/v1, kind: ResourceClaim, spec: {{devices: {{requests: [{{name: r, exactly: {{deviceClassName: d}}}}]}}}}}}
---
{{apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, spec: {{spec: {{devices: {{requests: [{{name: r, exactly: {{deviceClassName: d}}}}]}}}}}}}}
---
{{apiVersion: resource.k8s.io/v1, kind: ResourceSlice, spec: {{driver: d.example.com, nodeName: n, pool: {{name: p, generation: 1, resourceSliceCount: 1}}, devices: [{{name: d}}]}}}}
"""


def _read() -> dict[Kind, dict[str, Any]]:
    found = {}
    for body in yaml.safe_load_all(TEXT):
        kind = by_kind(body["apiVersion"], body["kind"])
        assert kind is not None, body
        body["metadata"] = {"name": body.pop("name", "x"), "labels": {"l": "v"}}
        if kind.namespaced:
            body["metadata"]["namespace"] = "default"
        found[kind] = body
    return found


MINIMAL = _read()
"""Kind to object. Every kind of which objects are stored and that can be made stands here."""
KINDS = [kind for kind in all_kinds() if kind.stored and "create" in kind.verbs]


def path_of(kind: Kind, name: str = "") -> str:
    root = f"/apis/{kind.api_version}" if kind.group else f"/api/{kind.version}"
    space = "/namespaces/default" if kind.namespaced else ""
    return f"{root}{space}/{kind.plural}" + (f"/{name}" if name else "")
