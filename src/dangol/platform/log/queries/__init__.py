"""What can be asked of the log?"""

from dangol.platform.log.queries.opening import opened, position
from dangol.platform.log.queries.recent import recent
from dangol.platform.log.queries.refused import RefusedView, refused, refused_counts
from dangol.platform.log.queries.schemas import Freshness, SchemaView, SourceFreshness, freshness, schemas
from dangol.platform.log.queries.sources import SourceView, source, sources
from dangol.platform.log.queries.timeline import timeline

__all__ = [
    "Freshness",
    "RefusedView",
    "SchemaView",
    "SourceFreshness",
    "SourceView",
    "freshness",
    "opened",
    "position",
    "recent",
    "refused",
    "refused_counts",
    "schemas",
    "source",
    "sources",
    "timeline",
]
