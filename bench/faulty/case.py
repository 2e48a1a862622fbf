"""What a case is: a fault for a cause, and a look-alike that must not be blamed."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.faulty.play import Play


@dataclass(frozen=True, slots=True)
class Case:
    """`play` breaks a workload and answers it as KIND/NAME; `alike` makes one that looks like it and is well.

    reach   "own": only its own workload suffers; "wide": others in the world may suffer too
    also    causes that are as true an answer
    later   what may be said once its events have expired, as nothing else tells of it
    leases  whether the Leases of the control plane have a part in it
    passing whether it is over a little later by itself
    restless whether so much happens for as long as it lasts that a day of it takes minutes to play
    managed whether it cannot be seen without managedFields, which kubectl hides unless told otherwise
    """

    cause: str
    play: Callable[[Play], str]
    alike: Callable[[Play], str]
    reach: str = "own"
    also: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    leases: bool = False
    managed: bool = False
    restless: bool = False
    passing: bool = False

    @property
    def id(self) -> str:
        """Of all cases only this one has it: "config-map-missing.config_map_mounted"."""
        return f"{self.cause}.{self.play.__name__}"
