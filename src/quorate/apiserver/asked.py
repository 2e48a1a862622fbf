"""A request as admission and validation see it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from quorate.apiserver.access.user import User
from quorate.apiserver.request import Options
from quorate.contract.plan import Obj
from quorate.kernel.chance import Chance
from quorate.kernel.clock import Instant
from quorate.objects.kinds import Kind

if TYPE_CHECKING:
    from quorate.apiserver.access.access import Access


@dataclass(frozen=True, slots=True)
class Asked:
    """One write on its way through admission.

    obj   the object as it would be committed (for DELETE: None)
    old   the committed object (None for CREATE)
    user  who asks; its name e.g. "system:admin", "system:serviceaccount:kube-system:statefulset-controller"
    served   the kind that the request names, where objects are stored as another; None when it is `kind`
    options  what the request carries beside its object, where it is known
    told     what the requester is warned of by those who have let it pass
    posted   the kind of `obj` where it is posted to an object of another one: an Eviction
    access   who may do what, for policies and webhooks whose expressions ask
    """

    operation: Literal["CREATE", "UPDATE", "DELETE"]
    kind: Kind
    namespace: str
    name: str
    subresource: str
    obj: Obj | None
    old: Obj | None
    user: User
    now: Instant
    chance: Chance
    dry_run: bool = False
    served: Kind | None = None
    options: Options | None = None
    told: tuple[str, ...] = ()
    posted: Kind | None = None
    access: "Access | None" = None

    @property
    def resource(self) -> str:
        return self.kind.resource

    def with_obj(self, obj: Obj) -> "Asked":
        return self if obj is self.obj else replace(self, obj=obj)
