"""The catalogue in the open standards of the field. Pure: each module turns the house into plain data, and invents nothing."""
