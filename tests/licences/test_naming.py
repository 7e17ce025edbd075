import pytest

from evomerge.licences.licence import LicenceKind
from evomerge.licences.naming import licence_of, licences_named


@pytest.mark.parametrize(
    "name, kind",
    [
        (" Apache-2.0", LicenceKind.PERMISSIVE),
        ("cc-by-nc-4.0", LicenceKind.NON_COMMERCIAL),
        ("cc-by-nc-sa-4.0", LicenceKind.SHARE_ALIKE),
        ("agpl-3.0", LicenceKind.SHARE_ALIKE),
        ("cc-by-nd-4.0", LicenceKind.NO_DERIVATIVES),
        ("llama3.1", LicenceKind.USE_RESTRICTED),
        ("gemma", LicenceKind.USE_RESTRICTED),
        ("house-rules", LicenceKind.UNKNOWN_TERMS),
    ],
)
def test_licences_by_their_names(name, kind):
    assert licence_of(name).kind is kind


def test_a_name_that_is_made_of_two_is_two_and_an_unknown_one_keeps_its_link():
    assert [one.id for one in licences_named("llama3.1-and-cc-by-nc-4.0")] == [
        "llama3.1",
        "cc-by-nc-4.0",
    ]
    (unknown,) = licences_named("mine-and-yours", "https://here")
    assert (unknown.id, unknown.link) == ("mine-and-yours", "https://here")
