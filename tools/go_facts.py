"""What the schemas do not say of the Go types behind the API: which fields are pointers, which are always written.

A field of a Go struct is one of three when it is written as JSON:

    pointer   absent stays absent, and a zero that was set is kept          `replicas: 0`
    omitted   a plain value with `omitempty`: its zero is not written        `hostNetwork: false`
    always    a plain value without it, or a struct: written even when absent `resources: {}`, `disruptionsAllowed: 0`

Rules hold unless a table says otherwise: a field that the schema requires is `always`; structs are pointers; other
optional fields are `omitted`. Keys are "Type.field" with the type's short name; "*" stands for any type.
"""

_STRUCTS = """
*.metadata *.spec *.status
TokenReviewStatus.user SelfSubjectReviewStatus.userInfo DaemonSetSpec.updateStrategy StatefulSetSpec.updateStrategy
DeploymentSpec.strategy ReplicaSetSpec.template PodTemplate.template Container.resources EphemeralContainer.resources
ContainerStatus.state ContainerStatus.lastState Event.source NodeStatus.daemonEndpoints NodeStatus.nodeInfo
NodeDaemonEndpoints.kubeletEndpoint PersistentVolumeClaimSpec.resources ServiceStatus.loadBalancer
IngressStatus.loadBalancer Endpoint.conditions Event.regarding Event.deprecatedSource NetworkPolicySpec.podSelector
IngressServiceBackend.port LimitedPriorityLevelConfiguration.limitResponse ResourceClaimSpec.devices
AllocationResult.devices CustomResourceDefinitionStatus.acceptedNames
"""

_ALWAYS = """
*.lastProbeTime *.lastTransitionTime *.lastUpdateTime *.lastHeartbeatTime
ContainerStateRunning.startedAt ContainerStateTerminated.startedAt ContainerStateTerminated.finishedAt
Event.eventTime Event.firstTimestamp Event.lastTimestamp Event.deprecatedFirstTimestamp Event.deprecatedLastTimestamp
Event.reportingComponent Event.reportingInstance EventSeries.lastObservedTime TokenRequestStatus.expirationTimestamp
VolumeError.time ResourceFieldSelector.divisor ServicePort.targetPort
ClusterRole.rules Role.rules HorizontalPodAutoscalerStatus.currentMetrics EndpointSlice.ports EndpointSlice.endpoints
CustomResourceDefinitionStatus.conditions CustomResourceDefinitionStatus.storedVersions ProjectedVolumeSource.sources
StatefulSetSpec.serviceName StatefulSetStatus.availableReplicas
PodDisruptionBudgetStatus.disruptionsAllowed PodDisruptionBudgetStatus.currentHealthy
PodDisruptionBudgetStatus.desiredHealthy PodDisruptionBudgetStatus.expectedPods
PriorityClass.value FlowSchemaSpec.matchingPrecedence QueuingConfiguration.queues QueuingConfiguration.handSize
QueuingConfiguration.queueLengthLimit ControllerRevision.data PodIP.ip HostIP.ip
"""

