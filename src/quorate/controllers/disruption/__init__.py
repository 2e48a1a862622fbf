"""PodDisruptionBudgets: how many pods may be evicted now."""

from quorate.contract.controller import Controller
from quorate.controllers.disruption import budget, stale

CONTROLLERS: tuple[Controller, ...] = (budget.CONTROLLER, stale.CONTROLLER)
