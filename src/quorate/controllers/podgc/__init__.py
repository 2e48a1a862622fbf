"""Pods that nobody else will ever remove (Kubernetes: pkg/controller/podgc), looked for every 20 s."""

from quorate.contract.controller import Controller
from quorate.controllers.podgc import finished, lost, unbound

CONTROLLERS: tuple[Controller, ...] = (lost.CONTROLLER, unbound.CONTROLLER, finished.CONTROLLER)
