"""What can be asked of the log?"""

from dangol.platform.log.queries.opening import opened, position
from dangol.platform.log.queries.sources import SourceView, source, sources
from dangol.platform.log.queries.timeline import timeline

__all__ = ["SourceView", "opened", "position", "source", "sources", "timeline"]