_POINTERS = """
Condition.lastUpdateTime DeploymentSpec.replicas DeploymentSpec.revisionHistoryLimit
DeploymentSpec.progressDeadlineSeconds ReplicaSetSpec.replicas ReplicationControllerSpec.replicas
StatefulSetSpec.replicas StatefulSetSpec.revisionHistoryLimit DaemonSetSpec.revisionHistoryLimit
RollingUpdateStatefulSetStrategy.partition *.collisionCount *.terminatingReplicas JobStatus.ready
JobStatus.terminating JobSpec.activeDeadlineSeconds JobSpec.backoffLimit JobSpec.backoffLimitPerIndex
JobSpec.completions JobSpec.maxFailedIndexes JobSpec.parallelism JobSpec.ttlSecondsAfterFinished
JobSpec.manualSelector JobSpec.suspend JobSpec.completionMode JobSpec.podReplacementPolicy JobSpec.managedBy
JobStatus.failedIndexes SuccessPolicyRule.succeededCount SuccessPolicyRule.succeededIndexes
PodFailurePolicyOnExitCodesRequirement.containerName CronJobSpec.failedJobsHistoryLimit
CronJobSpec.successfulJobsHistoryLimit CronJobSpec.startingDeadlineSeconds CronJobSpec.suspend CronJobSpec.timeZone
MutatingWebhook.timeoutSeconds ValidatingWebhook.timeoutSeconds *.failurePolicy *.matchPolicy *.sideEffects
MutatingWebhook.reinvocationPolicy RuleWithOperations.scope NamedRuleWithOperations.scope ServiceReference.port
ServiceReference.path WebhookClientConfig.url ParamRef.parameterNotFoundAction Validation.reason
TokenRequestSpec.expirationSeconds HorizontalPodAutoscalerSpec.minReplicas
HorizontalPodAutoscalerSpec.targetCPUUtilizationPercentage
HorizontalPodAutoscalerStatus.currentCPUUtilizationPercentage HorizontalPodAutoscalerStatus.observedGeneration
HPAScalingRules.stabilizationWindowSeconds HPAScalingRules.selectPolicy MetricTarget.averageUtilization
MetricValueStatus.averageUtilization CertificateSigningRequestSpec.expirationSeconds LeaseSpec.leaseDurationSeconds
LeaseSpec.leaseTransitions LeaseSpec.holderIdentity LeaseSpec.strategy LeaseSpec.preferredHolder
ClientIPConfig.timeoutSeconds *.defaultMode *.mode FCVolumeSource.lun NodeSwapStatus.capacity
PodCertificateProjection.maxExpirationSeconds PodSecurityContext.fsGroup *.runAsGroup *.runAsUser *.runAsNonRoot
PodSpec.activeDeadlineSeconds PodSpec.priority *.terminationGracePeriodSeconds
ServiceAccountTokenProjection.expirationSeconds Toleration.tolerationSeconds TopologySpreadConstraint.minDomains
TopologySpreadConstraint.nodeAffinityPolicy TopologySpreadConstraint.nodeTaintsPolicy EndpointPort.port
EndpointPort.name EndpointPort.protocol EndpointPort.appProtocol *.lendablePercent *.nominalConcurrencyShares
LimitedPriorityLevelConfiguration.borrowingLimitPercent NetworkPolicyPort.endPort NetworkPolicyPort.protocol
DeviceToleration.tolerationSeconds CSIDriverSpec.nodeAllocatableUpdatePeriodSeconds TokenRequest.expirationSeconds
VolumeError.errorCode VolumeNodeResources.count JSONSchemaProps.maxItems JSONSchemaProps.maxLength
JSONSchemaProps.maxProperties JSONSchemaProps.maximum JSONSchemaProps.minItems JSONSchemaProps.minLength
JSONSchemaProps.minProperties JSONSchemaProps.minimum JSONSchemaProps.multipleOf
JSONSchemaProps.x-kubernetes-preserve-unknown-fields JSONSchemaProps.x-kubernetes-list-type
JSONSchemaProps.x-kubernetes-map-type JSONSchemaProps.$ref ValidationRule.optionalOldSelf ValidationRule.reason
ObjectMeta.deletionGracePeriodSeconds DeleteOptions.gracePeriodSeconds DeleteOptions.orphanDependents
DeleteOptions.propagationPolicy DeleteOptions.ignoreStoreReadErrorWithClusterBreakingPotential Preconditions.uid
Preconditions.resourceVersion OwnerReference.controller OwnerReference.blockOwnerDeletion
AzureDiskVolumeSource.readOnly AzureDiskVolumeSource.cachingMode AzureDiskVolumeSource.fsType
AzureDiskVolumeSource.kind CSIVolumeSource.readOnly CSIVolumeSource.fsType
AzureFilePersistentVolumeSource.secretNamespace ISCSIVolumeSource.initiatorName
ISCSIPersistentVolumeSource.initiatorName HostPathVolumeSource.type *.optional ClusterTrustBundleProjection.signerName
ClusterTrustBundleProjection.name ConfigMap.immutable Secret.immutable ContainerStatus.started
ContainerStatus.stopSignal Lifecycle.stopSignal EndpointConditions.ready EndpointConditions.serving
EndpointConditions.terminating Endpoint.hostname Endpoint.nodeName Endpoint.zone NodeFeatures.supplementalGroupsPolicy
NodeRuntimeHandlerFeatures.recursiveReadOnlyMounts NodeRuntimeHandlerFeatures.userNamespaces
PodSpec.automountServiceAccountToken PodSpec.enableServiceLinks PodSpec.hostUsers PodSpec.setHostnameAsFQDN
PodSpec.shareProcessNamespace PodSpec.runtimeClassName PodSpec.preemptionPolicy PodSpec.hostnameOverride
Container.restartPolicy EphemeralContainer.restartPolicy SecurityContext.allowPrivilegeEscalation
SecurityContext.privileged SecurityContext.readOnlyRootFilesystem SecurityContext.procMount
PodSecurityContext.fsGroupChangePolicy PodSecurityContext.supplementalGroupsPolicy
PodSecurityContext.seLinuxChangePolicy *.localhostProfile GRPCAction.service WindowsSecurityContextOptions.hostProcess
WindowsSecurityContextOptions.gmsaCredentialSpec WindowsSecurityContextOptions.gmsaCredentialSpecName
WindowsSecurityContextOptions.runAsUserName ServiceAccount.automountServiceAccountToken
ServiceSpec.allocateLoadBalancerNodePorts ServiceSpec.internalTrafficPolicy ServiceSpec.ipFamilyPolicy
ServiceSpec.loadBalancerClass ServiceSpec.trafficDistribution ServicePort.appProtocol
PersistentVolumeClaimSpec.storageClassName *.volumeMode *.volumeAttributesClassName
PersistentVolumeClaimStatus.currentVolumeAttributesClassName IngressSpec.ingressClassName HTTPIngressPath.pathType
IngressClassParametersReference.apiGroup IngressClassParametersReference.scope
IngressClassParametersReference.namespace StorageClass.reclaimPolicy StorageClass.volumeBindingMode
StorageClass.allowVolumeExpansion PriorityClass.preemptionPolicy CSIDriverSpec.fsGroupPolicy
CSIDriverSpec.attachRequired CSIDriverSpec.podInfoOnMount CSIDriverSpec.preventPodSchedulingIfMissing
CSIDriverSpec.requiresRepublish CSIDriverSpec.seLinuxMount CSIDriverSpec.serviceAccountTokenInSecrets
CSIDriverSpec.storageCapacity PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy PodResourceClaim.resourceClaimName
PodResourceClaim.resourceClaimTemplateName PodResourceClaimStatus.resourceClaimName PodSchedulingGroup.podGroupName
VolumeMount.mountPropagation VolumeMount.recursiveReadOnly VolumeMountStatus.recursiveReadOnly
TypedObjectReference.apiGroup TypedObjectReference.namespace TypedLocalObjectReference.apiGroup
VolumeAttachmentSource.persistentVolumeName LoadBalancerIngress.ipMode PortStatus.error IngressPortStatus.error
PodDNSConfigOption.value ResourceSliceSpec.allNodes ResourceSliceSpec.nodeName
ResourceSliceSpec.perDeviceNodeSelection Device.allNodes Device.nodeName Device.bindsToNode
Device.allowMultipleAllocations DeviceAttribute.bool DeviceAttribute.int DeviceAttribute.string
DeviceAttribute.version *.adminAccess DeviceConstraint.matchAttribute DeviceConstraint.distinctAttribute
DeviceRequestAllocationResult.shareID AllocatedDeviceStatus.shareID DeviceClassSpec.extendedResourceName
"""


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text.split())


