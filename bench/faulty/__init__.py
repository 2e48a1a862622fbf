"""Worlds in which something is wrong, for every cause that a diagnosis knows, and look-alikes in which nothing is.

Everything is done through the API, by faults, and by simulated nodes. What the simulated kubelet cannot play (a disk that
is full, a volume that cannot be attached) a kubelet by hand plays: it speaks to the API as a kubelet would (`hand.py`).
"""
