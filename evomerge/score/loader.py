"""lm-eval's tasks, loaded as a term of the fitness names them, and refused where they cannot be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import lm_eval.api.metrics
import lm_eval.filters.extraction
import lm_eval.filters.transformation
import lm_eval.tasks
import lm_eval.utils
from lm_eval.api.registry import METRIC_REGISTRY
from lm_eval.api.task import ConfigurableTask

from evomerge.errors import RecipeError
from evomerge.permissions import Permissions
from evomerge.recipe import FitnessTerm
from evomerge.score.foreign_code.chance import seeded
from evomerge.score.foreign_code.mistakes import Mistakes
from evomerge.score.foreign_code.quiet import quiet
from evomerge.score.library.beside import missing_data, with_data_beside
from evomerge.score.library.data import telling_of_data
from evomerge.score.library.data_files import check_data, data_on_disk
from evomerge.score.library.members import OWN_TASKS, Library, Member, folders_for
from evomerge.score.library.patterns import TASK_PATTERNS
from evomerge.score.library.reach import Reach
from evomerge.score.library.task_file import (
    files_of,
    judging_hash,
    read_task_file,
    refuse_code,
)
from evomerge.score.library.templates import TASK_TEMPLATES
from evomerge.score.library.text import text_task
from evomerge.score.prompts.gold import GOLD_LOGPROB
from evomerge.zoo import TASKS as ZOO_TASKS

TASK_TEMPLATES.loader = lm_eval.utils.env.loader
TASK_TEMPLATES.filters.update(lm_eval.utils.env.filters)
lm_eval.utils.env = TASK_TEMPLATES  # templates of a task file are data, and data runs no code
for _module in (lm_eval.api.metrics, lm_eval.filters.extraction, lm_eval.filters.transformation):
    _module.re = TASK_PATTERNS  # patterns of a task file end

FEWSHOT_SEED = 1234
"""lm-eval's default, so that prompts are the same as with its command line."""

RANDOM_SEED = 0
"""lm-eval's default for Python's generator, by which some tasks shuffle their choices."""

Documents = Sequence[Mapping[str, Any]]

_LANGUAGE_TASKS = ("loglikelihood", "loglikelihood_rolling", "generate_until", "multiple_choice")


def _with_one_set_of_docs(task: Any, made: Documents | None) -> Any:
    """The task, which makes its documents once: one that shuffles them asks and judges the same.

    Args:
        made: documents in the place of its own.
    """
    docs = made if made is not None else getattr(task, "task_docs", None) or task.eval_docs
    setattr(task, "test_docs" if task.has_test_docs() else "validation_docs", lambda: docs)
    return task


