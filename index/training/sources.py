"""The public files that training reads: where they come from, under what licence, which bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..errors import IndexingError

CC_BY_SA_4 = "CC BY-SA 4.0"


class DataError(IndexingError):
    """A file of training data is missing or is not the one that was measured with."""


@dataclass(frozen=True, slots=True)
class Source:
    """One published file."""

    file: str
    origin: str
    licence: str
    use: str
    sha256: str


SOURCES = (
    Source(
        "cmrc2018_train.json",
        "ymcui/cmrc2018",
        CC_BY_SA_4,
        "train",
        "5497aa2f81908e31d6b0e27d99b1f90ab63a8f58fa92fffe5d17cf62eba0c212",
    ),
    Source(
        "cmrc2018_test.json",
        "ymcui/cmrc2018",
        CC_BY_SA_4,
        "train",
        "d8d4c914bece2ce8364f68a5edf357c7356c4f5d4e1048af8b7aaaa4a4fb9ba4",
    ),
    Source(
        "cmrc2018_trial.json",
        "ymcui/cmrc2018",
        CC_BY_SA_4,
        "train",
        "166d076e6b25deaf8fb7f9539444a9459bfba01d52d52e96451ab0889c71a209",
    ),
    Source(
        "cmrc2018_dev.json",
        "ymcui/cmrc2018",
        CC_BY_SA_4,
        "choose variants",
        "e9ff74231f05c230c6fa88b84441ee334d97234cbb610991cd94b82db00c7f1f",
    ),
    Source(
        "drcd_dev.json",
        "DRCKnowledgeTeam/DRCD",
        "CC BY-SA 3.0",
        "train",
        "e236df03861ba241bd7b29628cd48b3b8e339c60137e041a4358b5320ed61928",
    ),
    Source(
        "drcd_test.json",
        "DRCKnowledgeTeam/DRCD",
        "CC BY-SA 3.0",
        "train",
        "d9de0b4d247a8391ac8daee6c02c2c8272b75562a1e2377b50ae04ecc09a7438",
    ),
    Source(
        "expmrc_cmrc_train_evidence.jsonl.gz",
        "ymcui/expmrc",
        CC_BY_SA_4,
        "train",
        "329912d42d4895aa2e8aeb2cafd535f19b54cabc075d85addf393cf8a9537388",
    ),
    Source(
        "cc-cedict-2025-02-19.txt.gz",
        "CC-CEDICT, published by MDBG",
        CC_BY_SA_4,
        "train, lexicon",
        "9c8922334367487f8e078e513c0f713a6b9a819ee181e789c5ce96d3fb42a130",
    ),
    Source(
        "openrussian_ru_en.tsv.gz",
        "openrussian.org",
        CC_BY_SA_4,
        "train, lexicon",
        "6e3aaf886fb95c83fa95fb68400d42086efa6d138a65ba9090632c93ee9691f9",
    ),
    Source(
        "names_en_ru_zh.tsv",
        "NETransliteration",
        "CC0",
        "train, lexicon",
        "ba7862022291e2c19b78a7f45f17611c7a2e76d09e47676ccffd93401df7a8e9",
    ),
    Source(
        "zhwiki_name_variants.tsv",
        "Chinese Wikipedia's conversion groups",
        CC_BY_SA_4,
        "train, lexicon",
        "06254cf301fd11033e286b876f482cb7f2768c44ecc847cad1561b6015f24982",
    ),
    Source(
        "cldr_names_en_ru_zh.tsv",
        "Unicode CLDR",
        "Unicode v3",
        "train, lexicon",
        "74e79ce8006f80c65cc1bfcfa82fb49b4a93609ff0cb97aedbf17bed8562b783",
    ),
    Source(
        "tatoeba_cmn-eng.txt",
        "tatoeba.org",
        "CC BY 2.0 FR",
        "train, lexicon",
        "9da1af87e3e61650aa38595e60baef3a4e3a18ed239a7ef4a764c0a87c7ddeff",
    ),
    Source(
        "un_dev.en",
        "United Nations Parallel Corpus",
        "public domain with attribution",
        "train, lexicon",
        "3263ea6f154b6b512c5b3df1befe9ddf0e612d51af6c7449a4ce2909887d73be",
    ),
    Source(
        "un_dev.zh",
        "United Nations Parallel Corpus",
        "public domain with attribution",
        "train, lexicon",
        "467ba1610fb63749d97b8831db305d4cc74fa0f6084cf622f90ad80ca5553886",
    ),
    Source(
        "un_test.en",
        "United Nations Parallel Corpus",
        "public domain with attribution",
        "train, lexicon",
        "3796ac2dafdc9351281f494cc3e942dba91b8cc2ff3900a2012b6f1ddead00fa",
    ),
    Source(
        "un_test.zh",
        "United Nations Parallel Corpus",
        "public domain with attribution",
        "train, lexicon",
        "c1a7533eb22c1ce56ccce04833ff1939563a8c169b029c2eeb91be7fd8c64eaa",
    ),
    Source(
        "ntrex_en_ru_zh.jsonl",
        "MicrosoftTranslator/NTREX",
        CC_BY_SA_4,
        "train, lexicon; each fifth article measures",
        "f14583b10679a84b314e356c34567c24817f1b351f15200005f73d4dede2f65c",
    ),
    Source(
        "RuBQ_1.0_dev.jsonl",
        "vladislavneon/RuBQ",
        CC_BY_SA_4,
        "train",
        "a1232aa718a2f86ad71c713e098357fa270dd6e9ab4cdfb4a4ac5c0680ef5edd",
    ),
    Source(
        "RuBQ_1.0_test.jsonl",
        "vladislavneon/RuBQ",
        CC_BY_SA_4,
        "train",
        "33eec934442e36c38f18bd8e8faefe2bf88dd4f303d53151884f5ee0e37ac2e3",
    ),
    Source(
        "RuBQ_2.0_dev.jsonl",
        "vladislavneon/RuBQ",
        CC_BY_SA_4,
        "train",
        "a7d184b011854dfa1786e369a215d9be8b66252159dde7c55b007fa8cd1e629f",
    ),
)

# Apart, so that training cannot reach them by accident.
MEASURED_ON = (
    Source(
        "xquad.zh.json",
        "deepmind/xquad",
        CC_BY_SA_4,
        "measure",
        "691d0b3359bc6b8faa8de931dfdfe21d50a65861ae348e32a0d1a0190b0c8835",
    ),
    Source(
        "xquad.en.json",
        "deepmind/xquad",
        CC_BY_SA_4,
        "measure",
        "e4c57d1c9143aaa1c5d265ba5987a65f4e69528d2a98f29d6e75019b10344f29",
    ),
    Source(
        "xquad.ru.json",
        "deepmind/xquad",
        CC_BY_SA_4,
        "measure",
        "208d5b1aa154c52b1b5c5eda16281e455e8fd198cdb9af3f469f0d6037d973bf",
    ),
)


def verify(folder: Path, sources: tuple[Source, ...]) -> None:
    """Raise `DataError` for the first file that is missing or has other bytes than expected."""
    for source in sources:
        path = folder / source.file
        if not path.is_file():
            raise DataError(f"{path}: missing; expected the file from {source.origin}")
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != source.sha256:
            raise DataError(f"{path}: expected sha256 {source.sha256}, found {found}")
