import pytest

from evomerge.score.wording.spelling.latex import without_latex
from evomerge.score.wording.spelling.markup import without_entities, without_markup


@pytest.mark.parametrize(
    "text, expected",
    [
        ("**12** and *it* and ***both*** and __so__ _on_", "12 and it and both and so on"),
        ("**bold with *italics* in it**", "bold with italics in it"),
        ("pre**fix**ed and 2**3**2", "prefixed and 2**3**2"),
        ("3 * 4 * 5 and a*b*c", "3 * 4 * 5 and a*b*c"),
        ("f(*args, **kwargs)", "f(*args, **kwargs)"),
        ("snake_case_name __init__", "snake_case_name init"),
        ("日__1__日", "日__1__日".replace("__", "")),
        ("~~gone~~ `code` ```x```", "gone code x"),
        ("# Title\ntext\n## Sub ##", "Title\ntext\nSub"),
        ("> quoted\n---\ntext", "quoted\n\ntext"),
        ("```python\nx = 1\n```", "\nx = 1\n"),
        ("[here](https://a.b/c) and [1](x)", "here and [1](x)"),
        ("<p>A <b>bold</b> <i class='x'>word</i></p>", "\nA bold word\n"),
        ("x<sup>2</sup> and H<sub>2</sub>O<br/>end", "x^2 and H2O\nend"),
        ("a < b and c > d, List<int>, <stdio.h>", "a < b and c > d, List<int>, <stdio.h>"),
        ("<!-- hidden -->shown", " shown"),
    ],
)
def test_markup_is_no_word(text, expected):
    assert without_markup(text) == expected


def test_entities_are_characters():
    assert without_entities("a&nbsp;b &lt; c &#49; R&D") == "a\u00a0b < c 1 R&D"


@pytest.mark.parametrize(
    "text, expected",
    [
        (r"\(42\) and \[x\]", " 42  and  x "),
        (r"\frac{1}{2} \dfrac12 \frac{a+b}{c}", " 1/2   1/2   (a+b)/c "),
        (r"\frac{\frac{1}{2}}{3}", "(1/2)/3"),
        (r"5 \text{ cm} \mathrm{kg} \textbf{x}", "5   cm   kg   x "),
        (r"3 \times 4 \cdot 5 \div 2 \leq 7", "3 * 4 * 5 / 2 ≤ 7"),
        (r"x^{2} + y_{1} + 90^\circ", "x^2 + y_1 + 90°"),
        (r"1{,}234 \, 5\% \$7 a~b", "1,234   5% $7 a b"),
        (r"\left( \alpha \right)", "( α )"),
        (r"\boxed{18}", " 18 "),
        ("plain {braces} stay", "plain {braces} stay"),
    ],
)
def test_latex_is_typed_plainly(text, expected):
    assert without_latex(text).split() == expected.split()
