from evomerge.curriculum.chaining import ChainLink, document_of, followed
from evomerge.curriculum.documents import DocumentFields
from evomerge.recipe.writers import ChainWriter
from tests.curriculum.contexts import context_of
from tests.curriculum.population import CHAIN, People, curriculum

SETTINGS = ChainWriter.model_validate(CHAIN)


def links(*questions):
    return [ChainLink({"question": one}, ("c", n)) for n, one in enumerate(questions)]


def test_each_answer_goes_into_the_next_prompt():
    asker = People()
    context = context_of(curriculum(CHAIN), asker)
    (link,) = followed(SETTINGS, links("12 + 5"), context)
    assert [one.prompt for one in asker.asked] == ["12 + 5 in digits =", "17 in french ="]
    assert [one.model for one in asker.asked] == ["adder", "speller"]
    assert link.answers == ("17", "un sept")
    assert document_of(SETTINGS, link, context) == {
        "question": "12 + 5 in french =",
        "answer": "un sept",
    }


def test_a_question_has_an_answer_of_its_own_until_a_model_gives_one():
    chain = {**CHAIN, "chain": [{"ask": "speller", "prompt": "{{answer}} in french ="}]}
    context = context_of(curriculum(chain))
    start = ChainLink({"question": "3 + 4", "answer": "7"}, ())
    (link,) = followed(ChainWriter.model_validate(chain), [start], context)
    assert link.answers == ("sept",)


def test_who_says_nothing_or_does_not_end_ends_the_chain_and_others_go_on():
    said = {"1 + 1 in digits =": "", "2 + 2 in digits =": "4"}
    asker = People(says=lambda one: said.get(one.prompt))
    done = followed(SETTINGS, links("1 + 1", "2 + 2"), context_of(curriculum(CHAIN), asker))
    assert done[0].reason == "step 1 (adder) said nothing"
    assert done[1].answers == ("4", "quatre")
    assert len(asker.asked) == 3


def test_chance_follows_from_the_item_and_the_step():
    asker = People()
    followed(SETTINGS, links("1 + 1", "1 + 1"), context_of(curriculum(CHAIN), asker))
    assert len({one.key for one in asker.asked}) == 4


def test_all_answers_are_drawn_where_samples_are_wanted():
    asker = People()
    followed(SETTINGS, links("1 + 1"), context_of(curriculum(CHAIN), asker), 0.7)
    assert {one.temperature for one in asker.asked} == {0.7}


def test_a_template_that_fails_ends_the_chain():
    chain = {**CHAIN, "chain": [{"ask": "adder", "prompt": "{{missing}}"}]}
    settings = ChainWriter.model_validate(chain)
    (link,) = followed(settings, links("1 + 1"), context_of(curriculum(chain)))
    assert link.reason.startswith("step 1: the template cannot be rendered")


def test_fields_that_are_numbers_are_read_as_such():
    context = context_of(
        curriculum(CHAIN), fields=DocumentFields.of([{"question": "", "answer": 1}])
    )
    link = ChainLink({"question": "1 + 1"}, (), ("2",))
    assert document_of(SETTINGS, link, context)["answer"] == 2
