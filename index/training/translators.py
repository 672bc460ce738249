"""Say Chinese pieces in English or Russian, so that Chinese questions train other languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np
from tokenizers import Tokenizer

from ..normalization import HAN, fold
from .collection import Collection
from .fitting import Translator
from .glosses import key_of, phrases
from .ragged import Ragged

SENSES = 4
FORMS = 3


def english_phrases(collection: Collection) -> dict[str, list[str]]:
    """Return the first senses of each Chinese word, folded, the dictionary's order."""
    senses: defaultdict[str, list[str]] = defaultdict(list)
    for entry in collection.cedict:
        found = [fold(phrase) for gloss in entry.glosses for phrase in phrases(gloss)]
        senses[fold(entry.word)] += [phrase for phrase in found if phrase.count(" ") < 2]
    for name in collection.names:
        spelling, count = name.chinese
        if count > 1 and len(spelling) > 1:
            senses[fold(spelling)].append(fold(name.english))
    return {word: list(dict.fromkeys(found))[:SENSES] for word, found in senses.items() if found}


def russian_phrases(
    collection: Collection, english: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """Return inflected Russian words for each Chinese word that shares an English sense."""
    lemmas: defaultdict[str, list[list[str]]] = defaultdict(list)
    for entry in collection.openrussian:
        forms = list(dict.fromkeys([fold(entry.word), *map(fold, entry.forms)]))
        found = (phrase for gloss in entry.glosses for phrase in phrases(gloss))
        for phrase in islice(found, SENSES):
            lemmas[key_of(phrase)].append(forms)
    result: dict[str, list[str]] = {}
    for word, senses in english.items():
        shared = [forms for sense in senses for forms in lemmas.get(key_of(sense), ())[:2]]
        # Forms far apart in the paradigm differ most.
        spread = [
            form for forms in shared[:SENSES] for form in forms[:: max(1, len(forms) // FORMS)]
        ]
        if spread:
            result[word] = list(dict.fromkeys(spread))
    for name in collection.names:
        (spelling, count), (original, _) = name.chinese, name.russian
        if count > 1 and len(spelling) > 1:
            result.setdefault(fold(spelling), []).append(fold(original))
    return result


def make_translator(tokenizer: Tokenizer, options: Mapping[str, Sequence[str]]) -> Translator:
    """Turn the phrases of each Chinese word that is a piece into sequences of pieces."""
    count = np.zeros(tokenizer.get_vocab_size(), dtype=np.int64)
    said: list[str] = []
    for word, piece in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1]):
        # Numbers and foreign names are the same in every language.
        found = options.get(word, () if HAN.match(word) else (word,))
        count[piece] = len(found)
        said += found
    encodings = tokenizer.encode_batch(said, add_special_tokens=False)
    first = np.concatenate([[0], np.cumsum(count)])[:-1]
    return Translator(Ragged.of([encoding.ids for encoding in encodings]), first, count)
