"""Charts as SVG text: no script, no style attribute, so that the strictest page may hold them. Each stands beside a table."""

from __future__ import annotations

from typing import Mapping, Sequence
from xml.sax.saxutils import escape

INK, PAPER, BAR, HIT, MISS = "#1e1e2f", "#ffffff", "#1f4e8c", "#18602f", "#a1230f"
FONT = 'font-family="system-ui, sans-serif" font-size="13"'


def bars(title: str, values: Sequence[tuple[str, int | None]], hidden: str, width: int = 640) -> str:
    """Horizontal bars, a label each. None is a hidden count: no bar, and the word for « hidden »."""
    height, left, top = 24, 230, 8
    longest = max((value for _label, value in values if value), default=1)
    room = width - left - 60
    rows = []
    for index, (label, value) in enumerate(values):
        y = top + index * height
        length = round(room * (value or 0) / longest, 1)
        rows.append(
            f'<text x="{left - 8}" y="{y + 15}" text-anchor="end" fill="{INK}">{escape(_short(label))}</text>'
            f'<rect x="{left}" y="{y + 3}" width="{length}" height="{height - 8}" fill="{BAR}"/>'
            f'<text x="{left + length + 6}" y="{y + 15}" fill="{INK}">{escape(hidden) if value is None else value}</text>'
        )
    return _svg(title, width, top * 2 + height * len(values), rows)


def columns(title: str, values: Sequence[tuple[str, int | None]], width: int = 640, height: int = 200) -> str:
    """Upright columns over time, a label each. None is a count too small to be shown."""
    highest = max((value for _label, value in values if value), default=1)
    step = (width - 20) / max(1, len(values))
    every = max(1, round(len(values) / 12))
    drawn = []
    for index, (label, value) in enumerate(values):
        x, tall = 10 + index * step, (height - 50) * (value or 0) / highest
        drawn.append(
            f'<rect x="{x + step * 0.1:.1f}" y="{height - 30 - tall:.1f}" width="{step * 0.8:.1f}" height="{tall:.1f}" fill="{BAR}"/>'
        )
        if len(values) <= 31 and value is not None:
            middle, above = x + step / 2, height - 34 - tall
            drawn.append(f'<text x="{middle:.1f}" y="{above:.1f}" text-anchor="middle" font-size="11" fill="{INK}">{value}</text>')
        if index % every == 0:
            drawn.append(f'<text x="{x + step / 2:.1f}" y="{height - 12}" text-anchor="middle" fill="{INK}">{escape(label)}</text>')
    return _svg(title, width, height, drawn)


def heat_map(title: str, rows: Sequence[str], across: Sequence[str], counts: Mapping[tuple[str, str], int]) -> str:
    """A square a pair, darker when more frequent: green where the names are the same, red elsewhere; the count is written in it."""
    cell, left, top = 30, 190, 170
    highest = max(counts.values(), default=1)
    drawn = [
        f'<text transform="translate({left + index * cell + 19} {top - 8}) rotate(-60)" fill="{INK}">{escape(_short(name))}</text>'
        for index, name in enumerate(across)
    ]
    for line, name in enumerate(rows):
        y = top + line * cell
        drawn.append(f'<text x="{left - 8}" y="{y + 19}" text-anchor="end" fill="{INK}">{escape(_short(name))}</text>')
        for column, other in enumerate(across):
            count = counts.get((name, other), 0)
            drawn.append(_square(left + column * cell, y, cell - 2, count, highest, name == other))
    return _svg(title, left + cell * len(across) + 110, top + cell * len(rows) + 10, drawn)


def reliability(title: str, points: Sequence[tuple[float, float, float, float]], side: int = 360) -> str:
    """Points (stated, observed, lowest, highest), each from 0 to 1, joined by a line, with their interval; on the dashed line,
    what is stated is what is observed."""
    left, top = 60, 14

    def at(across: float, up: float) -> tuple[float, float]:
        return round(left + side * across, 1), round(top + side * (1 - up), 1)

    drawn = [_line(at(0, 0), at(1, 1), f'stroke="{INK}" stroke-dasharray="5 5"')]
    for step in range(0, 101, 20):
        x, y = at(step / 100, step / 100)
        drawn += [
            _line(at(0, step / 100), at(1, step / 100), 'stroke="#d9d9e3"'),
            f'<text x="{left - 8}" y="{y + 5}" text-anchor="end" fill="{INK}">{step} %</text>',
            f'<text x="{x}" y="{top + side + 20}" text-anchor="middle" fill="{INK}">{step} %</text>',
        ]
    places = [at(stated, observed) for stated, observed, _lowest, _highest in points]
    joined = " ".join(f"{x},{y}" for x, y in places)
    drawn.append(f'<polyline points="{joined}" fill="none" stroke="{BAR}" stroke-width="2"/>')
    drawn += [_line(at(stated, lowest), at(stated, highest), f'stroke="{BAR}"') for stated, _observed, lowest, highest in points]
    drawn += [f'<circle cx="{x}" cy="{y}" r="4" fill="{BAR}"/>' for x, y in places]
    middle = left + side / 2, top + side / 2
    drawn += [
        f'<text x="{middle[0]}" y="{top + side + 42}" text-anchor="middle" fill="{INK}">confiance annoncée</text>',
        f'<text transform="translate(14 {middle[1]}) rotate(-90)" text-anchor="middle" fill="{INK}">réponses justes</text>',
    ]
    return _svg(title, left + side + 30, top + side + 56, drawn)


def _line(start: tuple[float, float], end: tuple[float, float], look: str) -> str:
    return f'<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}" {look}/>'


def _square(x: int, y: int, side: int, count: int, highest: int, same: bool) -> str:
    if count == 0:
        return f'<rect x="{x}" y="{y}" width="{side}" height="{side}" fill="#f0f0f4"/>'
    strength = 0.15 + 0.85 * count / highest
    ink = PAPER if strength > 0.55 else INK
    return (
        f'<rect x="{x}" y="{y}" width="{side}" height="{side}" fill="{HIT if same else MISS}" fill-opacity="{strength:.2f}"/>'
        f'<text x="{x + side / 2}" y="{y + side / 2 + 4}" text-anchor="middle" font-size="12" fill="{ink}">{count}</text>'
    )


def _short(label: str, most: int = 30) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def _svg(title: str, width: int, height: int, drawn: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(title, {chr(34): "&quot;"})}" {FONT}>'
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>{"".join(drawn)}</svg>'
    )
