"""Rasa actions: a few lines each, everything is decided by the core."""

from actions.answer import ActionDanger, ActionOrienter

__all__ = ["ActionDanger", "ActionOrienter"]
