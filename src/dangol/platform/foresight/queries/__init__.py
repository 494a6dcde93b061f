"""What is foreseen? The list of customers at risk, one customer, the models with their cards, warnings, health."""

from dangol.platform.foresight.queries.at_risk import ORDERS, at_risk, lines_for_export, total
from dangol.platform.foresight.queries.health import accounts_health, health_counts, health_reason
from dangol.platform.foresight.queries.models import came, card_of, drift_of, method, model, models
from dangol.platform.foresight.queries.risk import closings, owners, risk_of
from dangol.platform.foresight.queries.warnings import warning_counts, warnings
from dangol.platform.foresight.views import (
    BAND_NAMES,
    BANDS,
    HEALTH_BANDS,
    KIND_NAMES,
    REASONS,
    STATE_NAMES,
    ClosingView,
    HealthView,
    Method,
    ModelView,
    PointView,
    ReasonView,
    RiskLine,
    RiskPage,
    RiskTotal,
    RiskView,
    WarningView,
)

__all__ = [
    "BANDS",
    "BAND_NAMES",
    "HEALTH_BANDS",
    "KIND_NAMES",
    "ORDERS",
    "REASONS",
    "STATE_NAMES",
    "ClosingView",
    "HealthView",
    "Method",
    "ModelView",
    "PointView",
    "ReasonView",
    "RiskLine",
    "RiskPage",
    "RiskTotal",
    "RiskView",
    "WarningView",
    "accounts_health",
    "at_risk",
    "came",
    "card_of",
    "closings",
    "drift_of",
    "health_counts",
    "health_reason",
    "lines_for_export",
    "method",
    "model",
    "models",
    "owners",
    "risk_of",
    "total",
    "warning_counts",
    "warnings",
]
