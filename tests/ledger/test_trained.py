from evomerge.ledger import AdapterTrained, Ledger, TrainingBegan, TrainingFailed, TrainingWent
from tests.ledger.facts import EACH


def test_what_was_trained_is_read_again(tmp_path):
    kinds = (TrainingBegan, TrainingWent, AdapterTrained, TrainingFailed)
    facts = [fact for fact in EACH if isinstance(fact, kinds)]
    with Ledger(tmp_path, create=True) as ledger:
        ledger.record(*facts)
    with Ledger(tmp_path) as ledger:
        assert [ledger.all_of(kind)[0] for kind in kinds] == facts
