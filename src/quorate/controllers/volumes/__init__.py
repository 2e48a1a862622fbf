"""Claims and volumes: binding, reclaim, protection, expansion."""

from quorate.contract.controller import Controller
from quorate.controllers.volumes import binding, class_protection, ephemeral, expansion, protection

CONTROLLERS: tuple[Controller, ...] = (
    binding.CONTROLLER, protection.CLAIMS, protection.VOLUMES, class_protection.CONTROLLER, expansion.CONTROLLER,
    ephemeral.CONTROLLER,
)  # fmt: skip
