"""The scheduler's part in volumes: on which nodes a claim can be had, the choice, the wait until it is bound."""
