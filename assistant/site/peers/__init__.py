"""What two published methods say of the same site, to set beside our own rating."""

from __future__ import annotations

from assistant.site.peers.duckduckgo import DuckDuckGoGrade, DuckDuckGoGrades, duckduckgo_grade
from assistant.site.peers.observatory import (
    Cookie,
    Headers,
    ObservatoryScore,
    ObservatoryTest,
    Script,
    observatory_score,
)

__all__ = [
    "Cookie",
    "DuckDuckGoGrade",
    "DuckDuckGoGrades",
    "Headers",
    "ObservatoryScore",
    "ObservatoryTest",
    "Script",
    "duckduckgo_grade",
    "observatory_score",
]
