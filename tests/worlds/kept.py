"""Programmes that once broke a promise: each is played again at every run."""

from world_moves import Programme

KEPT: dict[str, Programme] = {}
"""What went wrong -> the programme that showed it."""
