"""The same causes as they look elsewhere: other kinds of workloads, other resources, several things at once.

What a simulated cluster can show of a real one: everything is done through the API, and the nodes are the simulated ones.
"""
