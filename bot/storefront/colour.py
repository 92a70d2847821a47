"""Colours of a drawing from one colour. Pure."""

from __future__ import annotations


def mix(first: str, second: str, share: float) -> str:
    """``first`` with ``share`` (0 to 1) of ``second``; both as ``#rrggbb``."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lightness(colour: str) -> float:
    """How light people see it: 0 for black, 1 for white (Rec. 709 weights)."""
    red, green, blue = _channels(colour)
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


def shades(colour: str) -> dict[str, str]:
    """What a drawing is painted with: the colour, a darker and a lighter one, ink and paper."""
    is_dark = lightness(colour) < 0.25
    return {
        "main": colour,
        "dark": mix(colour, "#ffffff", 0.16) if is_dark else mix(colour, "#20242a", 0.28),
        "light": mix(colour, "#ffffff", 0.5),
        "ink": "#2f3437",
        "pale": "#f7f4ee",
    }


def backdrop(colour: str) -> str:
    """The sheet behind: a breath of the colour, and always lighter or darker than it."""
    return mix("#ffffff" if lightness(colour) < 0.86 else "#b9c2c4", colour, 0.16)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
