"""Learns the state vector: a second output of the network that says in what state a document is, whichever it is."""
