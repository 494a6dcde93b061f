"""A plain table of customers with a column that says who left, and no dates: what can be learned from it?"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dangol.core.errors import DataError
from dangol.core.features.feature import Feature
from dangol.core.features.matrix import FeatureMatrix
from dangol.core.language import Said
from dangol.core.predict.labelled import Labelled

HEADINGS: Final = (
    "churn", "churned", "is_churn", "is_churned", "has_churned", "churn_flag", "churn_label", "attrition",
    "attrition_flag", "exited", "left", "has_left", "is_left", "cancelled", "canceled", "churn_value", "target",
    "label", "이탈", "이탈여부", "이탈유무", "해지", "해지여부", "탈퇴", "탈퇴여부",
)  # fmt: skip
"""Headings of a column that says who left, spaces and capitals aside; earlier ones are preferred."""
YES: Final = frozenset(
    {"yes", "y", "true", "t", "1", "1.0", "churn", "churned", "left", "attrited", "attrited customer", "exited",
     "cancelled", "canceled", "예", "네", "이탈", "해지", "탈퇴", "o"}
)  # fmt: skip
NO: Final = frozenset(
    {"no", "n", "false", "f", "0", "0.0", "stayed", "active", "existing", "existing customer", "retained", "current",
     "아니오", "아니요", "유지", "유지중", "이용중", "정상", "x"}
)  # fmt: skip
UNKNOWN: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-", "없음", "미상"})
_IDS: Final = re.compile(
    r"(^|_)(id|no|key|uuid|code|number)$|고객번호|회원번호|고객id|회원id|아이디|일련번호"
)
_COSTS: Final = re.compile(r"^(c|cost)_(fp|fn|tp|tn)$")
MOST_WORDS: Final = 200
"""A column of more different words than this is free text, or an id, and says nothing that would hold for others."""

FEWEST_IN_A_ROW: Final = 20
"""So many numbers, each one more than the last, only number the rows."""

_ASKED: Final = Said(
    "A table of customers was to be read to learn who leaves.",
    "누가 떠나는지 배우려고 고객 표를 읽으려고 했습니다.",
)


def labels_in(columns: Mapping[str, Sequence[Any]]) -> str | None:
    """The heading of the column that says who left, yes or no, in English or Korean; None where there is none.

    >>> labels_in({"customerID": ["a", "b"], "tenure": [1, 2], "Churn": ["Yes", "No"]})
    'Churn'
    """
    by_plain = {_plain(name).replace("_", ""): name for name in columns}
    for heading in HEADINGS:
        name = by_plain.get(heading.replace("_", ""))
        if name is not None and _flags(columns[name]) is not None:
            return name
    return None


def read_labelled_table(columns: Mapping[str, Sequence[Any]], leave_out: Sequence[str] = ()) -> Labelled:
    """The customers of a table with what is known of them and whether they left; a DataError in a sentence otherwise.

    Columns of numbers stay numbers, columns of words become categories, blanks are unknown. Left out are the id of
    the customer, free text, the costs of a wrong decision (C_FP and the like), `leave_out`, and rows that do not say
    whether the customer left.
    """
    label = labels_in(columns)
    flags = None if label is None else _flags(columns[label])
    if label is None or flags is None:
        raise _without_label(columns)
    rows = [int(row) for row in np.flatnonzero(~np.isnan(flags))]
    _check_ids(columns, label, rows)
    names, values, categories, described = [], [], {}, {}
    for name, column in columns.items():
        if name == label or name in leave_out or _COSTS.match(_plain(name)) or _is_id(name, column):
            continue
        found = _typed([column[row] for row in rows])
        if found is None:
            continue
        typed, words = found
        names.append(name)
        values.append(typed)
        if words:
            categories[name] = words
        described[name] = Feature(name, Said(name, name), "profile", "category" if words else "number")
    matrix = FeatureMatrix(
        np.arange(len(rows), dtype=np.int64), tuple(names),
        np.column_stack(values) if values else np.empty((len(rows), 0)),
        categories=categories, described=described,
    )  # fmt: skip
    return Labelled(matrix, flags[rows] == 1)


def _plain(name: str) -> str:
    return re.sub(r"[\s\-.]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())).lower()


def _word(value: Any) -> str | None:
    """The value as a trimmed word; None where it is unknown."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return "1" if value else "0"
    text = str(value).strip()
    return None if text.lower() in UNKNOWN else text


def _flags(column: Sequence[Any]) -> npt.NDArray[np.float64] | None:
    """1 left, 0 stayed, NaN unknown; None where the column says anything else."""
    words = [_word(value) for value in column]
    known = {word.lower() for word in words if word is not None}
    if not known or not known <= YES | NO:
        return None
    return np.array([np.nan if word is None else float(word.lower() in YES) for word in words])


def _typed(column: Sequence[Any]) -> tuple[npt.NDArray[np.float64], tuple[str, ...]] | None:
    """Numbers with no words, or positions with the words that they stand for; None for free text and blanks."""
    words = [_word(value) for value in column]
    known = sorted({word for word in words if word is not None})
    if not known:
        return None
    numbers = {word: _number(word) for word in known}
    if all(number is not None for number in numbers.values()):
        return np.array([np.nan if w is None else numbers[w] for w in words], dtype=np.float64), ()
    if len(known) > min(MOST_WORDS, max(10, len(column) // 2)):
        return None
    place = {word: float(at) for at, word in enumerate(known)}
    return np.array([np.nan if word is None else place[word] for word in words]), tuple(known)


def _number(word: str) -> float | None:
    try:
        number = float(word.replace(",", ""))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _is_id(name: str, column: Sequence[Any]) -> bool:
    """Whether it numbers the customers: called an id, or a running number, and different for nearly all."""
    words = [word for word in map(_word, column) if word is not None]
    if len(set(words)) < 0.9 * len(words) or len(words) < 2:
        return False
    if _IDS.search(_plain(name)):
        return True
    if len(words) < FEWEST_IN_A_ROW:
        return False
    numbers = [_number(word) for word in words]
    return all(later == (before or 0) + 1 for before, later in pairwise(numbers))


def _check_ids(columns: Mapping[str, Sequence[Any]], label: str, rows: Sequence[int]) -> None:
    """A DataError where the same customer stands in several rows."""
    for name, column in columns.items():
        if name == label or not _IDS.search(_plain(name)) or not _is_id(name, column):
            continue
        words = [_word(column[row]) for row in rows]
        known = [word for word in words if word is not None]
        twice = len(known) - len(set(known))
        if twice:
            raise DataError(
                _ASKED,
                Said(
                    f"{twice} rows of the column {name} repeat a customer of another row.",
                    f"{name} 열의 {twice}개 행이 다른 행의 고객과 같습니다.",
                ),
                Said("Give one row a customer.", "고객마다 한 행만 주십시오."),
            )


def _without_label(columns: Mapping[str, Sequence[Any]]) -> DataError:
    shown = ", ".join(list(columns)[:12])
    return DataError(
        _ASKED,
        Said(
            f"None of its columns says who left, yes or no: {shown}.",
            f"누가 떠났는지 예 또는 아니오로 알려 주는 열이 없습니다: {shown}.",
        ),
        Said(
            "Name a column Churn with Yes and No, or 1 and 0, in each row.",
            "행마다 예와 아니오, 또는 1과 0이 적힌 '이탈여부' 열을 넣어 주십시오.",
        ),
    )
