"""The detector that a shop's conversations are followed with."""

from __future__ import annotations

from pathlib import Path

from actions.interest.drift.detector import DriftDetector
from actions.interest.drift.of_index import by_departments
from actions.interest.drift.stored import read_model
from catalog.index import CatalogueIndex


def detector_for(folder: Path, index: CatalogueIndex) -> DriftDetector:
    """The trained detector in a folder; where there is none, one of the catalogue's departments.

    Products are named to it by ``DriftDetector.position``; for one that is not there it takes the
    index's vector, where the detector was trained over an index.
    """
    return DriftDetector(read_model(folder) or by_departments(index))
