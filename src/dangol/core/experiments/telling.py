"""How is a readout told from top to bottom? The verdict first, then everything that it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dangol.core.experiments.readout import Effect, Readout
from dangol.core.experiments.wording import (
    counts_said,
    difference_said,
    effect_said,
    interval_said,
    loss_said,
    p_said,
    percent_said,
)
from dangol.core.language import Said
from dangol.core.stats.capping import Cap
from dangol.core.stats.sequential import TUNED_AT


def sentences(readout: Readout, brought: Sequence[Said] = (), caps: Sequence[Cap] = ()) -> Iterable[Said]:
    """The whole readout, in sentences. A blocked one says no effect: it would be read all the same."""
    yield readout.verdict.said
    yield readout.verdict.next
    if readout.verdict.ruling != "blocked":
        yield from _effects_told(readout)
        yield from brought
        yield from _segments_told(readout)
    yield from _footing(readout)
    yield from (_cap(each) for each in caps)
    yield from readout.notes


def _effects_told(readout: Readout) -> Iterable[Said]:
    if readout.main is not None:
        yield from _main_told(readout.main)
    for effect in (*readout.effects[1:], *readout.guardrails):
        yield effect_told(effect)


def _main_told(effect: Effect) -> Iterable[Said]:
    if effect.relative is not None:
        relative = percent_said(effect.relative)
        yield Said(
            f"Against {effect.control} that is {relative.en}.", f"{effect.control} 대비 {relative.ko}입니다."
        )
    if effect.belief is not None:
        chance, loss = _chance_said(_wanted(effect)), loss_said(effect.outcome, _loss(effect))
        yield Said(
            f"The chance that it is better is {chance.en}; choosing it would lose {loss.en} a unit on average.",
            f"더 나을 확률은 {chance.ko}이고, 골랐을 때의 평균 손실은 하나당 {loss.ko}입니다.",
        )
    if effect.cut is not None:
        yield Said(
            f"What was known before the start took {100 * effect.cut:.2f}% of the variance away.",
            f"시작 전에 알던 것으로 분산이 {100 * effect.cut:.2f}% 줄었습니다.",
        )


def effect_told(effect: Effect) -> Said:
    """One effect with whether it is proven."""
    said, word = effect_said(effect), _proof(effect)
    return Said(f"{said.en} {word.en}", f"{said.ko} {word.ko}")


def _proof(effect: Effect) -> Said:
    if not effect.is_proven:
        return Said("Not proven.", "확인되지 않았습니다.")
    return Said("A gain.", "좋아졌습니다.") if effect.is_good else Said("A loss.", "나빠졌습니다.")


def _segments_told(readout: Readout) -> Iterable[Said]:
    for each in readout.segments:
        change = difference_said(each.effect.outcome, each.effect.difference.value)
        around, word = interval_said(each.effect.outcome, each.effect.difference), _proof(each.effect)
        yield Said(
            f"{each.segment} {each.value}, {each.effect.arm}: {change.en} ({around.en}). {word.en}",
            f"{each.segment} {each.value}, {each.effect.arm}: {change.ko}({around.ko}). {word.ko}",
        )


def _footing(readout: Readout) -> Iterable[Said]:
    """What the figures rest on."""
    if readout.verdict.ruling != "blocked":
        if readout.srm is not None:
            counts, p_value = counts_said(readout.srm.counts), p_said(readout.srm.p_value)
            yield Said(
                f"The arms have the sizes that were planned: {counts} ({p_value}).",
                f"실험군의 크기는 계획한 비율과 맞습니다: {counts}({p_value}).",
            )
        yield _looks_said(readout)
    yield from _left_out(readout)


def _looks_said(readout: Readout) -> Said:
    if readout.looks == "once":
        return Said(
            "The intervals hold only if this day was fixed before the start.",
            "이 구간은 보는 날을 시작 전에 정해 둔 경우에만 성립합니다.",
        )
    tuned = readout.main.tuned_at if readout.main else TUNED_AT
    return Said(
        f"The intervals hold on whatever day you look, and however often; they are narrowest about {tuned:,} units.",
        f"이 구간은 언제, 몇 번을 보더라도 성립하며, 대상이 {tuned:,}일 때 가장 좁습니다.",
    )


def _left_out(readout: Readout) -> Iterable[Said]:
    unknown = sum(
        each.unknown_count for effect in readout.effects[:1] for each in (effect.treated, effect.untreated)
    )
    if unknown:
        yield Said(
            f"The outcome of {unknown:,} units is not known; they are left out.",
            f"결과를 알 수 없는 {unknown:,}건은 뺐습니다.",
        )
    if readout.excluded_count:
        yield Said(
            f"{readout.excluded_count:,} units were in several arms once their identities were merged; they are left out.",
            f"신원을 합친 뒤 여러 실험군에 속하게 된 {readout.excluded_count:,}건은 뺐습니다.",
        )
    if readout.waiting_count:
        yield Said(
            f"The horizon of {readout.waiting_count:,} units is not over yet; they are not counted.",
            f"관찰 기간이 끝나지 않은 {readout.waiting_count:,}건은 아직 세지 않았습니다.",
        )


def _cap(cap: Cap) -> Said:
    return Said(
        f"Values of {cap.column} above {cap.limit:,.2f} count as that; it touches {cap.touched_count:,} units.",
        f"{cap.column} 값은 {cap.limit:,.2f}까지만 셉니다. {cap.touched_count:,}건이 해당합니다.",
    )


def _chance_said(chance: float) -> Said:
    """A probability that is never said to be certain."""
    if chance > 0.999:
        return Said("above 99.9%", "99.9% 이상")
    if chance < 0.001:
        return Said("below 0.1%", "0.1% 미만")
    return Said(f"{100 * chance:.1f}%", f"{100 * chance:.1f}%")


def _wanted(effect: Effect) -> float:
    chance = effect.belief.chance_to_win if effect.belief else 0.0
    return chance if effect.outcome.better == "up" else 1 - chance


def _loss(effect: Effect) -> float:
    if effect.belief is None:
        return 0.0
    if effect.outcome.better == "up":
        return effect.belief.expected_loss
    return effect.belief.expected_loss_of_staying
