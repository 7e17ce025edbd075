from evomerge.licences.licence import Licence, LicenceKind


def test_what_is_passed_on_and_what_may_be_narrowed():
    kinds = {kind: Licence("x", kind) for kind in LicenceKind}
    assert {kind for kind, licence in kinds.items() if licence.is_passed_on} == {
        LicenceKind.SHARE_ALIKE,
        LicenceKind.USE_RESTRICTED,
        LicenceKind.UNKNOWN_TERMS,
    }
    assert not kinds[LicenceKind.SHARE_ALIKE].may_be_narrowed
    assert kinds[LicenceKind.USE_RESTRICTED].may_be_narrowed
