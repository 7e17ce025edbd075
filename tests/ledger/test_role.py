from hypothesis import given
from hypothesis import strategies as st

from evomerge.ledger import RANDOM_SEARCH, SHIPPED, UNIFORM, WINNER, Model, Named, Role, labelled

NAMES = st.sampled_from([role.value for role in Role]) | st.text(min_size=1)
PARENTS = st.builds(Model, st.just(Role.PARENT), NAMES)


@given(st.lists(PARENTS, unique=True))
def test_no_two_models_have_one_label(parents):
    forms = [Model(Role.SHIPPED, parent.name + SHIPPED) for parent in parents]
    models = [WINNER, UNIFORM, RANDOM_SEARCH, *parents, *forms]
    by_label = labelled(Named(model, str(n)) for n, model in enumerate(models))
    assert [*by_label.values()] == [str(n) for n in range(len(models))]


def test_names_are_labels_but_where_a_role_has_them():
    assert Model(Role.PARENT, "org/model").label == "org/model"
    assert Model(Role.BASE, "uniform").label == "base uniform"
    assert Model(Role.PARENT, "kind").label == "kind"
    assert UNIFORM.label == "uniform"
