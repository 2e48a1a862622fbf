"""Faults turned on and off: the catalogue, the board that keeps those in force, what they need of a world."""
