"""The fixtures, as a project of its own would use them."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
DOCS = Path(__file__).parents[2] / "docs" / "testing.md"


@pytest.fixture(autouse=True)
def strict(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfilterwarnings = error\naddopts = -p no:cacheprovider --strict-markers\n")


def test_the_examples_of_the_docs_pass(pytester: pytest.Pytester) -> None:
    text = DOCS.read_text()
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) >= 8
    for name, program in re.findall(r"```python title=\"(\w+)\.py\"\n(.*?)```", text, re.DOTALL):
        pytester.makepyfile(**{name: program})
    if not find_spec("kopf"):
        blocks = [block for block in blocks if "operator" not in block]
    pytester.makepyfile(**{f"test_docs_{i}": block for i, block in enumerate(blocks)})
    done = pytester.runpytest_subprocess()
    done.assert_outcomes(passed=sum(block.count("def test_") for block in blocks))


def test_every_test_has_a_cluster_of_its_own_and_side_by_side(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("n", range(6))
        def test_alone(cluster, n):
            cluster.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": f"only-{n}"}})
            found = cluster.world.client().list("configmaps", "default")
            assert [o["metadata"]["name"] for o in found if o["metadata"]["name"] != "kube-root-ca.crt"] == [f"only-{n}"]

        def test_several(cluster_factory):
            one, other = cluster_factory(nodes=1), cluster_factory(nodes=2)
            assert one.url != other.url and one.kubeconfig != other.kubeconfig
            assert one.get("node/node-1") is None and other.get("node/node-1") is not None
    """)
    pytester.runpytest_subprocess("-n", "2").assert_outcomes(passed=7)


def test_a_mark_without_names_is_refused(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.cluster(5)
        def test_it(cluster):
            pass
    """)
    done = pytester.runpytest_subprocess()
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*takes named arguments*"])


def test_who_asks_for_no_cluster_loads_none(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_it():
            assert "quorate.testing.plugin" in sys.modules
            assert "quorate.assemble" not in sys.modules and "httptools" not in sys.modules
    """)
    pytester.runpytest_subprocess().assert_outcomes(passed=1)
