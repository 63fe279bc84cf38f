"""The house that answers now. Reloaded when its files change; a broken edit leaves the last good one in place."""

from __future__ import annotations

import logging
from functools import lru_cache

from bot.errors import BrokenData
from bot.house import House, open_house

logger = logging.getLogger(__name__)


class HouseKeeper:
    """Holds one house and replaces it only by a sound one."""

    def __init__(self) -> None:
        self.house: House = open_house()

    def reload(self) -> bool:
        """Reads the files again. False, and the last good house kept, when they are broken."""
        try:
            self.house = open_house()
        except BrokenData as error:
            logger.error("Les données sont cassées, la dernière version valable reste en service :\n%s", error)
            return False
        return True


@lru_cache(maxsize=1)
def keeper() -> HouseKeeper:
    """The keeper of this process, made at first use.

    Raises:
        BrokenData: when the house cannot be opened at all.
    """
    return HouseKeeper()


def current_house() -> House:
    """The house that answers now."""
    return keeper().house
