"""Privacy assistant: reads policies, rates sites and checks photos on the person's own computer."""

__version__ = "0.1.0"
