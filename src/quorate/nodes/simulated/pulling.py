"""Images: present, pulled, or not to be had (kubelet: images/image_manager)."""

from dataclasses import replace

from quorate.contract.plan import Obj
from quorate.kernel.clock import Duration
from quorate.nodes.simulated.annotations import registry_down
from quorate.nodes.simulated.images import name_error, pull_error, registry, size, unreachable
from quorate.nodes.simulated.life import Container
from quorate.nodes.simulated.restarts import NOTICED_AFTER, doubled
from quorate.nodes.simulated.turn import Role, Turn
from quorate.objects.times import duration_text

QUICK_PULL: Duration = 300_000
"""What the Pulled event says of a pull for which the manifest gives no time."""


def held_up(turn: Turn, spec: Obj, container: Container, fault: str, role: Role) -> Container | None:
    """The container as it waits for an image that it does not get; None when the image is there."""
    image, backs_off = spec["image"], fault == "ImagePullBackOff"
    wrong = name_error(image)
    if not wrong and fault == "InvalidImageName":
        wrong = f'couldn\'t parse image name "{image}": invalid reference format'
    if wrong:
        message = f'Failed to apply default image tag "{image}": {wrong}'
        turn.tell("Warning", "InspectFailed", message, container.name, role)
        turn.tell("Warning", "Failed", "Error: InvalidImageName", container.name, role)
        return _waits(turn, container, "InvalidImageName", message, doubled(container.pull_wait), fault)
    if fault in ("ErrImagePull", "ImagePullBackOff"):
        error = pull_error(image)
    elif _cut_off(turn, spec, container):
        error, backs_off = unreachable(image), True
    else:
        return None
    if backs_off and container.reason == "ErrImagePull" and turn.now < container.pull_until:
        turn.tell("Normal", "BackOff", f'Back-off pulling image "{image}"', container.name, role)
        turn.tell("Warning", "Failed", "Error: ImagePullBackOff", container.name, role)
        message = f'Back-off pulling image "{image}": ErrImagePull: {error}'
        return replace(container, reason="ImagePullBackOff", message=message, due=container.pull_until, fault=fault)
    turn.tell("Normal", "Pulling", f'Pulling image "{image}"', container.name, role)
    turn.tell("Warning", "Failed", f'Failed to pull image "{image}": {error}', container.name, role)
    turn.tell("Warning", "Failed", "Error: ErrImagePull", container.name, role)
    waits = _waits(turn, container, "ErrImagePull", error, doubled(container.pull_wait), fault)
    return replace(waits, due=turn.now + NOTICED_AFTER) if backs_off else waits


def _cut_off(turn: Turn, spec: Obj, container: Container) -> bool:
    """Whether the image must be pulled and its registry cannot be reached."""
    down = registry_down(turn.seen.node)
    if not down or down not in ("*", registry(spec["image"])):
        return False
    policy = spec.get("imagePullPolicy")
    return policy == "Always" or (policy != "Never" and not _present(turn, spec, container))


def _present(turn: Turn, spec: Obj, container: Container) -> bool:
    return container.has_run or spec["image"] in turn.seen.present


def unconfigured(turn: Turn, container: Container, fault: str, role: Role) -> Container | None:
    """The container as it waits for its environment; None when it can be created."""
    error = dict(turn.seen.config).get(container.name, "")
    if not error and fault == "CreateContainerConfigError":
        error = "simulated by sim.quorate.dev/fault"
    if not error:
        return None
    turn.tell("Warning", "Failed", f"Error: {error}", container.name, role)
    return _waits(turn, container, "CreateContainerConfigError", error, doubled(container.pull_wait), fault)


def pulled(turn: Turn, spec: Obj, container: Container, role: Role, told: frozenset[str]) -> None:
    """Tell how the image came. `told`: images for which Pulling was told already."""
    image, present = spec["image"], _present(turn, spec, container)
    if present and spec.get("imagePullPolicy") != "Always":
        message = f'Container image "{image}" already present on machine and can be accessed by the pod'
        turn.tell("Normal", "Pulled", message, container.name, role)
        return
    if image not in told:
        turn.tell("Normal", "Pulling", f'Pulling image "{image}"', container.name, role)
    took = duration_text(QUICK_PULL if present else turn.behaviour.pull_after or QUICK_PULL)
    took = f"{took} ({took} including waiting)"
    message = f'Successfully pulled image "{image}" in {took}. Image size: {size(image)} bytes.'
    turn.tell("Normal", "Pulled", message, container.name, role)


def _waits(turn: Turn, container: Container, reason: str, message: str, wait: Duration, fault: str) -> Container:
    last = container.end or container.last
    return replace(
        container, state="waiting", end=None, last=last, reason=reason, message=message, fault=fault,
        pull_wait=wait, pull_until=turn.now + wait, due=turn.now + wait,
    )  # fmt: skip
