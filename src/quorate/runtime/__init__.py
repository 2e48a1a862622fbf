"""The generic controller shell: caches, queues, read-your-writes, and the carrying out of plans."""
