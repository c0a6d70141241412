"""Training by gradient: the tuning of the network that ships, on fixed and on fresh views."""
