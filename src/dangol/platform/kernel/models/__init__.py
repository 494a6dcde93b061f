"""Which tables does the machine room keep?"""

from dangol.platform.kernel.models.audit import AuditEntry
from dangol.platform.kernel.models.business import Business
from dangol.platform.kernel.models.hours import OpenHours
from dangol.platform.kernel.models.machine import Cursor, Effect, Lease, Setback, Worker

__all__ = ["AuditEntry", "Business", "Cursor", "Effect", "Lease", "OpenHours", "Setback", "Worker"]
