"""Reports to print and files to keep, as responses."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.responses import HTMLResponse, Response

from bot.surfaces.http import HEADERS

_KINDS = {"csv": "text/csv; charset=utf-8", "ods": "application/vnd.oasis.opendocument.spreadsheet"}
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def paper(html: str) -> Response:
    """A report that stands alone. Its one style sheet is allowed by its fingerprint, and nothing else is."""
    style = _STYLE.search(html)
    allowed = "'none'" if style is None else f"'sha256-{base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()}'"
    policy = f"default-src 'none'; style-src {allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return HTMLResponse(html, headers={**HEADERS, "Content-Security-Policy": policy})


def download(content: bytes, name: str) -> Response:
    """A file to keep, under this name."""
    kind = _KINDS[name.rpartition(".")[2]]
    return Response(content, headers={**HEADERS, "Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'})
