"""How is a broken rhythm said? One sentence with the customer's own numbers, and nothing that sounds like a cause."""

from __future__ import annotations

from dangol.core.language import Said


def days_said(usual_a_week: float, recent: int, window_days: int) -> Said:
    """Active days: usual number a week, and those of the window.

    >>> days_said(5.02, 1, 14).en
    'Usually active 5 days a week; 1 day in the last 14.'
    """
    usual = _short(usual_a_week)
    return Said(
        f"Usually active {_count(usual, 'day')} a week; {_count(str(recent), 'day')} in the last {window_days}.",
        f"보통 일주일에 {usual}일 이용했는데, 최근 {window_days}일 동안 이용한 날은 {recent}일입니다.",
    )


def visits_said(usual_a_week: float, recent: int, window_days: int) -> Said:
    """Visits: what is usual in so many days, and what came."""
    usual = f"{usual_a_week * window_days / 7:.0f}"
    return Said(
        f"Usually about {_count(usual, 'visit')} in {window_days} days; {recent} in the last {window_days}.",
        f"보통 {window_days}일에 {usual}번쯤 이용했는데, 최근 {window_days}일에는 {recent}번입니다.",
    )


def overdue_said(unit: str, usual_gap: float, silent_days: int) -> Said:
    """Silence: the usual gap, and the days since.

    >>> overdue_said("purchases", 21.2, 55).ko
    '보통 21일마다 구매했는데, 지금 마지막 구매 뒤 55일째입니다.'
    """
    gap = _short(usual_gap)
    if unit == "purchases":
        return Said(
            f"Usually buys every {_count(gap, 'day')}; now {silent_days} days since the last purchase.",
            f"보통 {gap}일마다 구매했는데, 지금 마지막 구매 뒤 {silent_days}일째입니다.",
        )
    return Said(
        f"Usually comes every {_count(gap, 'day')}; now {silent_days} days since the last visit.",
        f"보통 {gap}일마다 이용했는데, 지금 마지막 이용 뒤 {silent_days}일째입니다.",
    )


def _short(value: float) -> str:
    """One digit after the point below ten, where it is not 0."""
    return f"{value:.0f}" if value >= 10 or abs(value - round(value)) < 0.05 else f"{value:.1f}"


def _count(number: str, noun: str) -> str:
    return f"{number} {noun}" if number == "1" else f"{number} {noun}s"
