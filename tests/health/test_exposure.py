"""What is unsafe is told with its cure, and without the secrets themselves."""

import pytest

from evomerge.health.exposure import environment_now, exposures
from evomerge.health.listening import Listener

OPEN = Listener("0.0.0.0", 6379, 7, "gcs_server")
DASHBOARD = Listener("127.0.0.1", 8265, 8, "python dashboard.py")


@pytest.fixture
def told(tmp_path):
    def tell(*ports, **environment):
        return " | ".join(exposures(environment, tmp_path, ports))

    return tell


def test_a_machine_on_which_nothing_is_open_has_nothing_told(told, tmp_path):
    token = tmp_path / ".ray" / "auth_token"
    token.parent.mkdir()
    token.touch(0o600)
    assert told(Listener("127.0.0.1", 6379, 7, "gcs_server"), Listener("::", 22, None, "")) == ""


def test_token_files_that_others_read(told, tmp_path):
    for name in (".ray/auth_token", ".cache/huggingface/token"):
        file = tmp_path / name
        file.parent.mkdir(parents=True)
        file.write_text("sesame")
        file.chmod(0o644)
        assert f"chmod 600 {file}" in told()
    assert "sesame" not in told()
    mine = tmp_path / "mine"
    mine.touch(0o640)
    assert f"{mine} may be read by others (mode 0640)" in told(RAY_AUTH_TOKEN_PATH=str(mine))


def test_ray_that_others_reach_without_a_token(told):
    assert "RAY_AUTH_MODE is not token" in told(OPEN)
    assert told(OPEN, RAY_AUTH_MODE="token") == ""
    assert "dashboard is open at 127.0.0.1:8265" in told(DASHBOARD, RAY_AUTH_MODE="token")


@pytest.mark.parametrize(
    "head, where",
    [("10.0.0.5:6379", "elsewhere"), ("127.0.0.1:6379", "on this"), ("ray://h:1", "elsewhere")],
)
def test_a_head_that_is_joined_by_the_environment(told, head, where):
    assert f"a Ray head {where}" in told(RAY_ADDRESS=head)


def test_secrets_in_the_environment_are_named_and_not_told(told):
    said = told(HF_TOKEN="hf_sesame", OPENAI_API_KEY="sk-sesame", RAY_ADDRESS="ray://u:sesame@h:1")
    assert "HF_TOKEN stands in the environment" in said
    assert "OPENAI_API_KEY" in said
    assert "sesame" not in said
    assert told(TOKENIZERS_PARALLELISM="false", HF_TOKEN="") == ""


def test_the_environment_is_that_of_this_process(monkeypatch):
    monkeypatch.setenv("EVOMERGE_TRIED", "1")
    assert environment_now()["EVOMERGE_TRIED"] == "1"
