"""What the town sets for the kiosk, in the environment. Nothing is required."""

from __future__ import annotations

import os
import re

from starlette.requests import Request

from bot.errors import BadInput

WIDGET_SITES = "BOUSSOLE_WIDGET_SITES"
"""The sites that may hold the widget: origins apart by spaces (``https://www.istres.fr``). None by default."""
PUBLIC_URL = "BOUSSOLE_PUBLIC_URL"
"""The address a visitor's phone reaches this server at, for the QR codes. By default, the address the page was asked at."""

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")


def frame_ancestors() -> str:
    """The sites that may frame our pages, as CSP writes them.

    Raises:
        BadInput: when one of them is not an origin.
    """
    sites = os.environ.get(WIDGET_SITES, "").split()
    for site in sites:
        if not _ORIGIN.fullmatch(site):
            raise BadInput(f"{WIDGET_SITES} : « {site} » n'est pas l'adresse d'un site, comme https://www.istres.fr (sans chemin).")
    return " ".join(sites) or "'none'"


def public_url(request: Request) -> str:
    """The address of this server for a phone, without a slash at its end."""
    return (os.environ.get(PUBLIC_URL) or str(request.base_url)).rstrip("/")
