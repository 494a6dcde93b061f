"""What does the card of a churn model say? Its figures, its rivals, its checks, and the verdict in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from dangol.core.language import Said
from dangol.core.predict.card import Card, CardTable
from dangol.core.predict.choice import Choice
from dangol.core.predict.churn_model import bands_from
from dangol.core.predict.contest import Contest, Entry
from dangol.core.predict.discrimination import auc
from dangol.core.predict.drift import drift_table, profile, profiles
from dangol.core.predict.evaluation import contenders_of, figures_of, reliability_table
from dangol.core.predict.fairness import slices, slices_table
from dangol.core.predict.labelled import Labelled, together
from dangol.core.predict.predictor import NAMES
from dangol.core.predict.profit import Campaign

_WEIGHED: Final = 20_000
"""So many of the judged customers are enough to say which features weigh most."""


def churn_card(
    found: Contest,
    choice: Choice,
    snapshots: Sequence[Labelled],
    *,
    horizon_days: int,
    seed: int,
    cause: str,
    campaign: Campaign,
) -> Card:
    """The card of the contender that is in use, if any may be."""
    in_use, everything = choice.entries[0], together(snapshots)
    days = [each.matrix.as_of for each in snapshots if each.matrix.as_of]
    people, has_left = everything.matrix.person_ids, everything.has_left
    figures = figures_of(found.judged.has_left, in_use.chances, campaign)
    return Card(
        kind="churn",
        as_of=days[-1] if days else None,
        horizon_days=horizon_days,
        period=(days[0], days[-1]) if days else None,
        customer_count=len(np.unique(people)),
        left_count=len(np.unique(people[has_left])),
        figures=figures,
        baselines=contenders_of(found, in_use, campaign),
        checks=choice.checks,
        is_usable=choice.is_usable,
        verdict=_verdict(found, choice),
        chosen=in_use.predictor.name,
        seed=seed,
        tables=_tables(found, in_use, snapshots),
        facts=_facts(found, in_use, everything, cause, campaign),
    )


def _verdict(found: Contest, choice: Choice) -> Said:
    in_use = choice.entries[0]
    failed = [each for each in choice.checks if each.passed is False and each.name != "slices"]
    leaks = [each for each in failed if each.name.startswith("leak_")]
    why = leaks or failed
    en, ko = (" ".join(each.said.in_(language) for each in why) for language in ("en", "ko"))
    if not choice.is_usable:
        return Said(f"Not used. {en}", f"사용하지 않습니다. {ko}")
    how = _how_good(found, in_use)
    name = NAMES[in_use.predictor.name]
    if not failed:
        return Said(f"In use: {name.en}. {how.en}", f"사용 중: {name.ko}. {how.ko}")
    return Said(
        f"In use: {name.en}, instead of the first choice. {how.en} Why instead: {en}",
        f"사용 중: {name.ko} (처음 고른 모형 대신). {how.ko} 대신하는 까닭: {ko}",
    )


def _how_good(found: Contest, in_use: Entry) -> Said:
    figures = {each.name: each for each in figures_of(found.judged.has_left, in_use.chances)}
    area, error, lift = figures["auc"], figures["ece"].value, figures["lift_10"].value
    spread = f" ({area.low:.3f}–{area.high:.3f})" if area.low is not None else ""
    count = f"{len(found.judged):,}"
    return Said(
        f"Of {count} customers that it had not seen it puts leavers above stayers with an AUC of {area.value:.3f}"
        f"{spread}; the first tenth holds {lift:.1f} times as many leavers as chance would; chances are off by "
        f"{error:.1%}.",
        f"처음 보는 고객 {count}명에서 떠난 고객을 남은 고객보다 위에 두는 힘(AUC)은 {area.value:.3f}{spread}입니다. "
        f"상위 10%에는 무작위보다 {lift:.1f}배 많은 이탈 고객이 있었고, 확률의 평균 오차는 {error:.1%}입니다.",
    )


def _tables(found: Contest, in_use: Entry, snapshots: Sequence[Labelled]) -> tuple[CardTable, ...]:
    tables = [reliability_table(found.judged.has_left, in_use.chances), _weights(found, in_use)]
    if kinds := slices(found.judged, in_use.chances):
        tables.append(slices_table(kinds))
    if len(snapshots) > 1:
        tables.append(_moved(in_use, snapshots))
    return tuple(tables)


def _weights(found: Contest, in_use: Entry) -> CardTable:
    """The features by what they move a score, the strongest first."""
    rows = found.judged.matrix.take(np.arange(min(len(found.judged), _WEIGHED)))
    features = in_use.predictor.columns.features
    mean = np.abs(in_use.predictor.contributions(rows)).mean(axis=0)
    order = np.argsort(-mean, kind="stable")
    return CardTable(
        "features",
        Said("What moves the score most", "점수를 가장 크게 움직이는 항목"),
        (Said("Feature", "항목"), Said("English", "영어 이름"), Said("Korean", "한국어 이름"), Said("Mean log-odds", "평균 로그 오즈")),
        tuple((features[at].name, features[at].said.en, features[at].said.ko, float(mean[at])) for at in order),
    )  # fmt: skip


def _moved(in_use: Entry, snapshots: Sequence[Labelled]) -> CardTable:
    """PSI from the first snapshot to the last."""
    first, last = snapshots[0].matrix, snapshots[-1].matrix
    columns, predictor = in_use.predictor.columns, in_use.predictor
    before, values = profiles(columns, first), columns.values(last)
    features = {
        each.name: (each.said, before[each.name].psi(values[:, at]))
        for at, each in enumerate(columns.features)
        if each.name in before
    }
    return drift_table(profile(predictor.margins(first)).psi(predictor.margins(last)), features)


def _facts(
    found: Contest, in_use: Entry, everything: Labelled, cause: str, campaign: Campaign
) -> dict[str, Any]:
    day = found.judged.matrix.as_of
    medium, high = bands_from(found.season_since.learned)
    return {
        "judged_count": len(found.judged),
        "judged_left": found.judged.left_count,
        "judged_by": "time" if found.is_by_time else "folds",
        "fold_auc": _fold_aucs(found, in_use),
        "row_count": len(everything),
        "cause": cause,
        "base_rate": found.season_since.learned,
        "season": found.season.expected(day if found.is_by_time else None).source,
        "calibration": in_use.calibration.kind,
        "bands": {"medium": medium, "high": high},
        "campaign": {name: getattr(campaign, name) for name in campaign.__slots__},
        "features": list(in_use.predictor.columns.names),
    }


def _fold_aucs(found: Contest, in_use: Entry) -> list[float]:
    """The AUC of each fold, where folds judge; their mean is what is usually published."""
    if found.fold_of is None:
        return []
    rows = [found.fold_of == fold for fold in np.unique(found.fold_of)]
    areas = [auc(found.judged.has_left[each], in_use.chances[each]) for each in rows]
    return [each.value for each in areas if each]
