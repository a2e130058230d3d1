"""The pictures of the pages, as their templates ask for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from markupsafe import Markup

from adapter.ground.rendering.html import figure, small_figure
from adapter.views.pictures import budget_picture, capacity_picture, hours_picture
from config.catalogue import Language


def figures(language: Language) -> Mapping[str, Callable[..., Markup]]:
    """By name. The table `table-capacity` of the page has the numbers of the capacity."""
    return {
        "drawn": lambda picture: figure(replace(picture, told_in=None), language),
        "hours": lambda year: figure(hours_picture(year, language), language),
        "hours_small": lambda year, row: small_figure(
            replace(hours_picture(year, language), name=f"hours-of-row-{row}"), language
        ),
        "budget": lambda granted, proposed, available: figure(
            budget_picture(granted, proposed, available, language), language
        ),
        "capacity": lambda months, year: figure(
            capacity_picture(months, year, "capacity", language), language
        ),
    }
