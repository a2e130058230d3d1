"""A picture as SVG, the same for a page and for paper: no script, no style of its own.

Colours stand in it for paper; on a page the style sheet's win, by class, so that a picture follows
dark and print. Parts differ by pattern too. It is drawn for one width: a page holds a picture twice
and shows the one that fits, since letters of a drawing shrink with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from markupsafe import escape

from adapter.ground.rendering.cells import NOTHING, briefly
from adapter.ground.rendering.content import Cell, Entry, Kind, Look, Picture, Shape
from config.catalogue import Language, text

WIDE, NARROW = 680, 340
"""Units across, on a desk and on paper, and on a telephone. A letter is 14 of them high."""

_LETTER, _STRONG_LETTER = 8.0, 8.8
"""How wide a letter is on average, in the widest of the fonts that a page may get."""
_LINE = 18
_BAR, _BETWEEN = 24, 14
_PLOT = 150
"""How high columns and lines can be."""
_COLOURS: Mapping[str, str] = {
    "ink": "#14425c",
    "middle": "#2f7fb3",
    "pale": "#dbe8f0",
    "paper": "#ffffff",
    "alarm": "#a84300",
    "text": "#1a1f24",
    "thin": "#c3ced6",
}
"""By the class that the style sheet knows."""
_ALARM = "alarm"
_DASHES: Mapping[Look, str] = {
    Look.SOLID: "",
    Look.HATCHED: "8 5",
    Look.DOTTED: "2 4",
    Look.OUTLINED: "12 4 2 4",
}
_Number = int | Decimal


def drawn(picture: Picture, language: Language, width: int = WIDE) -> str:
    """The picture as one element, with its title and description for who does not see it."""
    sheet = _Sheet(picture, language, width)
    match picture.shape:
        case Shape.BARS:
            bottom = _bars(sheet)
        case Shape.COLUMNS | Shape.DISTRIBUTION:
            bottom = _columns(sheet)
        case Shape.LINE:
            bottom = _line(sheet)
    return sheet.finished(_key(sheet, bottom))


def drawn_small(picture: Picture, language: Language) -> str:
    """One bar without words, to stand in a row of a table that has the numbers."""
    sheet = _Sheet(picture, language, 160)
    _bar(sheet, picture.rows[0], 3.0, 12.0, _largest(picture))
    return sheet.finished(18)


@dataclass(slots=True)
class _Sheet:
    """What is drawn so far, in the picture's units."""

    picture: Picture
    language: Language
    width: int
    parts: list[str] = field(default_factory=list)
    looks: set[str] = field(default_factory=set)

    @property
    def name(self) -> str:
        return f"{self.picture.name}-{self.width}"

    def box(self, left: float, top: float, width: float, height: float, look: str) -> None:
        if width > 0 and height > 0:
            self.parts.append(
                f'<rect x="{_n(left)}" y="{_n(top)}" width="{_n(width)}" '
                f'height="{_n(height)}" {self.fill(look)} stroke="{_COLOURS["ink"]}"/>'
            )

    def fill(self, look: str) -> str:
        """As attributes; a pattern is drawn once and named."""
        if look == Look.SOLID:
            return _filled("ink", "edge ")
        if look == Look.OUTLINED:
            return _filled("paper", "edge ")
        self.looks.add(look)
        return f'class="edge" fill="url(#{self.name}-{look})"'

    def rule(self, x1: float, y1: float, x2: float, y2: float, colour: str, wide: float) -> None:
        self.parts.append(
            f'<path d="M{_n(x1)} {_n(y1)}L{_n(x2)} {_n(y2)}" {_stroked(colour, wide)}/>'
        )

    def say(
        self, x: float, y: float, words: str, anchor: str = "start", *, strong: bool = False
    ) -> None:
        weight = ' font-weight="bold"' if strong else ""
        self.parts.append(
            f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}"{weight} {_filled("text")}>'
            f"{escape(words)}</text>"
        )

    def short(self, value: Cell) -> str:
        return briefly(value, self.picture.kind, self.language)

    def finished(self, height: float) -> str:
        title, told = f"{self.name}-title", f"{self.name}-told"
        patterns = "".join(_pattern(look, f"{self.name}-{look}") for look in sorted(self.looks))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {_n(height)}" '
            f'role="img" aria-labelledby="{title} {told}" font-family="Libertinus Serif" '
            'font-size="14">'
            f'<title id="{title}">{escape(self.picture.title)}</title>'
            f'<desc id="{told}">{escape(self.picture.description)}</desc>'
            f"{f'<defs>{patterns}</defs>' if patterns else ''}{''.join(self.parts)}</svg>"
        )


