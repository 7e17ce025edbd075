import pytest

from tests.merge.composition.idle_cases import GENE, models


def test_the_weight_of_the_base():
    (gene,) = models(("base", f"weight: {GENE}"), ("french", f"weight: {GENE}"))
    assert gene[0] == "r.yaml:5: models.0.parameters.weight"
    assert gene[1].startswith("zoo:base is the base")


@pytest.mark.parametrize(
    "rules, name, why",
    [
        (f"{{filter: absent, value: {GENE}}}", "weight.value", "contains 'absent'"),
        (f"[{{filter: absent, value: {GENE}}}, 1]", "weight.0.value", "contains 'absent'"),
        (f"[{{value: 1}}, {{filter: mlp, value: {GENE}}}]", "weight.1.value", "rules before it"),
        (
            f"[{{filter: mlp, value: 1}}, {{filter: mlp.down, value: {GENE}}}, 1]",
            "weight.1",
            "befo",
        ),
    ],
)
def test_a_rule_that_holds_for_nothing(rules, name, why):
    (gene,) = models(("french", f"weight: {rules}"))
    assert f"models.0.parameters.{name}" in gene[0]
    assert why in gene[1]
