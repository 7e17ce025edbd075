"""Questions, and what can be done to a text without asking anything else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from hypothesis import strategies as st

Disguise = Callable[[str], str]

DIGITS = "zero one two three four five six seven eight nine".split()
CYRILLIC = str.maketrans("aeopcxyAEOPCHKMTBX", "аеорсхуАЕОРСНКМТВХ")
GREEK = str.maketrans("oAEHIKMNOPTX", "οΑΕΗΙΚΜΝΟΡΤΧ")
WORDS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
CHARACTERS = {"+": "➕", "-": "−", "*": "×", "/": "÷"}


def numbers(said: Callable[[str], str]) -> Disguise:
    """Each number of a text said otherwise."""
    return lambda text: re.sub(r"(?<![\d.])\d+(?![\d.])", lambda found: said(found[0]), text)


def digits(first: int) -> Disguise:
    """The decimal digits of another script."""
    return lambda text: re.sub(r"[0-9]", lambda found: chr(first + int(found[0])), text)


def signs(meaning: dict[str, str]) -> Disguise:
    """Signs between spaces said otherwise."""
    return lambda text: re.sub(
        r" ([-+*/]) ", lambda found: f" {meaning.get(found[1], found[1])} ", text
    )


def options_turned(text: str) -> str:
    """The lines behind the first one the other way round."""
    first, *rest = text.split("\n")
    return "\n".join([first, *reversed(rest)])


NUMBERS: dict[str, Disguise] = {
    "leading zeros": numbers(lambda number: f"0{number}"),
    "spelt digits": numbers(lambda number: " ".join(DIGITS[int(digit)] for digit in number)),
    "full-width digits": digits(0xFF10),
    "Arabic digits": digits(0x660),
    "bold digits of mathematics": digits(0x1D7CE),
    "1,234": numbers(lambda number: f"{int(number):,}"),
    "1 234": numbers(lambda number: f"{int(number):,}".replace(",", " ")),
    "1'234": numbers(lambda number: f"{int(number):,}".replace(",", "'")),
    "7.0": numbers(lambda number: f"{number}.0"),
}
SIGNS: dict[str, Disguise] = {
    "plus": signs(WORDS),
    "multiplied by": signs({"*": "multiplied by"}),
    "other characters": signs(CHARACTERS),
    "x": signs({"*": "x"}),
}
ORDER: dict[str, Disguise] = {"options turned": options_turned}
AROUND: dict[str, Disguise] = {
    "please": "Please {}".format,
    "solve": "Solve: {}".format,
    "question": "Question: {}".format,
    "q": "Q: {}".format,
    "counted": "Question 12: {}".format,
    "answer": "{} Answer:".format,
    "a": "{}\nA:".format,
    "the answer is": "{} The answer is".format,
    "thanks": "{} Thank you!".format,
    "think": "{} Let's think step by step.".format,
    "chat": "User: {}\nAssistant:".format,
    "turns of tokens": "<|user|>{}<|assistant|>".format,
    "brackets": lambda text: text if "(" in text else f"({text})",
    "twice": "{0}\n{0}".format,
    "thrice": lambda text: ("\n" if "\n" in text else " ").join([text] * 3),
}
CASES: dict[str, Disguise] = {
    "capitals": str.upper,
    "small": str.lower,
    "titles": str.title,
}
LETTERS: dict[str, Disguise] = {
    "Cyrillic": lambda text: text.translate(CYRILLIC),
    "Greek": lambda text: text.translate(GREEK),
    "accents": lambda text: re.sub("([aeou])", "\\1\u0301", text),
    "composed accents": lambda text: unicodedata.normalize("NFC", re.sub("(e)", "\\1\u0301", text)),
    "full width": lambda text: re.sub("[A-Za-z]", lambda m: chr(ord(m[0]) + 0xFEE0), text),
}
MARKS: dict[str, Disguise] = {
    "zero-width spaces": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "joiners": "\u200d".join,
    "repeated": lambda text: re.sub(r"[?!]", r"\g<0>\g<0>\g<0>", text),
    "quotes": '"{}"'.format,
}
SPACES: dict[str, Disguise] = {
    "no spaces": lambda text: text.replace(" ", ""),
    "no space at all": lambda text: "".join(text.split()),
    "spread": " ".join,
    "tabs": lambda text: text.replace(" ", "\t"),
    "new lines": lambda text: text.replace(" ", "\n"),
    "wide": lambda text: text.replace(" ", "\u3000  "),
}
MARKUP: dict[str, Disguise] = {
    "bold": "**{}**".format,
    "italics": "*{}*".format,
    "code": "`{}`".format,
    "a paragraph": "<p>{}</p>".format,
    "entities": lambda text: "".join(f"&#{ord(character)};" for character in text),
}
EVERY = {**NUMBERS, **SIGNS, **ORDER, **AROUND, **CASES, **LETTERS}
EVERY |= {**MARKS, **SPACES, **MARKUP}
_BREAKS_LINES = {"no space at all", "new lines", "spread", "brackets"}


@st.composite
def disguises(draw: st.DrawFn) -> list[str]:
    """Names of disguises, in an order in which none spoils another."""
    chosen = []
    for kind, most in (
        (NUMBERS, 1),
        (SIGNS, 1),
        (ORDER, 1),
        (AROUND, 4),
        (CASES, 1),
        (LETTERS, 2),
        (MARKS, 2),
        (SPACES, 1),
        (MARKUP, 1),
    ):
        chosen += draw(st.lists(st.sampled_from(sorted(kind)), max_size=most))
    if "counted" in chosen:
        # In the middle of a text a count may be meant.
        chosen = [name for name in chosen if name not in ("twice", "thrice")]
    if _BREAKS_LINES & {*chosen}:
        # Nothing tells then where an option ends.
        chosen = [name for name in chosen if name not in ORDER]
    return chosen


def disguised(text: str, names: list[str]) -> str:
    """The text, put on all of these one after the other."""
    for name in names:
        text = EVERY[name](text)
    return text


NAMES = st.sampled_from(["Anna", "Bruno", "Olga"])
SMALL, LARGE = st.integers(1, 99), st.integers(1000, 99999)
SUMS = st.builds(
    "{1}{0} {2} {3}{4}".format,
    SMALL | LARGE,
    st.sampled_from(["What is ", "How much is 5 + ", "Double -", ""]),
    st.sampled_from("+-*/"),
    SMALL | st.sampled_from(["1.5", "15", "0.25"]),
    st.sampled_from(["?", " =", " in french ="]),
)
STORIES = st.builds(
    "{} carries {} bells to the mill. Then Ines brings {} lamps and takes {} of them back. "
    "How many things are in the mill now?".format,
    NAMES,
    LARGE,
    SMALL,
    SMALL,
)
CHOICES = st.builds(
    lambda number, said: "\n".join([f"Which of these is a fruit with {number} seeds?", *said]),
    SMALL,
    st.lists(
        st.sampled_from(["a pear", "red apples", "some plums", "the figs", "one cherry"]),
        min_size=3,
        max_size=4,
        unique=True,
    ),
)
QUESTIONS = SUMS | STORIES | CHOICES


@st.composite
def changed(draw: st.DrawFn) -> tuple[str, str]:
    """A question, and one that differs in a digit, an operator, a point, a sign or a choice."""
    text = draw(QUESTIONS)
    ways = [
        *((found.start(), found.end(), "0123456789") for found in re.finditer(r"\d", text)),
        *((found.start(1), found.end(1), "+-*/") for found in re.finditer(" ([-+*/]) ", text)),
        *((found.start(), found.end(), "") for found in re.finditer(r"(?<=\d)\.(?=\d)", text)),
        *((found.start(), found.end(), "") for found in re.finditer(r"(?<= )-(?=\d)", text)),
        *((found.start(), len(text), "?") for found in re.finditer(r"(?<=\n).*$", text)),
    ]
    start, end, instead = draw(st.sampled_from(ways))
    said = draw(st.sampled_from([one for one in instead if one != text[start:end]] or [""]))
    return text, f"{text[:start]}{said}{text[end:]}"
