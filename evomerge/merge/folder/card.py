"""The model card of a merged model: its README.md, with what the Hub reads at its head."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from huggingface_hub import EvalResult, ModelCardData

from evomerge import __version__
from evomerge.markdown import fenced, in_markdown
from evomerge.merge.ancestry.ancestry import NO_ANCESTRY, Ancestry, model_parts
from evomerge.merge.ancestry.licensing import (
    NO_ADVICE,
    licence_demands,
    licence_doubts,
    stated,
)
from evomerge.merge.folder.account import NO_ACCOUNT, Account, TaskResult, WrittenModel
from evomerge.merge.folder.recipe_file import to_yaml
from evomerge.merge.folder.usage import loading_code, pipeline_of
from evomerge.recipe import Recipe
from evomerge.recipe.names import short_names
from evomerge.weights.checkpoint.hub import is_repo_id

_SPLIT = "test"
_NOTHING_MEASURED = """\
## What was not shown

- nothing was measured of this model: it was made by its recipe, and asked nothing"""


def write_card(
    written: WrittenModel, ancestry: Ancestry = NO_ANCESTRY, account: Account = NO_ACCOUNT
) -> str:
    """The card's text.

    Args:
        ancestry: what the parents say of themselves.
        account: how the recipe was found and what proves it.
    """
    recipe = written.recipe
    roots = recipe.roots
    short = short_names(roots)
    head = _head(written, ancestry, account)
    lines = [
        *["---", head.to_yaml(), "---", ""],
        f"# {in_markdown(_title(recipe))} by {', '.join(recipe.methods)}",
        "",
        *(line for name in account.images for line in (f"![{in_markdown(name)}]({name})", "")),
        f"Made by evomerge {__version__} of these parents:",
        "",
        "| parent | content (sha256) |",
        "| --- | --- |",
        *(f"| {in_markdown(name)} | `{roots[full]}` |" for full, name in short.items()),
        "",
        "sha256 over the tensors' names, types, shapes and the BLAKE3 hashes of their bytes: "
        f"`{written.sha256}`.",
        "",
        *_licence(ancestry),
        *[account.sections.strip() or _NOTHING_MEASURED, ""],
        *_loading(written),
        "## Recipe",
        "",
        "`evomerge merge recipe.yaml OUT` makes the same weights, bit for bit. What they were "
        "made of is in lineage.json, too.",
        "",
        fenced(to_yaml(recipe).strip(), "yaml"),
        "",
    ]
    return "\n".join(lines)


def _title(recipe: Recipe) -> str:
    return recipe.name or "A merge"


def _head(written: WrittenModel, ancestry: Ancestry, account: Account) -> ModelCardData:
    """What the Hub reads."""
    recipe = written.recipe
    return ModelCardData(
        base_model=[*_models(recipe.roots)] or None,
        base_model_relation="merge",
        library_name="transformers",
        pipeline_tag=ancestry.pipeline or pipeline_of(written.config) or None,
        language=[*ancestry.languages] or None,
        **stated(ancestry)._asdict(),
        tags=["merge", "evomerge", *recipe.methods],
        model_name=" ".join(_title(recipe).split()) if account.results else None,
        eval_results=[*map(_result, account.results)] or None,
    )


def _models(names: Iterable[str]) -> dict[str, None]:
    """What the Hub links to: models and adapters of its own, each once, without revisions."""
    parts = (part.partition("@")[0] for name in names for part in model_parts(name))
    return dict.fromkeys(part for part in parts if is_repo_id(part))


def _result(result: TaskResult) -> EvalResult:
    return EvalResult(
        task_type="text-generation",
        dataset_type=result.task,
        dataset_name=result.task,
        dataset_split=_SPLIT,
        metric_type=result.metric,
        metric_name=f"{result.metric} (mean over sealed items)",
        metric_value=result.score,
        metric_args=dict(result.details) or None,
    )


def _licence(ancestry: Ancestry) -> Iterator[str]:
    """What the parents' licences come to, and what they ask; nothing where no parent was asked."""
    if not ancestry.cards:
        return
    yield from ("## Licence", "")
    short = short_names(card.name for card in ancestry.cards)
    for card in ancestry.cards:
        named = ", ".join(
            f"{in_markdown(one.id)} ({in_markdown(one.link)})" if one.link else in_markdown(one.id)
            for one in card.licences
        )
        yield f"- {in_markdown(short[card.name])}: {named or 'says none'}"
    if ancestry.chosen is not None:
        chosen = ancestry.chosen
        yield f"- this model: {in_markdown(chosen.id)}, {in_markdown(chosen.why)}"
    elif held := ancestry.combined.binding:
        yield f"- this model: {' and '.join(in_markdown(one.id) for one in held)}"
    yield from (f"- {in_markdown(line.partition(': ')[2])}" for line in licence_demands(ancestry))
    yield from (f"- not known: {in_markdown(line)}" for line in licence_doubts(ancestry))
    yield from ("", f"Read from the parents' cards; {NO_ADVICE}.", "")
    for notice in ancestry.combined.notices:
        yield from (f"**{in_markdown(notice)}**", "")


def _loading(written: WrittenModel) -> list[str]:
    code = loading_code(written.config, written.has_tokenizer)
    return ["## How to load it", "", fenced(code, "python"), ""] if code else []
