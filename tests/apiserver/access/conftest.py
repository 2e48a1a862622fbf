"""A world with RBAC enforced, and requests as anyone."""

from typing import Any

import orjson
import pytest

from quorate.apiserver.access.authenticate import Authenticator
from quorate.apiserver.access.user import User, authenticated, named
from quorate.apiserver.http import HttpRequest
from quorate.assemble.shape import Shape
from quorate.assemble.world import World, world
from quorate.edge.keys import TokenKeys

RBAC = "/apis/rbac.authorization.k8s.io/v1"
ROLE_API = "rbac.authorization.k8s.io/v1"


class Door:
    """`door(user, "GET", path)` -> (code, body)"""

    def __init__(self) -> None:
        self.world: World = world(4, Shape(nodes=1, authorization="rbac", managed_fields=True))
        self.keys = TokenKeys()
        self.authenticator = Authenticator(self.world.reader, self.world.pump, "admin-token", self.keys)
        self.world.server.access.authenticator = self.authenticator

    def __call__(
        self, who: str | User, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        user = who if isinstance(who, User) else named(who)
        path, _, query = path.partition("?")
        asked = dict(pair.split("=", 1) for pair in query.split("&") if pair)
        given = {"content-type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
        raw = b"" if body is None else orjson.dumps(body)
        made: Any = self.world.front.handle(HttpRequest(method, path, asked, given, raw, user))
        if not hasattr(made, "code"):
            return 200, {}
        return made.code, orjson.loads(made.body) if made.body.startswith(b"{") else {}

    def message(self, who: str | User, method: str, path: str, body: Any = None, **headers: str) -> str:
        """Why it is refused; "" when it is not."""
        code, told = self(who, method, path, body, **headers)
        return told.get("message", "") if code >= 400 else ""

    def role(self, name: str, *rules: dict[str, Any], namespace: str = "") -> None:
        made = {"apiVersion": ROLE_API, "metadata": {"name": name}, "rules": list(rules)}
        where = f"{RBAC}/namespaces/{namespace}/roles" if namespace else f"{RBAC}/clusterroles"
        code, told = self("system:admin", "POST", where, made)
        assert code == 201, told

    def bind(self, role: str, user: str, namespace: str = "", kind: str = "ClusterRole", name: str = "") -> None:
        subject = {"kind": "User", "name": user} if not user.startswith("@") else {"kind": "Group", "name": user[1:]}
        made = {
            "apiVersion": ROLE_API, "metadata": {"name": name or f"{role}-{user.strip('@')}"}, "subjects": [subject],
            "roleRef": {"kind": kind, "name": role, "apiGroup": "rbac.authorization.k8s.io"},
        }  # fmt: skip
        where = f"{RBAC}/namespaces/{namespace}/rolebindings" if namespace else f"{RBAC}/clusterrolebindings"
        code, told = self("system:admin", "POST", where, made)
        assert code == 201, told


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def jane() -> User:
    return authenticated(User("jane", ("staff",)))
