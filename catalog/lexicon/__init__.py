"""The bilingual lexicon: what things in shops are called in English and Chinese."""

from catalog.lexicon.lexicon import Concept, Lexicon

__all__ = ["Concept", "Lexicon"]
