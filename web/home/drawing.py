"""Turns places and ties into the few lines of SVG on the first page."""

from __future__ import annotations

from dataclasses import dataclass

from services.landing import Picture

WIDTH, HEIGHT, EDGE = 640, 480, 24


@dataclass(frozen=True)
class Drawing:
    """Path data: one path of ties, and one path of dots for each colour."""

    ties: str
    dots: tuple[tuple[int, str], ...]
    firms: int


def draw(picture: Picture | None) -> Drawing | None:
    """Fit the picture into the frame, keeping its proportions."""
    if picture is None:
        return None
    xs, ys = [place.x for place in picture.places], [place.y for place in picture.places]
    scale = min((WIDTH - 2 * EDGE) / ((max(xs) - min(xs)) or 1), (HEIGHT - 2 * EDGE) / ((max(ys) - min(ys)) or 1))
    middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2

    def point(x: float, y: float) -> str:
        return f"{WIDTH / 2 + (x - middle[0]) * scale:.1f} {HEIGHT / 2 + (y - middle[1]) * scale:.1f}"

    colours = sorted({place.colour for place in picture.places})
    return Drawing(
        ties="".join(f"M{point(*start)}L{point(*end)}" for start, end in picture.ties),
        dots=tuple(
            (colour, "".join(f"M{point(p.x, p.y)}h0" for p in picture.places if p.colour == colour))
            for colour in colours
        ),
        firms=len(picture.places),
    )
