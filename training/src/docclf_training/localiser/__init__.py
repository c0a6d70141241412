"""Trains and measures the network that finds a document in a photo."""
