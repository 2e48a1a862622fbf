"""The ReplicationController: the ReplicaSet controller under other names (Kubernetes: pkg/controller/replication)."""

from quorate.controllers.replicaset import controller
from quorate.controllers.replicaset.kinds import REPLICATION_CONTROLLERS

CONTROLLERS = (controller("replication-controller", REPLICATION_CONTROLLERS, "replication-controller"),)
