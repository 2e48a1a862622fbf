"""Claims and volumes: binding, reclaim, protection, expansion."""

from quorate.contract.controller import Controller
from quorate.controllers.volumes import binding, ephemeral, expansion, protection

CONTROLLERS: tuple[Controller, ...] = (
    binding.CONTROLLER, protection.CLAIMS, protection.VOLUMES, expansion.CONTROLLER, ephemeral.CONTROLLER,
)  # fmt: skip
