"""Commands called in a folder of their own."""

from typer.testing import CliRunner

from evomerge.cli.main import app
from tests.run.small import TEXT


def call(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def write(folder, text=TEXT):
    (folder / "small.yaml").write_text(text)
    return folder / "small.yaml"