def _bars(sheet: _Sheet) -> float:
    largest, top = _largest(sheet.picture), 0.0
    for row in sheet.picture.rows:
        if row.label:
            words = _whole(sheet, row)
            sheet.say(sheet.width, top + 14, words, "end", strong=True)
            room = int((sheet.width - len(words) * _STRONG_LETTER) / _LETTER)
            for line in _lines(row.label, room - 1):
                sheet.say(0, top + 14, line)
                top += _LINE
        _bar(sheet, row, top + 3, _BAR, largest)
        top += _BAR + _BETWEEN
    return top


def _bar(sheet: _Sheet, row: Entry, top: float, height: float, largest: _Number) -> None:
    """The parts of one row up to its limit, what is left of that, and what is beyond it."""
    per_unit = (sheet.width - 2) / float(largest or 1)
    limit, total = _number(row.limit), _total(row)
    ceiling = total if row.limit is None else min(total, limit)
    sheet.box(1, top, float(limit) * per_unit, height, Look.OUTLINED)
    before: _Number = 0
    for series, value in zip(sheet.picture.series, row.values, strict=True):
        until = min(before + _number(value), ceiling)
        left = 1 + float(before) * per_unit
        sheet.box(left, top, float(until - before) * per_unit, height, series.look)
        before = until
    if row.limit is not None:
        at = 1 + float(limit) * per_unit
        sheet.box(at, top, float(total - ceiling) * per_unit, height, _ALARM)
        sheet.rule(at, top - 3, at, top + height + 3, "text", 3)


def _whole(sheet: _Sheet, row: Entry) -> str:
    if all(value is None for value in row.values):
        return NOTHING
    total = sheet.short(_total(row))
    if row.limit is None:
        return total
    return text("reports.picture.of", sheet.language, total=total, limit=sheet.short(row.limit))


def _columns(sheet: _Sheet) -> float:
    """Each with its total above it where there is room, and its label below."""
    rows, touching = sheet.picture.rows, sheet.picture.shape is Shape.DISTRIBUTION
    if not rows:
        return 0
    slot = (sheet.width - 2) / len(rows)
    gap = 0.75 if touching else slot * 0.14
    per_unit = _PLOT / float(_largest(sheet.picture) or 1)
    base = float(_PLOT + _LINE + 4)
    totals = [_whole(sheet, row) for row in rows]
    fits = max(map(len, totals)) * _STRONG_LETTER <= slot
    for place, row in enumerate(rows):
        left, top = 1 + place * slot + gap, base
        for series, value in zip(sheet.picture.series, row.values, strict=True):
            height = float(_number(value)) * per_unit
            top -= height
            sheet.box(left, top, slot - 2 * gap, height, series.look)
        if fits:
            sheet.say(left + slot / 2 - gap, top - 5, totals[place], "middle", strong=touching)
    sheet.rule(0, base, sheet.width, base, "text", 2)
    return _labels_below(sheet, base, 1, slot)


