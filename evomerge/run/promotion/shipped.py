"""Parents as they were shipped: in their own type, with their own tokenizer and chat template.

A recipe reads a parent in the offspring's type and vocabulary. Where that makes it worse, a winner
that beats it has beaten a damaged model.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evomerge.engine.request import prompt_hash
from evomerge.errors import EvomergeError, UserError
from evomerge.ledger import SHIPPED, Model, Role, Split
from evomerge.merge.vocabulary.tokenizer import offspring_tokenizer
from evomerge.recipe import recipe_from
from evomerge.run.evaluation.offspring import Offspring
from evomerge.run.preparation.preflight import Prepared
from evomerge.run.preparation.prompting import recorder_for
from evomerge.score.benchmark import Benchmark
from evomerge.score.tasks.term import Term
from evomerge.weights import Parent, open_parent, settings_files
from evomerge.weights.vocabularies.tokenizer import TokenizerFiles, load_tokenizer


@dataclass(frozen=True)
class Shipped:
    """One form of a parent in which a user may run it."""

    model: Model
    parent: Model
    prepared: Prepared
    """The parent alone, with its tokenizer, and the test items as it is asked them."""
    offspring: Offspring


def shipped_forms(prepared: Prepared, model: Model) -> Iterator[Shipped]:
    """The forms of a parent that are not how the recipe reads it; none where all is the same.

    Prompts are chat turns where the recipe says so, and where it does not, once more if the
    parent has a chat template.

    Raises:
        UserError: it cannot be opened or asked.
    """
    if not prepared.tasks:
        return
    parent = open_parent(model.name)
    tokenizer = load_tokenizer(parent.tokenizer_folder)
    has_template = bool(getattr(tokenizer, "chat_template", None))
    wants_template = prepared.evolve.apply_chat_template
    same_weights = _is_read_as_stored(prepared, parent)
    if not (same_weights and _has_the_same_tokenizer(prepared, parent)):
        form = _form(prepared, model, parent, tokenizer, wants_template and has_template)
        if not (same_weights and _is_asked_the_same(prepared, form, tokenizer)):
            yield form
    if has_template and not wants_template:
        yield _form(prepared, model, parent, tokenizer, True, ", in chat turns")


def check_shipped(prepared: Prepared) -> None:
    """Check, before a search spends anything, that every parent can be asked as it was shipped.

    Raises:
        EvomergeError: one cannot, as when its chat template raises.
    """
    for name in prepared.recipe.parent_names:
        try:
            for _ in shipped_forms(prepared, Model(Role.PARENT, name)):
                pass
        except UserError as error:
            raise EvomergeError(
                f"{name} cannot be asked the test items as it was shipped ({error}). A winner must "
                "beat every parent as its users run it: mend the parent, or take it out of the "
                "recipe"
            ) from None


def _is_read_as_stored(prepared: Prepared, parent: Parent) -> bool:
    """Whether the recipe changes neither type, rows nor config of a parent."""
    read = prepared.parents[parent.name]
    if read.untied or read.template or prepared.recipe.allow_differences:
        return False
    types = {str(spec.dtype).removeprefix("torch.") for spec in parent.tensors.specs.values()}
    asked = prepared.recipe.out_dtype or prepared.recipe.dtype
    return read.alignment is None and asked in (None, *types) and len(types) == 1


def _has_the_same_tokenizer(prepared: Prepared, parent: Parent) -> bool:
    """Whether its tokenizer files are the offspring's, byte by byte."""
    offspring = offspring_tokenizer(prepared.recipe, prepared.parents)
    return _contents(offspring) == _contents(TokenizerFiles.of(parent.tokenizer_folder))


def _contents(files: TokenizerFiles) -> dict[str, bytes]:
    copied = {file.name: file.read_bytes() for file in files.copied}
    return {**copied, **{name: text.encode() for name, text in files.written.items()}}


def _is_asked_the_same(prepared: Prepared, form: Shipped, tokenizer: Any) -> bool:
    """Whether prompts and answers are the same tokens, though the files differ."""
    asked, read = (
        [item.requests for term in one.benchmark.terms for item in term.items[Split.TEST]]
        for one in (form.prepared, prepared)
    )
    return asked == read and tokenizer.get_vocab() == prepared.tokenizer.get_vocab()


def _form(
    prepared: Prepared,
    model: Model,
    parent: Parent,
    tokenizer: Any,
    chat_template: bool,
    how: str = "",
) -> Shipped:
    recorder = recorder_for(parent, tokenizer)
    benchmark, terms = prepared.benchmark, []
    for term, task in zip(benchmark.terms, prepared.tasks, strict=True):
        own = task.for_another_model()
        asked = own.ask(
            term.items[Split.TEST],
            recorder,
            chat_template,
            term.items[Split.SEARCH],
            benchmark.units,
        )
        items = {Split.SEARCH: [], Split.VALIDATION: [], Split.TEST: asked}
        terms.append(replace(term, items=items, grader=own.grader))
    own_benchmark = Benchmark(terms, benchmark.how, benchmark.units)
    own_benchmark.aggregate = benchmark.aggregate
    alone = recipe_from({"merge_method": "linear", "models": [{"model": parent.name}]})
    return Shipped(
        Model(Role.SHIPPED, f"{model.name}{SHIPPED}{how}"),
        model,
        replace(
            prepared,
            parents={parent.name: parent},
            content={parent.name: parent.content_hash},
            tokenizer=tokenizer,
            benchmark=own_benchmark,
        ),
        Offspring(alone, _digest(parent, terms)),
    )


def _digest(parent: Parent, terms: Sequence[Term]) -> str:
    """Names a parent as it was shipped, by its files, and by what it is asked."""
    sha256 = hashlib.sha256(f"as shipped {parent.content_hash}".encode())
    for file in settings_files(parent.folder, parent.tokenizer_folder):
        sha256.update(repr((file.name, file.read_bytes())).encode())
    for term in terms:
        sha256.update(prompt_hash([item.requests for item in term.items[Split.TEST]]).encode())
    return sha256.hexdigest()
