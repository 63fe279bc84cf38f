"""The house that answers now. Reloaded when its files change; a broken edit leaves the last good one in place."""

from __future__ import annotations

import logging
from functools import lru_cache

from bot import project
from bot.errors import BrokenData
from bot.house import House, open_house

logger = logging.getLogger(__name__)


class HouseKeeper:
    """Holds one house and replaces it only by a sound one."""

    def __init__(self) -> None:
        self.house: House = open_house()
        self._seen = _last_change()

    def reload_if_changed(self) -> bool:
        """Reads the files again when one of them changed since the last time. True when a new house is in service."""
        return _last_change() != self._seen and self.reload()

    def reload(self) -> bool:
        """Reads the files again. False, and the last good house kept, when they are broken."""
        self._seen = _last_change()
        try:
            self.house = open_house()
        except BrokenData as error:
            logger.error("Les données sont cassées, la dernière version valable reste en service :\n%s", error)
            return False
        return True


def _last_change() -> tuple[int, int]:
    """How many data files there are, and when the latest was written."""
    times = [path.stat().st_mtime_ns for path in (*project.DATA.glob("*.yaml"), *project.DANGER.glob("*.yaml"), project.LANGUAGES)]
    return len(times), max(times)


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
