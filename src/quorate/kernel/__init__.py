"""Time, chance and order. Knows nothing of Kubernetes."""
