"""Names of conversations that say nothing of a person: a keyed hash of the number that a channel knows them by.

The key is drawn at random and never written down by us: without it, nobody finds a person from a conversation's name, nor
tries all the numbers. Processes that share Redis share the key, so that a person keeps one conversation among them.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets

logger = logging.getLogger(__name__)

_KEY_NAME = "boussole:conversation-key"
_KEY_BYTES = 32
_REDIS_WITHIN = 2.0
"""Seconds given to Redis before this process draws a key of its own."""


class ConversationIds:
    """Gives a person on a channel the same name each time, as long as the key lives."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(_KEY_BYTES)

    def of(self, channel: str, *numbers: int) -> str:
        """The conversation's name: the channel, then 128 bits of HMAC-SHA-256."""
        whole = ":".join([channel, *map(str, numbers)]).encode()
        return f"{channel}-{hmac.new(self._key, whole, hashlib.sha256).hexdigest()[:32]}"


def shared_key(redis_url: str) -> bytes | None:
    """The key that the processes sharing this Redis use, drawn by the first of them; None when Redis does not answer."""
    import redis

    try:
        client = redis.Redis.from_url(redis_url, socket_timeout=_REDIS_WITHIN, socket_connect_timeout=_REDIS_WITHIN)
        client.set(_KEY_NAME, secrets.token_bytes(_KEY_BYTES), nx=True)
        key = client.get(_KEY_NAME)
        client.close()
    except (redis.RedisError, ValueError) as error:
        logger.error("Redis ne répond pas (%s) : les conversations ne seront pas partagées.", type(error).__name__)
        return None
    return bytes(key) if key else None
