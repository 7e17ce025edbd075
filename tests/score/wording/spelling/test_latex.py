r"""LaTeX as it would be typed without it."""

import pytest

from evomerge.score.wording.spelling.latex import without_latex


@pytest.mark.parametrize(
    "text, plain",
    [
        ("no commands at all", "no commands at all"),
        (r"\frac{1}{2}", "1/2"),
        (r"\dfrac12", "1/2"),
        (r"\frac{a+b}{c}", "(a+b)/c"),
        (r"\frac{\text{cm}}{2}", "cm/2"),
        (r"3 \times 4 \cdot 5", "3 * 4 * 5"),
        (r"\boxed{42}", "42"),
        (r"x^{2} + y_{1}", "x^2 + y_1"),
        (r"90^\circ", "90°"),
        (r"1{,}000", "1,000"),
        (r"\$5 \% \{x\}", "$5 % {x}"),
        (r"\left( a \right)", "( a )"),
        (r"a \leq b \neq c", "a ≤ b ≠ c"),
        (r"\leftarrow", "leftarrow"),
        (r"\begin{align} a \\ b \end{align}", "a\nb"),
        (r"\sqrt{2}", "√2"),
    ],
)
def test_commands_become_characters(text, plain):
    assert " ".join(without_latex(text).split(" ")).split() == plain.split()


def test_braces_beyond_what_anyone_reads_end():
    deep = r"\text{" * 40 + "x" + "}" * 40
    assert "x" in without_latex(deep)
