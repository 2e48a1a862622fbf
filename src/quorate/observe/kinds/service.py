"""Services."""

from quorate.observe.family import Kind, created, info, named

KIND = Kind(
    "services",
    named("service", uid=True),
    (
        info("kube_service_info", "Information about service.", cluster_ip="spec.clusterIP", external_name="spec.externalName",
             load_balancer_ip="spec.loadBalancerIP", external_traffic_policy="spec.externalTrafficPolicy"),
        created("service"),
        info("kube_service_spec_type", "Type about service.", type="spec.type"),
    ),
)  # fmt: skip
