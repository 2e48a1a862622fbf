"""Sockets, threads, files: the only place that touches the outside."""
