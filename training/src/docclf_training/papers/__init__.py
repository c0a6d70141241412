"""Drawn paper of offices: one layout filled many times, and its look-alikes. Begin in `paper`."""
