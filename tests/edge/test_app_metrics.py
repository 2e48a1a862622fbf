"""/metrics over HTTP: for those who have the token."""

import httpx
import pytest

from quorate.testing import Cluster

pytestmark = pytest.mark.cluster(nodes=1, tls=False)


@pytest.mark.parametrize(("token", "code"), [("", 200), ("other", 401), (None, 401)])
def test_it_wants_the_token(cluster: Cluster, token: str | None, code: int) -> None:
    headers = {} if token is None else {"Authorization": f"Bearer {token or cluster.token}"}
    answer = httpx.get(f"{cluster.url}/metrics", headers=headers)
    assert answer.status_code == code
    if code == 200:
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert 'kube_node_status_condition{node="node-0",condition="Ready",status="true"} 1' in answer.text
