"""Did the health score tell lost accounts from kept ones, on a time that it had not seen? The back-test and its card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from dangol.core.language import Said
from dangol.core.predict.card import Card, CardTable, Check, Contender, Figure
from dangol.core.predict.discrimination import auc
from dangol.core.predict.health_scale import BANDS, FEWEST_LOST, Band, band_of, made, score_of
from dangol.core.predict.labelled import Labelled, together
from dangol.core.stats.interval import Interval
from dangol.core.stats.proportion import Proportion

Kind = Literal["fitted", "rule"]
Floats = npt.NDArray[np.float64]

FOLDS: Final = 5
KINDS: Final[dict[Kind, Said]] = {
    "fitted": Said("Fitted weights", "학습한 가중치"),
    "rule": Said("Rule of few parts", "간단한 규칙"),
}


@dataclass(frozen=True, eq=False)
class BackTest:
    """Scores of accounts by a model that had not seen their outcome."""

    has_left: npt.NDArray[np.bool_]
    score: Floats
    coverage: Floats

    @property
    def ranking(self) -> Interval | None:
        """Chance that a lost account scored below a kept one."""
        known = ~np.isnan(self.score)
        return auc(self.has_left[known], -self.score[known])

    def in_band(self, band: Band) -> Proportion:
        """How many accounts of a band were lost."""
        inside = np.array([each == band for each in map(band_of, self.score.tolist(), self.coverage.tolist())], dtype=bool)  # fmt: skip
        return Proportion(int(self.has_left[inside].sum()), int(inside.sum()))


def choose(training: Sequence[Labelled], horizon_days: int, seed: int) -> tuple[Kind, Card]:
    """Which kind is used, and its card."""
    lost = sum(each.left_count for each in training)
    is_by_time, pairs = _pairs(training, horizon_days, seed)
    tests = {"rule": back_test("rule", pairs)} | (
        {"fitted": back_test("fitted", pairs)} if _is_enough(lost, pairs) else {}
    )
    checks = _checks(tests, lost)
    kind: Kind = "fitted" if "fitted" in tests and all(each.passed for each in checks) else "rule"
    return kind, _card(kind, training, tests, checks, (horizon_days, seed, lost), is_by_time)


def _is_enough(lost: int, pairs: list[tuple[Labelled, Labelled]]) -> bool:
    """Both outcomes are needed wherever weights are fitted."""
    return lost >= FEWEST_LOST and all(0 < seen.left_count < len(seen) for seen, _ in pairs)


def back_test(kind: Kind, pairs: Sequence[tuple[Labelled, Labelled]]) -> BackTest:
    """Scores of the second of each pair by a model of the first."""
    scores, coverages = [], []
    for seen, unseen in pairs:
        parts, usual = made(kind, seen)
        found = [part.risk(unseen.matrix) for part in parts]
        weight = np.array([abs(part.weight) for part in parts])
        known = np.column_stack([each for _, each in found]) if found else np.zeros((len(unseen), 0))
        coverage = known @ weight / max(weight.sum(), 1e-12)
        risk = sum((each for each, _ in found), np.zeros(len(unseen))) - usual
        scores.append(np.where(coverage > 0, score_of(risk), np.nan))
        coverages.append(coverage)
    left = np.concatenate([unseen.has_left for _, unseen in pairs])
    return BackTest(left, np.concatenate(scores), np.concatenate(coverages))


def _pairs(
    training: Sequence[Labelled], horizon_days: int, seed: int
) -> tuple[bool, list[tuple[Labelled, Labelled]]]:
    """What is learnt from and tested on: earlier snapshots whose horizon is over and the last; or parts of the accounts."""
    last = training[-1]
    if last.matrix.as_of is not None:
        reach = last.matrix.as_of - timedelta(days=horizon_days)
        over = [each for each in training[:-1] if each.matrix.as_of and each.matrix.as_of <= reach]
        if over and 0 < last.left_count < len(last):
            return True, [(together(over), last)]
    everything = together(training)
    accounts, place = np.unique(everything.matrix.person_ids, return_inverse=True)
    fold = (np.random.default_rng(seed).permutation(len(accounts)) % FOLDS)[place]
    parts = [(everything.take(fold != n), everything.take(fold == n)) for n in range(FOLDS)]
    return False, [(seen, unseen) for seen, unseen in parts if len(seen) and len(unseen)]


def _checks(tests: dict[str, BackTest], lost: int) -> tuple[Check, ...]:
    enough = Check(
        "enough_lost", lost >= FEWEST_LOST,
        Said(f"{lost} accounts were lost; {FEWEST_LOST} are needed to fit weights.",
             f"떠난 거래처는 {lost}곳이며, 가중치를 학습하려면 {FEWEST_LOST}곳이 필요합니다."),
    )  # fmt: skip
    if "fitted" not in tests:
        return (enough,)
    fitted, rule = (tests[kind].ranking for kind in ("fitted", "rule"))
    good, poor = (tests["fitted"].in_band(band).rate for band in ("good", "poor"))
    return (
        enough,
        Check(
            "beats_rule", None if fitted is None or rule is None else fitted.value >= rule.value,
            Said("It ranks losses at least as well as the rule.", "규칙보다 이탈을 잘 구분합니다."),
        ),
        Check(
            "ranks", None if fitted is None else fitted.low > 0.5,
            Said("It ranks losses better than chance.", "우연보다 이탈을 잘 구분합니다."),
        ),
        Check(
            "bands_in_order", None if good is None or poor is None else poor > good,
            Said("Poor accounts were lost more often than good ones.", "나쁨 거래처가 좋음 거래처보다 더 많이 떠났습니다."),
        ),
    )  # fmt: skip


def _card(
    kind: Kind, training: Sequence[Labelled], tests: dict[str, BackTest], checks: tuple[Check, ...],
    settings: tuple[int, int, int], is_by_time: bool,
) -> Card:  # fmt: skip
    horizon_days, seed, lost = settings
    days = [each.matrix.as_of for each in training if each.matrix.as_of]
    test = tests[kind]
    accounts = len(np.unique(np.concatenate([each.matrix.person_ids for each in training])))
    ranking = test.ranking
    # Without enough losses the rule is not proven, but it is stated; with enough it must not rank backwards.
    is_usable = kind == "fitted" or ranking is None or ranking.high > 0.5
    return Card(
        kind="health", as_of=days[-1] if days else None, horizon_days=horizon_days,
        period=(days[0], days[-1]) if days else None, customer_count=accounts, left_count=lost,
        figures=(_ranking_figure(ranking), _coverage_figure(test)),
        baselines=tuple(Contender(name, KINDS[name], (_ranking_figure(each.ranking),)) for name, each in _named(tests)),
        checks=checks, is_usable=is_usable, verdict=_verdict(kind, ranking, is_by_time, is_usable), chosen=kind,
        seed=seed, tables=(_band_table(test),), facts={"is_tested_by_time": is_by_time},
    )  # fmt: skip


def _named(tests: dict[str, BackTest]) -> list[tuple[Any, BackTest]]:
    return list(tests.items())


def _ranking_figure(ranking: Interval | None) -> Figure:
    said = Said(
        "AUC: chance that a lost account scored lower than a kept one",
        "AUC: 떠난 거래처의 점수가 남은 거래처보다 낮을 확률",
    )
    if ranking is None:
        reason = Said("All accounts had the same outcome.", "모든 거래처의 결과가 같습니다.")
        return Figure("auc", said, None, unit="rate", reason=reason)
    return Figure("auc", said, *ranking, unit="rate")


def _coverage_figure(test: BackTest) -> Figure:
    said = Said(
        "Share of the inputs that is known of an account, in the mean",
        "거래처마다 알고 있는 입력의 평균 비율",
    )
    return Figure("coverage", said, float(test.coverage.mean()), unit="rate")


def _band_table(test: BackTest) -> CardTable:
    """By band: accounts, lost ones, the rate and its interval."""
    rows = []
    for band in BANDS:
        inside = test.in_band(band)
        found = inside.interval() or (None, None, None)
        rows.append((band, inside.n, inside.successes, *found))
    headings = (
        Said("Band", "등급"), Said("Accounts", "거래처"), Said("Lost", "이탈"), Said("Share lost", "이탈 비율"),
        Said("from", "하한"), Said("to", "상한"),
    )  # fmt: skip
    return CardTable("bands", Said("What became of each band", "등급별 실제 결과"), headings, tuple(rows))


def _verdict(kind: Kind, ranking: Interval | None, is_by_time: bool, is_usable: bool) -> Said:
    where = Said("on a later time than it was fitted to", "학습 이후 기간에서") if is_by_time else Said("on other accounts than it was fitted to", "학습하지 않은 거래처에서")  # fmt: skip
    if ranking is None:
        return Said(
            "The rule is used: no outcome is known yet that could prove a score.",
            "점수를 검증할 결과가 아직 없어 규칙을 씁니다.",
        )
    found = Said(f"AUC {ranking.value:.2f} ({ranking.low:.2f} to {ranking.high:.2f}) {where.en}", f"{where.ko} AUC {ranking.value:.2f}(구간 {ranking.low:.2f}~{ranking.high:.2f})")  # fmt: skip
    if not is_usable:
        return Said(
            f"Not used: it ranks losses backwards ({found.en}).",
            f"쓰지 않습니다. 이탈을 거꾸로 구분합니다({found.ko}).",
        )
    if kind == "fitted":
        return Said(f"Fitted weights are used: {found.en}.", f"학습한 가중치를 씁니다: {found.ko}.")
    return Said(f"The stated rule is used: {found.en}.", f"정해진 규칙을 씁니다: {found.ko}.")