def _line(sheet: _Sheet) -> float:
    """A line per series through the rows that have a value, and one for their limit."""
    rows = sheet.picture.rows
    if not rows:
        return 0
    top_value = _round_above(_largest(sheet.picture))
    marks = [top_value * part / 4 for part in range(5)]
    words = [sheet.short(_of_kind(mark, sheet.picture.kind)) for mark in marks]
    gutter = max(map(len, words)) * _LETTER + 6
    base, slot = float(_PLOT + 8), (sheet.width - gutter) / len(rows)
    for place, said in enumerate(words):
        height = base - _PLOT * place / 4
        sheet.rule(gutter, height, sheet.width, height, "text" if place == 0 else "thin", 1)
        sheet.say(gutter - 6, height + 5, said, "end")

    def at(place: int, value: _Number) -> tuple[float, float]:
        return gutter + (place + 0.5) * slot, base - float(value / top_value) * _PLOT

    for column, series in enumerate(sheet.picture.series):
        points = [
            at(place, _number(row.values[column]))
            for place, row in enumerate(rows)
            if row.values[column] is not None
        ]
        _path(sheet, points, series.look)
    limits = [at(n, _number(row.limit)) for n, row in enumerate(rows) if row.limit is not None]
    if limits:
        drawn_through = "L".join(f"{_n(x)} {_n(y)}" for x, y in limits)
        sheet.parts.append(f'<path d="M{drawn_through}" {_stroked("text", 3)}/>')
    return _labels_below(sheet, base, gutter, slot)


def _path(sheet: _Sheet, points: Sequence[tuple[float, float]], look: Look) -> None:
    if not points:
        return
    dashes = f' stroke-dasharray="{_DASHES[look]}"' if _DASHES[look] else ""
    through = "L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    sheet.parts.append(f'<path d="M{through}"{dashes} {_stroked("ink", 2.5)}/>')
    for x, y in points:
        _point(sheet, x, y, look)


def _point(sheet: _Sheet, x: float, y: float, look: Look) -> None:
    if look is Look.SOLID:
        sheet.parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4.5" {_filled("ink")}/>')
    else:
        sheet.box(x - 4.5, y - 4.5, 9, 9, Look.OUTLINED)


def _labels_below(sheet: _Sheet, base: float, left: float, slot: float) -> float:
    """In as many lines as the longest of them needs; every other one where words are too long."""
    letters = max(int(slot / _LETTER), 1)
    lines = [list(_lines(row.label, letters)) for row in sheet.picture.rows]
    widest = max(len(words) for said in lines for words in said)
    for place, said in enumerate(lines):
        if widest > slot / 8 and place % 2:
            continue
        for line, words in enumerate(said):
            x = left + (place + 0.5) * slot
            sheet.say(x, base + 18 + line * 15, words, "middle")
    return base + 12 + 15 * max(map(len, lines)) + 8


def _lines(label: str, letters: int) -> Iterator[str]:
    line = ""
    for word in label.split(" "):
        if line and len(line) + 1 + len(word) > letters:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _key(sheet: _Sheet, top: float) -> float:
    """What each pattern means; of a picture of one row its number too. Nothing where there is no
    choice."""
    entries = list(_entries(sheet))
    if len(entries) < 2 and sheet.picture.rows and sheet.picture.rows[0].label:
        return top
    aside = 38 if sheet.picture.shape is Shape.LINE else 22
    x, y = 0.0, top + 4
    for look, words in entries:
        needs = aside + len(words) * _LETTER + 8
        if x and x + needs > sheet.width:
            x, y = 0.0, y + _LINE + 4
        if look is None:
            _limit_in_key(sheet, x, y)
        elif sheet.picture.shape is Shape.LINE:
            _path(sheet, [(x + 5, y + 8), (x + 27, y + 8)], Look(look))
        else:
            sheet.box(x + 1, y + 1, 14, 14, look)
        sheet.say(x + aside, y + 13, words)
        x += needs
    return y + _LINE + 4


