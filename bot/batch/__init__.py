"""Batches: sentences in a table, answered one by one, told right or wrong. Pure: nothing of a row is ever written to the disk."""
