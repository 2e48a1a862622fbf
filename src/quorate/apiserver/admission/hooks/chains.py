"""The built-in rules and, in their places among them, what the cluster configures.

Most clusters configure nothing: what it takes to ask webhooks and policies is loaded when there are some.
"""

from dataclasses import replace

from quorate.apiserver.access.access import Access
from quorate.apiserver.admission.chain import Chain
from quorate.apiserver.admission.hooks.configured import Configured
from quorate.apiserver.asked import Asked
from quorate.contract.ports import Reader
from quorate.contract.webhooks import Caller
from quorate.objects.kinds import Kinds


class Hooks:
    """What chains share: what is configured, the kinds, who calls webhooks, and who may do what."""

    def __init__(self, configured: Configured, kinds: Kinds, caller: Caller, access: Access) -> None:
        self.configured, self.kinds, self.caller, self.access = configured, kinds, caller, access


class Mutating:
    """The built-in rules, the mutating policies, the webhooks; when those change the object, everybody once more."""

    def __init__(self, rules: Chain, hooks: Hooks) -> None:
        self.rules, self.hooks = rules, hooks

    def run(self, asked: Asked, reader: Reader) -> Asked:
        """The request as all leave it. Raises Refused."""
        asked = self.rules.run(asked, reader)
        hooks = self.hooks
        mutators, found = hooks.configured.mutators, hooks.configured.mutating
        if not (mutators or found):
            return asked
        from quorate.apiserver.admission.hooks import mutations, webhooks

        asked = replace(asked, access=hooks.access)
        policies = mutations.Mutation(mutators, hooks.kinds)
        asking = webhooks.Mutation(found, hooks.kinds, hooks.caller)
        asked = asking.first(policies.first(asked, reader), reader)
        if not (policies.changed or asking.changed):
            return asked
        after = self.rules.run(asked, reader)
        otherwise = after.obj != asked.obj
        again = policies.again(after, reader, otherwise=otherwise or asking.changed)
        return asking.again(again, reader, otherwise=otherwise or again is not after)


class Validating:
    """The built-in rules, the policies, the webhooks, and last what counts all that is let in."""

    def __init__(self, rules: Chain, last: Chain, hooks: Hooks) -> None:
        self.rules, self.last, self.hooks = rules, last, hooks

    def run(self, asked: Asked, reader: Reader) -> Asked:
        """The request with what it is warned of. Raises Refused."""
        return self.last.run(self.declared(self.rules.run(asked, reader), reader), reader)

    def declared(self, asked: Asked, reader: Reader) -> Asked:
        """What the cluster's own policies and webhooks say. Raises Refused."""
        hooks = self.hooks
        found, asking = hooks.configured.policies, hooks.configured.validating
        if found or asking:
            asked = replace(asked, access=hooks.access)
        if found:
            from quorate.apiserver.admission.hooks import policies

            asked = policies.validate(found, asked, hooks.kinds, reader)
        if asking:
            from quorate.apiserver.admission.hooks import webhooks

            asked = webhooks.validate(asking, asked, hooks.kinds, reader, hooks.caller)
        return asked
