"""The record of a visit: its shape, how it is made without values, and how it is read."""
