"""What is set in the environment to be on Telegram, read once at start; a half-set webhook is refused, never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Mapping
from urllib.parse import urlsplit

from bot.errors import BadInput

API = "https://api.telegram.org"
DEFAULT_PATH = "/telegram"
_TOKEN = re.compile(r"\d+:[\w-]{20,}")
_SECRET = re.compile(r"[\w-]{1,256}", re.ASCII)


@dataclass(frozen=True)
class Webhook:
    """Where Telegram posts updates, and the word that proves it is Telegram."""

    url: str
    secret: str

    @property
    def path(self) -> str:
        """The route of our own app."""
        return urlsplit(self.url).path


@dataclass(frozen=True)
class Settings:
    """A bot's token, its Bot API server, and its webhook (None: long polling, which works behind a firewall)."""

    token: str
    api: str = API
    webhook: Webhook | None = None

    def __repr__(self) -> str:
        return f"Settings(api={self.api!r}, webhook={self.webhook is not None})"  # never the token, nor the secret


def read_settings(environment: Mapping[str, str]) -> Settings | None:
    """The settings, or None when no token is set.

    Raises:
        BadInput: when the token is not one, or when the webhook has no address over https or no secret.
    """
    token = environment.get("TELEGRAM_TOKEN", "").strip()
    if not token:
        return None
    if not _TOKEN.fullmatch(token):
        raise BadInput("TELEGRAM_TOKEN n'est pas un jeton de bot. @BotFather en donne un : 123456789:suivi-de-lettres-et-de-chiffres.")
    return Settings(token, environment.get("TELEGRAM_API_URL", "").strip().rstrip("/") or API, _webhook(environment))


def _webhook(environment: Mapping[str, str]) -> Webhook | None:
    url = environment.get("TELEGRAM_WEBHOOK_URL", "").strip().rstrip("/")
    secret = environment.get("TELEGRAM_WEBHOOK_SECRET", "").strip()
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.netloc:
        raise BadInput("TELEGRAM_WEBHOOK_URL est une adresse comme https://boussole.exemple.fr/telegram.")
    if not _SECRET.fullmatch(secret):
        raise BadInput("Avec TELEGRAM_WEBHOOK_URL, il faut TELEGRAM_WEBHOOK_SECRET : des lettres et des chiffres (openssl rand -hex 32).")
    return Webhook(url if parts.path else url + DEFAULT_PATH, secret)