def _limit_in_key(sheet: _Sheet, x: float, y: float) -> None:
    if sheet.picture.shape is Shape.BARS:
        sheet.rule(x + 8, y, x + 8, y + 16, "text", 3)
    else:
        sheet.rule(x + 2, y + 8, x + 30, y + 8, "text", 3)


def _entries(sheet: _Sheet) -> Iterator[tuple[str | None, str]]:
    """The look and what it means; the limit has a rule for a look."""
    picture = sheet.picture
    only = picture.rows[0] if len(picture.rows) == 1 and not picture.rows[0].label else None
    for place, series in enumerate(picture.series):
        number = None if only is None else sheet.short(only.values[place])
        yield series.look, series.label if number is None else f"{series.label}: {number}"
    if picture.limit is None:
        return
    if picture.shape is Shape.BARS:
        yield from _left_and_over(sheet, only)
    if only is None:
        yield None, picture.limit.label
    else:
        yield None, f"{picture.limit.label}: {sheet.short(only.limit)}"


def _left_and_over(sheet: _Sheet, only: Entry | None) -> Iterator[tuple[str, str]]:
    limit = sheet.picture.limit
    assert limit is not None, "without a limit nothing is left or over"
    beyond = [_total(row) - _number(row.limit) for row in sheet.picture.rows if row.limit]
    if any(one < 0 for one in beyond):
        number = "" if only is None else f": {sheet.short(-beyond[0])}"
        yield Look.OUTLINED, f"{limit.left}{number}"
    if any(one > 0 for one in beyond):
        number = "" if only is None else f": {sheet.short(beyond[0])}"
        yield _ALARM, f"{limit.over}{number}"


def _largest(picture: Picture) -> _Number:
    """What the full width or height stands for."""
    stacked = picture.shape is not Shape.LINE
    return max(
        (max(_highest(row, stacked=stacked), _number(row.limit)) for row in picture.rows),
        default=0,
    )


def _highest(row: Entry, *, stacked: bool) -> _Number:
    return _total(row) if stacked else max(map(_number, row.values), default=0)


def _total(row: Entry) -> _Number:
    return _sum(map(_number, row.values))


def _sum(numbers: Iterable[_Number]) -> _Number:
    total: _Number = 0
    for number in numbers:
        total += number
    return total


def _number(value: Cell) -> _Number:
    """What is not known takes no room."""
    return value if isinstance(value, int | Decimal) else 0


def _of_kind(mark: Decimal, kind: Kind) -> Cell:
    return mark.quantize(Decimal("0.01")) if kind is Kind.HOURS else int(mark)


def _round_above(value: _Number) -> Decimal:
    """The next number that can be cut in four and is easy to read."""
    step = Decimal(1)
    while step * 40 < value:
        step *= 10
    for easy in (4, 8, 20, 40):
        if easy * step >= value:
            return easy * step
    return 40 * step


def _filled(colour: str, beside: str = "") -> str:
    return f'class="{beside}{colour}" fill="{_COLOURS[colour]}"'


def _stroked(colour: str, wide: float) -> str:
    return (
        f'class="{colour}-line" fill="none" stroke="{_COLOURS[colour]}" stroke-width="{_n(wide)}"'
    )


def _pattern(look: str, name: str) -> str:
    """Stripes one way, dots, and for what is beyond a limit stripes both ways."""
    ground = "alarm" if look == _ALARM else "pale"
    marks = {
        Look.HATCHED: f'<rect width="3.5" height="8" {_filled("middle")}/>',
        Look.DOTTED: f'<circle cx="4" cy="4" r="1.8" {_filled("ink")}/>',
        _ALARM: f'<path d="M0 4H8M4 0V8" {_stroked("paper", 1.2)}/>',
    }
    return (
        f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="8" height="8" {_filled(ground)}/>'
        f"{marks[look]}</pattern>"
    )


def _n(number: float) -> str:
    """Short, and the same wherever it is computed."""
    return f"{number:.1f}".removesuffix(".0")
