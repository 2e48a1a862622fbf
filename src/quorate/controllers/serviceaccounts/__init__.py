"""What every namespace is furnished with: the default ServiceAccount, and the cluster's certificates."""

from quorate.contract.controller import Controller, Watch, own_key
from quorate.controllers.serviceaccounts.decide import decide_account, decide_certificates
from quorate.controllers.serviceaccounts.snapshot import account, account_keys, certificate_keys, certificates

CONTROLLERS = (
    Controller(
        name="serviceaccount-controller",
        watches=(Watch("namespaces", own_key), Watch("serviceaccounts", account_keys)),
        snapshot=account,
        decide=decide_account,
        user="system:serviceaccount:kube-system:service-account-controller",
    ),
    Controller(
        name="root-ca-certificate-publisher-controller",
        watches=(Watch("namespaces", own_key), Watch("configmaps", certificate_keys)),
        snapshot=certificates,
        decide=decide_certificates,
        user="system:serviceaccount:kube-system:root-ca-cert-publisher",
    ),
)
