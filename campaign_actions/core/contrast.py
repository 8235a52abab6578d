"""How well one colour is read on another: the ratio of WCAG 2.2."""

LEAST = 4.5  # for text (1.4.3)
LEAST_OF_SHAPES = 3.0  # for lines and bars that say something (1.4.11)
WHITE, PAPER, DARK = "#ffffff", "#fbfaf7", "#14161a"  # as in static/site.css


def contrast(colour: str, ground: str) -> float:
    """From 1 (the same) to 21 (black and white). Colours are like #b3181c."""
    lighter, darker = sorted((_luminance(colour), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
