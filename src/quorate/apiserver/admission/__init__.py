"""The admission rules, in Kubernetes' order (pkg/kubeapiserver/options/plugins.go): read the two lists aloud.

A rule is (name, the resources it cares about or None for all, the operations, the function). Mutating rules answer the
object as it should be, validating ones nothing or what the requester is warned of; both raise `Refused`. Rules that a
cluster declares itself (policies and webhooks) belong at the end of each list, before ResourceQuota, which comes last
because it counts what all others let in.

Left out on purpose: NodeRestriction and OwnerReferencesPermissionEnforcement (everybody may do everything here).
"""

from quorate.apiserver.admission import (
    claim_resize,
    default_ingress_class,
    default_storage_class,
    default_toleration_seconds,
    generated,
    limit_defaults,
    limits,
    namespace_lifecycle,
    pod_security,
    priority,
    resource_quota,
    runtime_class,
    service_account,
    signing_request,
    storage_protection,
    taint_nodes_by_condition,
)
from quorate.apiserver.admission.chain import Rule

CREATE = frozenset({"CREATE"})
UPDATE = frozenset({"UPDATE"})
WRITE = CREATE | UPDATE
DELETE = frozenset({"DELETE"})

PODS = frozenset({"pods"})
CLAIMS = frozenset({"persistentvolumeclaims"})
CHARGED_AGAIN = frozenset({"pods", "persistentvolumeclaims", "services"})
"""What can cost more after an update."""

PLUGINS = frozenset({
    "AlwaysAdmit", "AlwaysDeny", "AlwaysPullImages", "CertificateApproval", "CertificateSigning", "CertificateSubjectRestriction",
    "ClusterTrustBundleAttest", "DefaultIngressClass", "DefaultStorageClass", "DefaultTolerationSeconds",
    "DenyServiceExternalIPs", "EventRateLimit", "ExtendedResourceToleration", "ImagePolicyWebhook",
    "LimitPodHardAntiAffinityTopology", "LimitRanger", "MutatingAdmissionPolicy", "MutatingAdmissionWebhook",
    "NamespaceAutoProvision", "NamespaceExists", "NamespaceLifecycle", "NodeDeclaredFeatureValidator", "NodeRestriction",
    "OwnerReferencesPermissionEnforcement", "PersistentVolumeClaimResize", "PodNodeSelector", "PodSecurity",
    "PodTolerationRestriction", "PodTopologyLabels", "Priority", "ResourceQuota", "RuntimeClass", "ServiceAccount",
    "StorageObjectInUseProtection", "TaintNodesByCondition", "ValidatingAdmissionPolicy", "ValidatingAdmissionWebhook",
})  # fmt: skip
"""kube-apiserver's plugins, which may be switched off by these names; not all of them are played here."""

MUTATING: tuple[Rule, ...] = (
    ("NamespaceLifecycle", None, WRITE, namespace_lifecycle.admit),
    ("LimitRanger", PODS, CREATE, limit_defaults.admit),
    ("ServiceAccount", PODS, CREATE, service_account.admit),
    ("TaintNodesByCondition", frozenset({"nodes"}), CREATE, taint_nodes_by_condition.admit),
    ("Priority", PODS, WRITE, priority.admit),
    ("DefaultTolerationSeconds", PODS, WRITE, default_toleration_seconds.admit),
    ("DefaultStorageClass", CLAIMS, CREATE, default_storage_class.admit),
    ("StorageObjectInUseProtection", frozenset(storage_protection.FINALIZERS), CREATE, storage_protection.admit),
    ("RuntimeClass", PODS, CREATE, runtime_class.admit),
    ("DefaultIngressClass", frozenset({"ingresses.networking.k8s.io"}), CREATE, default_ingress_class.admit),
    ("Generated", generated.RESOURCES, WRITE, generated.admit),
    ("SigningRequest", signing_request.RESOURCES, WRITE, signing_request.admit),
)

VALIDATING: tuple[Rule, ...] = (
    ("NamespaceLifecycle", frozenset({"namespaces"}), DELETE, namespace_lifecycle.check),
    ("LimitRanger", PODS, CREATE, limits.check),
    ("LimitRanger", CLAIMS, WRITE, limits.check),
    ("PodSecurity", pod_security.RESOURCES, WRITE, pod_security.check),
    ("Priority", frozenset({"priorityclasses.scheduling.k8s.io"}), WRITE | DELETE, priority.check),
    ("PersistentVolumeClaimResize", CLAIMS, UPDATE, claim_resize.check),
    ("RuntimeClass", PODS, CREATE, runtime_class.check),
    ("ResourceQuota", None, CREATE, resource_quota.check),
    ("ResourceQuota", CHARGED_AGAIN, UPDATE, resource_quota.check),
)
