"""How well Boussole understands: measured on cases written by other hands than the training sentences."""
