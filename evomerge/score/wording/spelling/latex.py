"""LaTeX in a text, as it would be typed without it."""

from __future__ import annotations

import re

_SPACES = re.compile(
    r"\\(?:[,;:! ]|(?:quad|qquad|thinspace|displaystyle|limits)(?![A-Za-z]))|(?<!\\)~"
)
_BRACKETS = re.compile(r"\\[()\[\]]|\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])\.?")
_SIGNS = {
    "times": "*",
    "cdot": "*",
    "ast": "*",
    "div": "/",
    "pm": "±",
    "mp": "∓",
    "le": "≤",
    "leq": "≤",
    "leqslant": "≤",
    "ge": "≥",
    "geq": "≥",
    "geqslant": "≥",
    "lt": "<",
    "gt": ">",
    "neq": "≠",
    "ne": "≠",
    "approx": "≈",
    "equiv": "≡",
    "ldots": "...",
    "dots": "...",
    "cdots": "...",
    "circ": "°",
    "degree": "°",
    "infty": "∞",
    "sqrt": "√",
    "rightarrow": "→",
    "to": "→",
    "Rightarrow": "⇒",
    "cup": "∪",
    "cap": "∩",
    "in": "∈",
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "theta": "θ",
    "lambda": "λ",
    "mu": "μ",
    "pi": "π",
    "sigma": "σ",
    "phi": "φ",
    "omega": "ω",
    "Delta": "Δ",
}
_SIGN = re.compile(rf"\\({'|'.join(sorted(_SIGNS, key=len, reverse=True))})(?![A-Za-z])")
_FRACTION = re.compile(r"\\[dtc]?frac\s*(?:\{([^{}]*)\}|(\d))\s*(?:\{([^{}]*)\}|(\d))")
_HOLDER = re.compile(
    r"\\(?:text(?:bf|it|rm|tt|sf|normal)?|math(?:rm|bf|it|sf|tt|bb|cal)|mbox|boxed|fbox|emph"
    r"|operatorname|underline|overline)\s*\{([^{}]*)\}"
)
_SCRIPT = re.compile(r"([\^_√])\s*\{\s*([\w°]+)\s*\}")
_ESCAPED = re.compile(r"\\([%$&#_{}])")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{\w+\*?\}")
_DEEPEST = 8
"""Levels of braces that are unfolded: more than anyone can read."""
_PLAIN = re.compile(r"[\w.]+")


def without_latex(text: str) -> str:
    r"""A text with LaTeX's signs as characters and without its layout.

    `\frac{1}{2}` becomes `1/2`, `\text{cm}` and `\boxed{cm}` become `cm`, `\times` becomes `*`.
    Dollars stay, as they may be money.
    """
    if "\\" not in text and "{" not in text:
        return text
    text = _ENVIRONMENT.sub(" ", text.replace("\\\\", "\n") if "\\begin" in text else text)
    text = text.replace("{,}", ",").replace("\\$", "$")
    text = _SIGN.sub(lambda found: _SIGNS[found[1]], _BRACKETS.sub(" ", _SPACES.sub(" ", text)))
    for _ in range(_DEEPEST):
        unfolded = _FRACTION.sub(_fraction, _HOLDER.sub(r" \1 ", _SCRIPT.sub(r"\1\2", text)))
        if unfolded == text:
            break
        text = unfolded
    text = text.replace("^°", "°")
    return re.sub(r"\\(?=[A-Za-z])", " ", _ESCAPED.sub(r"\1", text))


def _fraction(found: re.Match[str]) -> str:
    over, under = found[1] or found[2] or "", found[3] or found[4] or ""
    parts = [
        part if _PLAIN.fullmatch(part) else f"({part})" for part in (over.strip(), under.strip())
    ]
    return " " + "/".join(parts) + " "
