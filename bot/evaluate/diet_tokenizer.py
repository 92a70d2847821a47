"""Rasa's default tokenizer, without what it does to Chinese. Imports Rasa: for the peer only."""

from __future__ import annotations

from typing import List

from rasa.nlu.tokenizers.tokenizer import Token
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.training_data.message import Message


class SpaceTokenizer(WhitespaceTokenizer):
    """Splits at spaces and drops nothing."""

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        text = message.get(attribute)
        return self._apply_token_pattern(self._convert_words_to_tokens(text.split(), text))
