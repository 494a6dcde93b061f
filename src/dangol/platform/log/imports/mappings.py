"""What did the user say of columns like these before? Mappings are remembered for each source, by its headings."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from dangol.core.engine.files.headings import plain
from dangol.core.errors import DangolError
from dangol.platform.log.imports.models import Import
from dangol.platform.log.imports.reading import Looked, look
from dangol.platform.log.models import Source


def remembered(draft: Import) -> tuple[str, dict[str, str]]:
    """The noun and mapping said last of files with these headings; empty when there was none."""
    kept = draft.source.settings.get("mappings", {})
    told = kept.get(signature(_looked(draft.paths)), {}) if kept else {}
    return told.get("noun", ""), told.get("mapping", {})


def remember(found: Import) -> None:
    """Keep what was said, for the next files of the source with the same headings."""
    if not (found.noun or found.mapping):
        return
    key = signature(_looked(found.paths))
    source = Source.objects.get(pk=found.source_id)
    kept = {**source.settings.get("mappings", {}), key: {"noun": found.noun, "mapping": found.mapping}}
    Source.objects.filter(pk=source.pk).update(settings={**source.settings, "mappings": kept})


def signature(tables: Sequence[Looked]) -> str:
    """A name for tables with these headings, whatever their order and rows."""
    text = "\n".join(sorted(",".join(sorted(map(plain, table.headings))) for table in tables))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _looked(paths: Sequence[str]) -> list[Looked]:
    try:
        return look(paths, {})
    except DangolError:
        return []
