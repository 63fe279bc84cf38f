"""The kiosk in the house, and the same as a widget on another site: pages, a small JSON API, and what a phone takes away."""

from __future__ import annotations

from starlette.routing import BaseRoute

from bot.surfaces.kiosk import api, assets, pages, takeaway


def routes() -> list[BaseRoute]:
    """What this surface serves.

    Raises:
        BadInput: when an environment variable of the kiosk is not what it must be.
    """
    return [*pages.routes(), *takeaway.routes(), *api.routes(), *assets.routes()]
