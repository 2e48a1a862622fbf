"""The words that the parts share: actions, plans, ports and refusals."""
