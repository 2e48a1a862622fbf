"""What every namespace is furnished with: the default ServiceAccount, the cluster's certificates; and accounts' tokens."""

from functools import partial

from quorate.contract.controller import Controller, Index, Watch, own_key
from quorate.controllers.serviceaccounts import tokens
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


def controllers(sign: tokens.Sign) -> tuple[Controller, ...]:
    """All of them; `sign` makes a token of claims."""
    return (
        *CONTROLLERS,
        Controller(
            name="serviceaccount-token-controller",
            watches=(
                Watch(tokens.SECRETS, tokens.secret_changed),
                Watch(tokens.ACCOUNTS, tokens.account_gone),
                Watch("configmaps", tokens.authority_changed),
            ),
            indexes=(
                Index(tokens.SECRETS, tokens.OF_ACCOUNT, tokens.token_account),
                Index(tokens.ACCOUNTS, tokens.REFERRED, tokens.account_secrets),
            ),
            snapshot=tokens.snapshot,
            decide=partial(tokens.decide, sign),
            user="system:kube-controller-manager",
        ),
    )
