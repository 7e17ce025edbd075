from tests.cli.calling import call
from tests.page.folders import write_run, write_stopped


def test_a_report_is_written_into_the_runs_folder(work):
    (work / "run").mkdir()
    write_run(work / "run")

    said = call("report", "run")

    assert (said.exit_code, said.stdout, said.stderr) == (0, "", "report: run/report.html\n")
    assert "promoted, 1 flagged" in (work / "run" / "report.html").read_text()


def test_file_and_figures_can_be_named(work):
    (work / "run").mkdir()
    write_stopped(work / "run")

    said = call("report", "run", "--out", "seen.html", "--png", "figures")

    count = len([*(work / "figures").glob("*.png")])
    assert said.stderr == f"report: seen.html\nfigures: {count} in figures\n"
    assert count > 3
    assert not (work / "run" / "report.html").exists()


def test_a_folder_without_a_run_is_told(work):
    for command in ("report", "ui"):
        said = call(command, "absent")
        assert said.exit_code == 2
        assert "absent: " in said.stderr
