"""Claims and volumes: binding, reclaim, protection, expansion."""

from quorate.contract.controller import Controller
from quorate.controllers.volumes import binding, expansion, protection

CONTROLLERS: tuple[Controller, ...] = (
    binding.CONTROLLER, protection.CLAIMS, protection.VOLUMES, expansion.CONTROLLER,
)  # fmt: skip
