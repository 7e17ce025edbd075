from evomerge.ledger.exchange import LOG, exchange


def test_a_new_ledger_takes_the_place_and_the_old_one_is_kept_with_its_log(tmp_path):
    path, new, kept = (tmp_path / name for name in ("ledger", "new", "ledger.old"))
    path.write_bytes(b"old")
    (tmp_path / f"ledger{LOG}").write_bytes(b"log of the old one")
    (tmp_path / "ledger-shm").write_bytes(b"shared")
    new.write_bytes(b"new")
    exchange(path, new, kept)
    assert path.read_bytes() == b"new"
    assert kept.read_bytes() == b"old"
    assert (tmp_path / f"ledger.old{LOG}").read_bytes() == b"log of the old one"
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["ledger", "ledger.old", f"ledger.old{LOG}"]


def test_without_a_log_there_is_none_to_keep(tmp_path):
    path, new = tmp_path / "ledger", tmp_path / "new"
    path.write_bytes(b"old")
    new.write_bytes(b"new")
    exchange(path, new, tmp_path / "kept")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["kept", "ledger"]