STRUCTS, ALWAYS, POINTERS = _pairs(_STRUCTS), _pairs(_ALWAYS), _pairs(_POINTERS)

POINTER_SCALARS = frozenset({"quantity", "int-or-string", "time", "microtime"})
"""Scalars that Go holds as structs: optional ones are pointers unless ALWAYS names them."""

DROPPED_WHEN_ZERO = frozenset({"ObjectMeta.creationTimestamp"})
"""Structs with `omitzero`."""

NIL_LISTS = frozenset({"PolicyRule.verbs", "CSINodeSpec.drivers", "LimitRangeSpec.limits"})
"""Required lists, written as null when absent, where this can be seen: the API refuses objects without the others."""


def when_zero(type_name: str, field: str, shape: str, required: bool) -> str:
    """ "pointer", "omitted" or "always"; `shape` is "struct", "list", "map", "any" or a scalar's name."""
    short = type_name.rpartition(".")[2]
    names = {f"{short}.{field}", f"*.{field}"}
    if names & DROPPED_WHEN_ZERO:
        return "omitted"
    if names & ALWAYS:
        return "always"
    if shape == "struct":
        if required or names & STRUCTS:
            return "always" if not _pointer_though_required(short, field) else "pointer"
        return "pointer"
    if shape in ("list", "map"):
        return "always" if names & NIL_LISTS else "omitted"
    if names & POINTERS:
        return "pointer"
    if required:
        return "always"
    return "pointer" if shape in POINTER_SCALARS or shape == "any" else "omitted"


