"""The sharing-rule catalogue as scenarios, and the format they are written in."""
