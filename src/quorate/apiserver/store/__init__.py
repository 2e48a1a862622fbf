"""What is committed: revisions, changes, watches."""
