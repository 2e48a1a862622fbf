"""Models of what runs in the pods, as pure simulations on virtual time."""
