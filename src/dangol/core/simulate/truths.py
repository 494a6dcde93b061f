"""What is true of the simulated business? The planted numbers, to be found again in its data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dangol.core.language import Language, Said
from dangol.core.schema.causes import CAUSES as CAUSE_WORDS
from dangol.core.simulate.business import (
    CAMPAIGNS,
    CAUSES,
    CHANNELS,
    EFFECTS,
    LEAD_DAYS,
    PHASES,
    RECORDED_SHARE,
    TRIAL_CONVERSION,
    USE_DROP,
    Business,
)
from dangol.core.simulate.tally import GAP_GRID, MONTH, Tally

RETURN_WITHIN = 90
RETURN_CHANCE = 0.25
"""The churn window is the shortest silence after which the chance of a purchase within RETURN_WITHIN days is this."""


@dataclass(frozen=True)
class Truths:
    """The planted truths as plain values; rates are 0 to 1, and what a business does not have is None."""

    business: Mapping[str, Any]
    rows: Mapping[str, int]
    biggest_hole: Mapping[str, Any] | None
    """Phase of life and cause with the most expected churn: phase, cause, expected_count, share."""
    cause_shares: Mapping[str, Any] | None
    """By cause: planted share of the churn, its count in the data; recorded_share of them is written down."""
    phase_shares: Mapping[str, float] | None
    survival: list[Mapping[str, float]] | None
    """Share still paying `days` after the first payment, by closed form, without campaigns and comebacks."""
    cohort_curve: list[Mapping[str, Any]]
    """By whole months since the month of joining: people, and the share expected to be active."""
    cohorts: list[Mapping[str, Any]]
    """The same for each month of joining."""
    lead: Mapping[str, float]
    """Use falls by `drop` from `days` before the end, in the causes people choose."""
    campaigns: Mapping[str, Any]
    """By campaign: day, people by effect and arm, and the true average effect on staying `window` days."""
    channels: Mapping[str, Any]
    """By channel: share, churn_factor, people, payers, share of the payers who have left."""
    leaky_channel: str
    rhythm: Mapping[str, Any] | None
    """Shops: chance of no further purchase by days since one, and the churn window that follows."""
    nps: Mapping[str, float] | None

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def lines(self, language: Language = "en") -> list[str]:
        """The truths in plain sentences."""
        return [said.in_(language) for said in _sentences(self)]


def truths_of(business: Business, tally: Tally, rows: Mapping[str, int]) -> Truths:
    """The truths of a business from the sums over its blocks."""
    has_payers = bool(tally["payers"].sum())
    return Truths(
        business=business.planted(),
        rows=dict(rows),
        biggest_hole=_biggest_hole(tally) if has_payers else None,
        cause_shares=_cause_shares(tally) if has_payers else None,
        phase_shares=_phase_shares(tally) if has_payers else None,
        survival=_survival(tally) if has_payers else None,
        cohort_curve=_curve(business, tally) if "cohort_size" in tally else [],
        cohorts=_cohorts(business, tally) if "cohort_size" in tally else [],
        lead={"days": LEAD_DAYS, "drop": USE_DROP, "trial_conversion": TRIAL_CONVERSION},
        campaigns=_campaigns(business, tally) if has_payers else {},
        channels=_channels(tally),
        leaky_channel=max(CHANNELS, key=lambda channel: channel.churn_factor).name,
        rhythm=_rhythm(tally) if tally.get("orders", np.array(0)) > 0 else None,
        nps=_nps(tally) if tally.get("nps_answers", np.array(0)) > 0 else None,
    )


def _biggest_hole(tally: Tally) -> dict[str, Any]:
    expected = tally["expected_churn"]
    phase, cause = np.unravel_index(np.argmax(expected), expected.shape)
    return {
        "phase": PHASES[phase].name, "cause": CAUSES[cause], "expected_count": float(expected[phase, cause]),
        "share": float(expected[phase, cause] / expected.sum()),
        "count": int(tally["churn"][phase, cause]),
    }  # fmt: skip


def _cause_shares(tally: Tally) -> dict[str, Any]:
    planted = tally["expected_churn"].sum(axis=0) / tally["expected_churn"].sum()
    counts = tally["churn"].sum(axis=0)
    shares = {cause: {"share": float(planted[n]), "count": int(counts[n])} for n, cause in enumerate(CAUSES)}
    return {"recorded_share": RECORDED_SHARE, "recorded_count": int(tally["recorded"]), "causes": shares}


def _phase_shares(tally: Tally) -> dict[str, float]:
    by_phase = tally["expected_churn"].sum(axis=1) / tally["expected_churn"].sum()
    return {phase.name: float(by_phase[n]) for n, phase in enumerate(PHASES)}


def _survival(tally: Tally) -> list[Mapping[str, float]]:
    rows = zip(
        tally["survival_reached"], tally["survival_expected"], tally["survival_untreated"], strict=True
    )
    return [
        {"days": n * MONTH, "reached_count": int(r), "share": float(e / r), "untreated_share": float(u / r)}
        for n, (r, e, u) in enumerate(rows) if r
    ]  # fmt: skip


def _whole_months(business: Business, tally: Tally) -> int:
    """Months of the data that are over: the last one may be cut off."""
    return len(tally["cohort_size"]) - (business.end.day != 1)


def _cohorts(business: Business, tally: Tally) -> list[Mapping[str, Any]]:
    whole = _whole_months(business, tally)
    return [
        {"month": n, "people": int(size), "rates": [float(v / size) for v in tally["cohort_expected"][n, n:whole]]}
        for n, size in enumerate(tally["cohort_size"]) if size
    ]  # fmt: skip


def _curve(business: Business, tally: Tally) -> list[Mapping[str, Any]]:
    whole, size, expected = _whole_months(business, tally), tally["cohort_size"], tally["cohort_expected"]
    return [
        {
            "months": k,
            "people": int(size[: whole - k].sum()),
            "rate": float(sum(expected[n, n + k] for n in range(whole - k)) / size[: whole - k].sum()),
        }
        for k in range(whole)
        if size[: whole - k].sum()
    ]


def _campaigns(business: Business, tally: Tally) -> dict[str, Any]:
    return {
        campaign.name: _campaign(business, n, tally[f"campaign {n}"])
        for n, campaign in enumerate(CAMPAIGNS)
        if f"campaign {n}" in tally
    }


def _campaign(business: Business, number: int, counts: Any) -> dict[str, Any]:
    campaign = CAMPAIGNS[number]
    everyone = counts.sum()
    moved = counts.sum(axis=1) * np.array([0, 0, 1, -1])
    return {
        "day": business.day(campaign.when), "window": campaign.window,
        "groups": {
            name: {"control": int(counts[n, 0]), "treated": int(counts[n, 1]), "effect": float(np.sign(moved[n]))}
            for n, name in enumerate(EFFECTS)
        },
        "average_effect": float(moved.sum() / everyone) if everyone else None,
    }  # fmt: skip


def _channels(tally: Tally) -> dict[str, Any]:
    return {
        channel.name: {
            "share": channel.share, "churn_factor": channel.churn_factor, "people": int(tally["people"][n]),
            "payers": int(tally["payers"][n]),
            "left_share": float(tally["left_by_channel"][n] / tally["payers"][n]) if tally["payers"][n] else None,
        }
        for n, channel in enumerate(CHANNELS)
    }  # fmt: skip


def _rhythm(tally: Tally) -> dict[str, Any]:
    silent = tally["no_return"] / tally["orders"]
    return {
        "mean_days": float(tally["rhythm"] / tally["orders"]),
        "repeat_share": float(tally["repeaters"] / tally["buyers"]),
        "no_return": [{"days": int(d), "share": float(s)} for d, s in zip(GAP_GRID, silent, strict=True)],
        "return_within": RETURN_WITHIN, "return_chance": RETURN_CHANCE,
        "churn_window": churn_window(silent),
    }  # fmt: skip


def churn_window(silent: Any, within: int = RETURN_WITHIN, chance: float = RETURN_CHANCE) -> int | None:
    """The first day of silence after which a purchase within `within` days is no likelier than `chance`.

    `silent` is the chance of no further purchase on GAP_GRID. P(return within H | silent d) = 1 - S(d+H)/S(d).
    """
    day = np.arange(0, int(GAP_GRID[-1]) - within)
    share = np.interp(np.arange(0, int(GAP_GRID[-1]) + 1), GAP_GRID, silent)
    returns = 1 - share[day + within] / share[day]
    quiet = np.flatnonzero(returns <= chance)
    return int(day[quiet[0]]) if len(quiet) else None


def _nps(tally: Tally) -> dict[str, float]:
    n = int(tally["nps_answers"])
    return {"score": float(100 * tally["nps_expected"] / n), "answers": n}


def _sentences(truths: Truths) -> list[Said]:
    out: list[Said] = []
    hole = truths.biggest_hole
    if hole:
        cause = CAUSE_WORDS[hole["cause"]].said
        phase = next(phase.said for phase in PHASES if phase.name == hole["phase"])
        out.append(
            Said(
                f"Biggest hole: {cause.en}, in {phase.en}: {hole['share']:.0%} of the churn.",
                f"가장 큰 구멍: {phase.ko}의 {cause.ko}, 전체 이탈의 {hole['share']:.0%}입니다.",
            )
        )
    for name, each in ((truths.cause_shares or {}).get("causes") or {}).items():
        said = CAUSE_WORDS[name].said
        out.append(
            Said(f"Cause {said.en}: {each['share']:.1%}.", f"이탈 사유 {said.ko}: {each['share']:.1%}.")
        )
    if truths.survival:
        out.append(_lead(truths))
    out += [
        _effect(name, each) for name, each in truths.campaigns.items() if each["average_effect"] is not None
    ]
    out.append(
        Said(
            f"The leaky channel is {truths.leaky_channel}.",
            f"고객이 가장 많이 새는 유입 경로는 {truths.leaky_channel}입니다.",
        )
    )
    if truths.rhythm and truths.rhythm["churn_window"] is not None:
        out.append(_window(truths.rhythm))
    if truths.nps:
        out.append(Said(f"NPS: {truths.nps['score']:.0f}.", f"NPS: {truths.nps['score']:.0f}."))
    return out


def _lead(truths: Truths) -> Said:
    days, drop = truths.lead["days"], truths.lead["drop"]
    return Said(
        f"Use falls by {drop:.0%} from {days} days before people leave of their own will.",
        f"스스로 떠나는 고객은 이탈 {days}일 전부터 사용량이 {drop:.0%} 줄어듭니다.",
    )


def _effect(name: str, campaign: Mapping[str, Any]) -> Said:
    effect, window = campaign["average_effect"], campaign["window"]
    return Said(
        f"Campaign {name}: {100 * effect:+.1f} points on the share that stays {window} days.",
        f"캠페인 {name}: {window}일 유지율을 평균 {100 * effect:+.1f}%p 바꿉니다.",
    )


def _window(rhythm: Mapping[str, Any]) -> Said:
    return Said(
        f"Churn window of the shop: {rhythm['churn_window']} days without a purchase.",
        f"쇼핑 고객의 이탈 기준: 마지막 구매 뒤 {rhythm['churn_window']}일입니다.",
    )
