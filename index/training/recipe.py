"""The whole making, step by step: data -> pieces -> vectors -> the files that ship."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from tokenizers import Tokenizer
from tqdm import tqdm

from ..normalization import fold
from .collection import Collection, read_collection
from .evaluation import Score, final_scores, tuning_scores
from .export import load_encode, save_lexicon, save_model
from .fitting import Floats, Plan, Translator, fit
from .frequencies import count_frequencies, save_frequencies, with_usage
from .glosses import phrases
from .initial import initial_table
from .lexicons import english_options, reversed_options, russian_options
from .pairs import encode_pairs, encode_texts, make_pairs
from .thesaurus import meanings, save_synonyms, synonyms
from .translators import english_phrases, make_translator, russian_phrases
from .usage import usual_shares
from .vocabulary import Sizes, build_tokenizer

OFTEN = 4_000
"""How often the commonest Russian lemma is counted, beside what the texts hold of it."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Everything that one can turn; equal recipes and data give equal files on one machine."""

    dim: int = 256
    threads: int = 2
    sizes: Sizes = field(default_factory=Sizes)
    plan: Plan = field(default_factory=Plan)


DEFAULT = Recipe()


def train(folder: Path, out: Path, recipe: Recipe) -> None:
    """Make the model, the lexicon and the tables in `out` from the data in `folder`."""
    torch.set_num_threads(recipe.threads)
    out.mkdir(parents=True, exist_ok=True)
    with tqdm(total=5, desc="reading") as bar:

        def enter(stage: str) -> None:
            bar.update()
            bar.set_description(stage)

        collection = read_collection(folder)
        enter("vocabulary")
        tokenizer = make_vocabulary(collection, recipe.sizes)
        enter("tables")
        make_tables(collection, out)
        enter("lexicon")
        make_lexicon(collection, tokenizer, out)
        enter("fitting")
        table = _fit(collection, tokenizer, recipe)
    save_model(tokenizer, table, out / "model")


def make_tables(collection: Collection, out: Path) -> None:
    """Make the frequencies and the synonyms, which need no model; equal data give equal files."""
    shares = usual_shares()
    counted = with_usage(count_frequencies(collection), shares)
    save_frequencies(counted, out / "frequencies.npz")
    likeness = synonyms(meanings(collection.cedict, shares))
    save_synonyms(likeness, out / "synonyms.tsv.gz")


def measure(folder: Path, model: Path, *, final: bool = True) -> str:
    """Return the scores of a saved model as lines of text; `final` adds those on XQuAD."""
    encode = load_encode(model)
    scores: list[Score] = list(tuning_scores(folder, encode))
    if final:
        scores += final_scores(folder, encode)
    head = f"{'question > text':<28} nDCG@10 R@1     R@5\n"
    return head + "".join(f"{score}\n" for score in scores)


def make_vocabulary(collection: Collection, sizes: Sizes) -> Tokenizer:
    """Build the tokenizer from all texts, dictionaries and names."""
    texts = collection.texts()
    names = collection.names
    full = [spelling for row in collection.variants for spelling in row["all"].split("|")]
    parts = [fold(part) for spelling in full for part in spelling.split("·")]
    counted = [fold(n.chinese[0]) for n in names for _ in range(min(30, n.chinese[1] // 2))]
    known = {fold(entry.word) for entry in collection.cedict} | {*parts, *counted}
    english = [fold(n.english) for n in names for _ in range(min(50, n.chinese[1] // 4))]
    glosses = [fold(p) for e in collection.cedict for g in e.glosses for p in phrases(g)]
    years = [str(year) for year in range(1000, 2051) for _ in range(4)]
    return build_tokenizer(
        [*texts["zh"], *parts, *counted],
        [*texts["en"], *glosses, *english, *years],
        [*texts["ru"], *texts["ru"], *_russian_words(collection)],
        words=known,
        sizes=sizes,
    )


def _russian_words(collection: Collection) -> Iterator[str]:
    for entry in collection.openrussian:
        yield from [fold(entry.word)] * (1 + OFTEN // (100 + entry.rank))
        yield from map(fold, entry.forms)
    for name in collection.names:
        yield from [fold(name.russian[0])] * min(50, name.russian[1] // 4)


def make_lexicon(collection: Collection, tokenizer: Tokenizer, out: Path) -> None:
    """Make the dictionary there and back; `tokenizer` cuts Chinese texts that are aligned."""

    def cut(text: str) -> list[str]:
        tokens: list[str] = tokenizer.encode(text, add_special_tokens=False).tokens
        return tokens

    english = english_options(collection, cut)
    russian = russian_options(collection, english, cut)
    save_lexicon([english, russian, reversed_options(english, russian)], out / "lexicon.npz")


def _fit(collection: Collection, tokenizer: Tokenizer, recipe: Recipe) -> Floats:
    translators = translators_of(collection, tokenizer)
    pairs = [
        encode_pairs(each, tokenizer, translators) for each in make_pairs(collection) if each.left
    ]
    texts = {lang: encode_texts(tokenizer, own) for lang, own in collection.texts().items()}
    table = initial_table(
        texts,
        translators,
        shape=(tokenizer.get_vocab_size(), recipe.dim),
        seed=recipe.plan.seed,
    )
    losses: dict[str, float] = {}
    with tqdm(total=recipe.plan.steps, desc="steps") as bar:

        def on_step(name: str, loss: float) -> None:
            losses[name] = 0.9 * losses.get(name, loss) + 0.1 * loss
            bar.update()
            bar.set_postfix(loss=sum(losses.values()) / len(losses), refresh=False)

        return fit(table, pairs, recipe.plan, on_step=on_step)


def translators_of(collection: Collection, tokenizer: Tokenizer) -> dict[str, Translator]:
    """Return what puts Chinese pieces into English and into Russian."""
    english = english_phrases(collection)
    said = {"en": english, "ru": russian_phrases(collection, english)}
    return {language: make_translator(tokenizer, options) for language, options in said.items()}
