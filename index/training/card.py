"""The model card: what a person has to know before using the model elsewhere."""

from __future__ import annotations

from .sources import SOURCES

CARD = """\
---
license: cc-by-sa-4.0
language: [zh, en, ru]
library_name: sentence-transformers
pipeline_tag: sentence-similarity
---

# Yuanhua's built-in embedding model

A table of vectors, one a word piece, for Chinese, English and Russian in one space. The vector of
a text is the mean of its pieces' vectors at length 1; no layers, so a question takes well under a
millisecond. The length of a piece's vector is its learned weight: words that only ask are short.

It reads *folded* text (`index.normalization.fold`): compatibility forms, lower case, Simplified
characters, no accents. `input.json` says so to the program.

## How it was made

`python -m index.training FOLDER` with the files below. The tokenizer is a Unigram model built from
dictionary words, Russian stems and endings, and counts. The vectors start at random directions
that translations share, as long as the piece is rare, and are fitted with a symmetric contrast
in batches: questions and their paragraphs, sentences and their translations, words and their
glosses, and the Chinese questions put into English and Russian word by word.

## Data and licences

{sources}

The model is a work made from these and is shared under CC BY-SA 4.0.

## Scores

{scores}
Of the held-out news, each fifth article of NTREX, and of CMRC's dev set nothing was trained on;
variants were chosen by them. XQuAD was neither trained on nor used to choose:
`python -m index.training FOLDER --evaluate` measures both.

## Limits

Word order does not reach it: "A called B" and "B called A" are one text. Long texts blur;
give it sentences or two. Names that none of the files hold are spelled out in pieces and match only
themselves. The Russian rests on a dictionary and little running text.
"""


def model_card(scores: str) -> str:
    """Return the card with the given table of scores."""
    sources = "\n".join(
        f"- `{source.file}`: {source.origin}; {source.licence}; {source.use}" for source in SOURCES
    )
    return CARD.format(sources=sources, scores=f"```\n{scores}```\n")
