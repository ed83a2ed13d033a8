"""The policy against the practice: what is said, and where what is done differs."""
