"""Residents chat on Telegram: the surface that turns the one Reply into messages, buttons, a contact, a place, a date.

Read in this order: ``settings`` (what is set to start it), ``service`` (its life), ``polling`` or ``webhook`` (how updates come in),
``inbox`` (each answered once, one person's in order), ``handlers`` (what each kind of update gets), ``dialogue`` (a turn),
``rendering`` and ``keyboards`` (how it looks), ``taps`` (what a button holds), ``erasing``.
"""

from bot.surfaces.telegram.service import TelegramService
from bot.surfaces.telegram.settings import Settings, read_settings
from bot.surfaces.telegram.webhook import routes

__all__ = ["Settings", "TelegramService", "read_settings", "routes"]
