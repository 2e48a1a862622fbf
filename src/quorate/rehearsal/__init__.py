"""Rehearsals: drills played against the user's own manifests on virtual time, and what came of it."""