class Loader:
    """Loads the lm-eval task of a term of the fitness, and refuses what cannot be scored.

    Args:
        permissions: which tasks may run code, and from where data are read.
        member: the task, where the term names a group of them.
        documents: that it asks in the place of its own; None for its own.
    """

    def __init__(
        self,
        term: FitnessTerm,
        permissions: Permissions,
        mistakes: Mistakes,
        member: Member | None = None,
        documents: Documents | None = None,
    ) -> None:
        self._term, self._mistakes, self._member = term, mistakes, member
        self._documents = documents
        self._permissions = permissions
        self._include_paths = [path.resolve() for path in permissions.include_paths]
        self.judging_hash = ""
        """sha256 over what in the task's file says how answers are judged; "" without a file."""
        self.file: Path | None = None
        """The task's file; None of a text."""
        self.opened: frozenset[Path] = frozenset()
        """Every file of this machine that questions, right answers and judgement come from."""
        self.named: dict[str, Any] = {}
        """The generation settings that the task's file names, without lm-eval's defaults."""

    def load(self) -> Any:
        """The task.

        Raises:
            RecipeError: there is no such task, or it would sample or run code.
        """
        with quiet(silent=self._term.text is not None), seeded(RANDOM_SEED, FEWSHOT_SEED):
            return _with_one_set_of_docs(self._checked(self._found()), self._documents)

    def _found(self) -> Any:
        if self._term.text is not None:
            try:
                text = Path(self._term.subject)
                Reach(self._permissions, text).check_text()
                self.opened = frozenset({text})
                return self._configured(text_task(text))
            except RecipeError as error:
                raise self._mistakes.found(str(error)) from None
        try:
            member = self._member or self._only_task()
            config = {} if member.inline else self._read(member.path)
            runs_code = refuse_code(member.path, config, [*self._include_paths, OWN_TASKS])
        except RecipeError as error:
            raise self._mistakes.found(str(error)) from None
        config = {**config, **member.changes, "task": member.name}
        self.file, self.named = member.path, dict(config.get("generation_kwargs") or {})
        own = member.path.is_relative_to(OWN_TASKS)
        data = {} if own else self._data(config, member.path)
        named = {**(member.changes if own else config), **data}
        self._check_data(named, member.path)
        self.opened = frozenset(files_of(member.path, config) | data_on_disk(named))
        if not own:
            self.judging_hash = judging_hash(member.path, config)
        if not (own or runs_code) or "metric_list" in member.changes:
            self._refuse_foreign_metrics(config)
        if runs_code:
            return self._by_lm_eval(member, data)
        plain = {key: value for key, value in config.items() if key not in ("tag", "group")}
        return self._configured({**plain, **data})

    def _read(self, path: Path) -> dict[str, Any]:
        within = folders_for(path, self._include_paths, self._permissions.folder)
        return read_task_file(path, within)

    def _data(self, config: Mapping[str, Any], path: Path) -> dict[str, Any]:
        """The keys that name data, where those lie beside the task."""
        data = with_data_beside(config, path.parent)
        if missing := missing_data({**config, **data}):
            problem = f"no {', '.join(missing)} in {Path.cwd()}, or beside the task"
            raise self._mistakes.found(f"cannot be loaded ({problem})")
        return data

    def _check_data(self, config: Mapping[str, Any], path: Path) -> None:
        """Refuse data outside of the folders that the user named, and those that are none."""
        try:
            Reach(self._permissions, path).check(config)
            if not path.is_relative_to(ZOO_TASKS):
                check_data(config, trusted=self._permissions.trusts(path))
        except RecipeError as error:
            raise self._mistakes.found(str(error)) from None
        except (OSError, RuntimeError, ValueError) as error:  # a circle of links, a name too long
            raise self._mistakes.found(f"its data cannot be looked up ({error})") from None

    def _only_task(self) -> Member:
        members = Library(self._include_paths, self._permissions.folder).members(self._term.subject)
        if not members.alone:
            names = ", ".join(task.name for task in members.tasks)
            raise RecipeError(f"is a {members.kind} of several tasks: {names}")
        return members.tasks[0]

    def _configured(self, config: dict[str, Any]) -> Any:
        with self._mistakes.loading(), telling_of_data(ConfigurableTask):
            return ConfigurableTask(config=config)

    def _refuse_foreign_metrics(self, config: dict[str, Any]) -> None:
        """lm-eval fetches a metric that it does not know, and runs it."""
        for entry in config.get("metric_list") or ():
            name = entry.get("metric") if isinstance(entry, dict) else entry
            if name not in METRIC_REGISTRY or entry.get("hf_evaluate"):
                raise self._mistakes.found(f"lm-eval has no metric {name!r} of its own")

    def _by_lm_eval(self, member: Member, data: Mapping[str, Any]) -> Any:
        """A task with code, as lm-eval itself loads it."""
        with self._mistakes.loading(), telling_of_data(ConfigurableTask):
            manager = lm_eval.tasks.TaskManager(
                include_path=str(member.path.parent), include_defaults=False
            )
            entry = manager.task_index.get(member.name)
            if entry is None or entry.yaml_path is None:
                raise RecipeError(f"{member.path.name}: lm-eval runs code of .yaml files alone")
            if entry.yaml_path.resolve() != member.path:
                raise RecipeError(f"{entry.yaml_path} has a task of that name as well")
            changed = {"task": member.name, **member.changes, **data}
            loaded = manager.load({"group": "of one", "task": [changed]})
            return loaded["tasks"][member.name]

    def _checked(self, task: Any) -> Any:
        if task.OUTPUT_TYPE not in _LANGUAGE_TASKS or getattr(task, "MULTIMODAL", False):
            raise self._mistakes.found("is not a task for language models")
        if getattr(task, "UNSAFE_CODE", False) and self._term.metric not in (None, GOLD_LOGPROB):
            raise self._mistakes.found(
                "runs the model's answers as code; say program: to have it done in a sandbox"
            )
        if self._term.num_fewshot and task.config.num_fewshot == 0:
            raise self._mistakes.found("sets num_fewshot to 0 itself, so it takes no examples")
        if self._term.num_fewshot is not None:
            task.set_config("num_fewshot", self._term.num_fewshot)
        elif task.config.num_fewshot is None:
            task.set_config("num_fewshot", 0)
        task.set_fewshot_seed(FEWSHOT_SEED)
        return task
