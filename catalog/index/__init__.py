"""The catalogue's index: facets, vectors and words of every product, built and read as files."""

from catalog.index.catalogue import CatalogueIndex
from catalog.index.manifest import Manifest, verify

__all__ = ["CatalogueIndex", "Manifest", "verify"]