def _pointer_though_required(short: str, field: str) -> bool:
    """Required by validation, yet a pointer in Go."""
    return field == "selector" or f"{short}.{field}" in ("IPAddressSpec.parentRef", "ScaleIOVolumeSource.secretRef")


_GO_TYPES = """
PodSpec.restartPolicy=v1.RestartPolicy PodSpec.dnsPolicy=v1.DNSPolicy PodSpec.preemptionPolicy=v1.PreemptionPolicy
Container.imagePullPolicy=v1.PullPolicy Container.terminationMessagePolicy=v1.TerminationMessagePolicy
Container.restartPolicy=v1.ContainerRestartPolicy ContainerPort.protocol=v1.Protocol ServicePort.protocol=v1.Protocol
EndpointPort.protocol=v1.Protocol NetworkPolicyPort.protocol=v1.Protocol ServiceSpec.type=v1.ServiceType
ServiceSpec.sessionAffinity=v1.ServiceAffinity ServiceSpec.externalTrafficPolicy=v1.ServiceExternalTrafficPolicy
ServiceSpec.internalTrafficPolicy=v1.ServiceInternalTrafficPolicy ServiceSpec.ipFamilyPolicy=v1.IPFamilyPolicy
ServiceSpec.ipFamilies=[]v1.IPFamily Toleration.operator=v1.TolerationOperator Toleration.effect=v1.TaintEffect
Taint.effect=v1.TaintEffect VolumeMount.mountPropagation=v1.MountPropagationMode
PersistentVolumeClaimSpec.accessModes=[]v1.PersistentVolumeAccessMode
PersistentVolumeSpec.accessModes=[]v1.PersistentVolumeAccessMode
PersistentVolumeClaimSpec.volumeMode=v1.PersistentVolumeMode PersistentVolumeSpec.volumeMode=v1.PersistentVolumeMode
PersistentVolumeSpec.persistentVolumeReclaimPolicy=v1.PersistentVolumeReclaimPolicy
StorageClass.reclaimPolicy=v1.PersistentVolumeReclaimPolicy StorageClass.volumeBindingMode=v1.VolumeBindingMode
HTTPGetAction.scheme=v1.URIScheme EmptyDirVolumeSource.medium=v1.StorageMedium Secret.type=v1.SecretType
HostPathVolumeSource.type=v1.HostPathType SeccompProfile.type=v1.SeccompProfileType PodStatus.phase=v1.PodPhase
PodCondition.type=v1.PodConditionType PodCondition.status=v1.ConditionStatus
StatefulSetSpec.podManagementPolicy=v1.PodManagementPolicyType
StatefulSetUpdateStrategy.type=v1.StatefulSetUpdateStrategyType DeploymentStrategy.type=v1.DeploymentStrategyType
DaemonSetUpdateStrategy.type=v1.DaemonSetUpdateStrategyType
StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted=v1.PersistentVolumeClaimRetentionPolicyType
StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled=v1.PersistentVolumeClaimRetentionPolicyType
LabelSelectorRequirement.operator=v1.LabelSelectorOperator NodeSelectorRequirement.operator=v1.NodeSelectorOperator
CronJobSpec.concurrencyPolicy=v1.ConcurrencyPolicy JobSpec.completionMode=v1.CompletionMode
PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy=v1.UnhealthyPodEvictionPolicyType ObjectMeta.uid=types.UID
OwnerReference.uid=types.UID ObjectReference.uid=types.UID Preconditions.uid=types.UID
TopologySpreadConstraint.whenUnsatisfiable=v1.UnsatisfiableConstraintAction
ResourceRequirements.limits=v1.ResourceList ResourceRequirements.requests=v1.ResourceList
VolumeResourceRequirements.limits=v1.ResourceList VolumeResourceRequirements.requests=v1.ResourceList
ResourceQuotaSpec.hard=v1.ResourceList PersistentVolumeSpec.capacity=v1.ResourceList
PersistentVolumeClaimStatus.capacity=v1.ResourceList NodeStatus.capacity=v1.ResourceList
NodeStatus.allocatable=v1.ResourceList ManagedFieldsEntry.operation=v1.ManagedFieldsOperationType
PriorityClass.preemptionPolicy=v1.PreemptionPolicy NetworkPolicySpec.policyTypes=[]v1.PolicyType
HTTPIngressPath.pathType=v1.PathType DeleteOptions.propagationPolicy=v1.DeletionPropagation
"""

GO_TYPES = {field: go for field, _, go in (pair.partition("=") for pair in _GO_TYPES.split())}
"""Named Go types of fields, as error messages of the decoder print them."""
