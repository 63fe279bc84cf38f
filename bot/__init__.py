"""Boussole: it listens to a resident's sentence and shows the way to the right partner. It never gives legal advice."""

__version__ = "0.1.0"
