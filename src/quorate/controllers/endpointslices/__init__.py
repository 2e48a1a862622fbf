"""The endpoints of services, as slices and as the older Endpoints objects."""

from quorate.contract.controller import Controller, Watch
from quorate.controllers.endpointslices import legacy, mirror
from quorate.controllers.endpointslices.decide import decide
from quorate.controllers.endpointslices.snapshot import (
    OF_SERVICE,
    SLICES,
    WATCHES,
    ServiceSelectors,
    slice_changed,
    snapshot,
)
from quorate.controllers.selecting import PodsByLabel

CONTROLLERS: tuple[Controller, ...] = (
    Controller(
        name="endpointslice-controller",
        watches=(*WATCHES, Watch(SLICES, slice_changed)),
        snapshot=snapshot,
        decide=decide,
        indexes=(OF_SERVICE,),
        views=(PodsByLabel, ServiceSelectors),
    ),
    Controller(
        name="endpoint-controller",
        watches=legacy.WATCHES,
        snapshot=legacy.snapshot,
        decide=legacy.decide,
        views=(PodsByLabel, ServiceSelectors),
    ),
    Controller(
        name="endpointslice-mirroring-controller",
        watches=mirror.WATCHES,
        snapshot=mirror.snapshot,
        decide=mirror.decide,
        indexes=(mirror.OF_SERVICE,),
    ),
)
