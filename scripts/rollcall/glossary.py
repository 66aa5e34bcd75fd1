"""The glossary: the preferred words of each language, and those that stand for them and must not."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, ValidationError

from rollcall.checklist import Checklist, Id, Source, Strict
from rollcall.model import InputError, Place, Text, did_you_mean
from rollcall.snapshot import Snapshot, UnreadableError
from rollcall.validation import problems_of
from rollcall.yaml_tree import YamlError, parse

_Word: TypeAlias = Annotated[str, Field(min_length=1, max_length=60)]
_WIDE: Final = re.compile("[\u3000-\u9fff\uff00-\uffef]")
_QUOTED: Final = re.compile('“[^“”]{0,200}”|"[^"]{0,200}"|「[^「」]{0,200}」')


class Wording(Strict):
    """What one language calls a thing."""

    use: _Word = Field(description="the word to write")
    avoid: tuple[_Word, ...] = Field((), description="other words for the same thing")
    but: tuple[_Word, ...] = Field((), description="longer words that only contain one of those")


class GlossaryFile(Strict):
    """The file: term → language → wording."""

    version: Literal[1]
    terms: Mapping[Id, Mapping[str, Wording]] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Avoided:
    """A word that is not used, as the glossary has it, the one that is, and the line that says so."""

    word: str
    use: str
    place: Place


class Glossary:
    """The words of one language that are not used, and where they stand in a text."""

    def __init__(self, wordings: Mapping[str, Wording], language: str, source: Source) -> None:
        self.avoided = {
            _key(word): Avoided(word, wording.use, source.place("terms", term, language))
            for term, wording in wordings.items()
            for word in wording.avoid
        }
        self._every = {word for w in wordings.values() for word in (w.use, *w.avoid, *w.but)}
        self._patterns: dict[frozenset[str], re.Pattern[str]] = {}

    def within(self, text: str) -> frozenset[str]:
        """Keys of the words that may be in a page: quick, and none that `find` finds is left out."""
        folded = text.casefold()
        tight, loose = "".join(folded.split()), " ".join(folded.replace("-", " ").split())
        return frozenset(
            key for key in self.avoided if key in (tight if _WIDE.search(key) else loose)
        )

    def find(self, text: str, keys: frozenset[str]) -> Iterator[Avoided]:
        """Words to avoid, of those with these keys; what is quoted is somebody else's word."""
        for match in self._pattern(keys).finditer(_QUOTED.sub(" ", text)):
            if hit := self.avoided.get(_key(match[0])):
                yield hit

    def _pattern(self, keys: frozenset[str]) -> re.Pattern[str]:
        """These words and all that contain one of them; the longest that fits is the one meant."""
        if keys not in self._patterns:
            words = [word for word in self._every if any(key in _key(word) for key in keys)]
            parts = map(_regex, sorted(words, key=len, reverse=True))
            self._patterns[keys] = re.compile("|".join(parts), re.IGNORECASE)
        return self._patterns[keys]


def _key(word: str) -> str:
    """A word without what may vary: case, blanks beside Han characters, hyphens, the plural."""
    if _WIDE.search(word):
        return "".join(word.casefold().split())
    return " ".join(word.casefold().replace("-", " ").split()).removesuffix("s")


def _regex(word: str) -> str:
    """As `_key` has it; a Latin word stands alone."""
    if _WIDE.search(word):
        return r"\s?".join(map(re.escape, word.replace(" ", "")))
    return rf"(?<!\w){'[ -]'.join(map(re.escape, re.split('[ -]', word)))}s?(?!\w)"


def read_glossaries(snapshot: Snapshot, checklist: Checklist, path: str) -> Mapping[str, Glossary]:
    """The glossary of each language.

    Raises:
        InputError: the file cannot be used; holds every problem found.
    """
    try:
        tree = parse(snapshot.read(path))
        file = GlossaryFile.model_validate(tree.data)
    except UnreadableError as error:
        raise InputError(((Place(path), error.reason),)) from None
    except YamlError as error:
        raise InputError(((Place(path, error.line), Text(error.zh, error.en)),)) from None
    except ValidationError as error:
        raise InputError(problems_of(error, tree, path, GlossaryFile)) from None
    source = Source(path, tree.lines)
    problems = tuple(_cross_check(file, list(checklist.languages), source))
    if problems:
        raise InputError(problems)
    return {
        language: Glossary(
            {t: names[language] for t, names in file.terms.items()}, language, source
        )
        for language in checklist.languages
    }


def _cross_check(
    file: GlossaryFile, languages: list[str], source: Source
) -> Iterator[tuple[Place, Text]]:
    """Every term in every language and no other, and no word both used and avoided."""
    used = {
        (lang, _key(w.use)): term for term, names in file.terms.items() for lang, w in names.items()
    }
    for term, names in file.terms.items():
        for language in languages:
            if language not in names:
                yield (
                    source.place("terms", term),
                    Text(
                        f"`{term}` 没有语言 `{language}`", f"`{term}` has no language `{language}`"
                    ),
                )
        for language, wording in names.items():
            place = source.place("terms", term, language)
            if language not in languages:
                guess = did_you_mean(language, languages)
                yield (
                    place,
                    Text(
                        f"没有这种语言 `{language}`{guess.zh}",
                        f"no such language `{language}`{guess.en}",
                    ),
                )
            for word in wording.avoid:
                if other := used.get((language, _key(word))):
                    yield (
                        place,
                        Text(
                            f"`{word}` 是 `{other}` 要用的词，不能又不用",
                            f"`{word}` is the word to use for `{other}`, so it cannot be avoided",
                        ),
                    )
