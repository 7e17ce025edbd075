from evomerge.licences.licence import LicenceKind
from evomerge.licences.table import LICENCES


def test_every_licence_has_its_text_somewhere_and_an_id_of_its_own():
    for name, licence in LICENCES.items():
        assert name == licence.id == licence.id.lower()
        assert licence.link.startswith("https://")
        assert licence.non_commercial == ("-nc" in name or name in ("mrl", "qwen-research"))


def test_what_a_licence_becomes_is_known_and_goes_one_way():
    for licence in LICENCES.values():
        for later in licence.becomes:
            assert licence.id not in LICENCES[later].becomes
            assert {*LICENCES[later].becomes} <= {*licence.becomes}
            assert LICENCES[later].non_commercial == licence.non_commercial
        assert all(LICENCES[name].kind is LicenceKind.PERMISSIVE for name in licence.excludes)


def test_who_builds_with_llama_says_so():
    for name in ("llama3.1", "llama3.2", "llama3.3", "llama4"):
        assert (LICENCES[name].model_name, LICENCES[name].notice) == ("Llama", "Built with Llama")
    assert LICENCES["llama3"].model_name == "Llama 3"
    assert LICENCES["llama2"].model_name == ""
