"""The only wiring: a world from its parts, and its front door on a socket."""
