"""The authorizer that expressions ask: who may do what, as the API server would decide a request of its own."""

from quorate.apiserver.access.access import Access
from quorate.apiserver.access.attributes import Attributes
from quorate.apiserver.access.user import User, account_name, named
from quorate.apiserver.asked import Asked
from quorate.objects.cel import authorization
from quorate.objects.cel.authorization import Question
from quorate.objects.cel.values import Opaque


class Authorizing:
    """Answers for who makes a request, or for a service account."""

    def __init__(self, access: Access, user: User) -> None:
        self.access, self.user = access, user

    def __call__(self, asked: Question) -> tuple[bool, str]:
        user = self.user if asked.account is None else named(account_name(*asked.account))
        if asked.path:
            return self.access.decide(user, Attributes(asked.verb, asked.path))
        return self.access.decide(user, Attributes(
            asked.verb, group=asked.group, version="*", resource=asked.resource, subresource=asked.subresource,
            name=asked.name, namespace=asked.namespace,
        ))  # fmt: skip


def scope(asked: Asked) -> dict[str, Opaque]:
    """What an expression that may ask knows beside the request."""
    if asked.access is None:
        return {}
    kind = asked.served or asked.kind
    answer = Authorizing(asked.access, asked.user)
    return authorization.scope(answer, kind.group, kind.plural, asked.subresource, asked.namespace, asked.name)
