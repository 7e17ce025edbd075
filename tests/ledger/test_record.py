from evomerge.ledger import Ledger, Record, RunStopped
from tests.ledger.facts import TRIAL


def test_a_record_is_the_same_whoever_recorded_it(tmp_path):
    with Ledger(tmp_path, create=True) as ledger:
        made = [ledger.record(TRIAL), ledger.record(RunStopped("later"))]
        assert [record.number for record in made] == [1, 2]
        assert all(record.is_live for record in made)
        assert made[0].active_s <= made[1].active_s
    with Ledger(tmp_path) as ledger:
        read = [*ledger.records()]
    assert read == made
    assert not any(record.is_live for record in read)
    assert Record(1, 0.0, 0.0, TRIAL) != Record(2, 0.0, 0.0, TRIAL)
