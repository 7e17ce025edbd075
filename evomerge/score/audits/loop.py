"""Answers that say the same thing over and over until they are cut."""

from __future__ import annotations

REPEATS = 4
CHARACTERS = 16
"""Shorter ends that repeat are numbers, dots and lines as people write them."""


def loops(text: str) -> bool:
    """Whether a text ends in one string, of any length, said four times or more in a row.

    The periods of all ends at once, by the prefix function of the text read backwards
    (Knuth, Morris and Pratt 1977): time linear in the text.
    """
    backwards = text.strip()[::-1]
    border = [0] * len(backwards)
    for end in range(1, len(backwards)):
        length = border[end - 1]
        while length and backwards[end] != backwards[length]:
            length = border[length - 1]
        border[end] = length + (backwards[end] == backwards[length])
        said, period = end + 1, end + 1 - border[end]
        if said >= max(REPEATS * period, CHARACTERS):
            return True
    return False
