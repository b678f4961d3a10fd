"""The best partners of every firm: all pairs in blocks, in this process, in threads, or on several machines."""
