"""A BERT of two layers and a few words, and messages that it can learn to tell apart."""

from __future__ import annotations

from pathlib import Path

from catalog.encoders.base import BaseEncoder, load_base
from catalog.settings import Settings

WORDS = (
    "<s> <pad> </s> <unk> query : ( ) . , ! red blue green dress shoes bag hat show find me want "
    "buy a the where is my order parcel late track it hello hi good morning evening there and you "
    "买 红 裙 子 单 到 了 吗 哪 好 你"
).split()
DIM = 32

#: Label → messages; those of ``CHECK`` have the same words in other combinations.
TEXTS = {
    "find": [
        "show me red shoes",
        "find me a blue hat",
        "i want a green dress",
        "buy bag",
        "买裙子",
    ],
    "order": ["where is my order", "my parcel is late", "track my order", "parcel", "单到了吗"],
    "greet": ["hello", "hi good morning", "good evening there", "hi you", "你好"],
}
CHECK = {
    "find": ["find a red dress", "show me a blue bag", "buy a hat"],
    "order": ["where is my parcel", "track my parcel", "is my order late"],
    "greet": ["hello there", "good morning", "hello good evening"],
}


def examples(texts: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """All messages, and the label of each."""
    return (
        [text for group in texts.values() for text in group],
        [label for label, group in texts.items() for _text in group],
    )


def toy_settings(folder: Path) -> Settings:
    """Write the encoder into ``folder``; settings that have it in use. Imports torch."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(WORDS)}, "<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=DIM,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=2 * DIM,
        max_position_embeddings=64,
        pad_token_id=1,
    )
    model = BertModel(config)
    # Words that lie far apart can be told apart as soon as they are read.
    torch.nn.init.normal_(model.embeddings.word_embeddings.weight)
    weights = folder / "toy"
    model.save_pretrained(weights)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<unk>", pad_token="<pad>"
    ).save_pretrained(weights)
    return Settings(home=folder / "home", encoder=str(weights))


def toy_encoder(folder: Path) -> BaseEncoder:
    """The encoder, as training takes it."""
    return load_base(toy_settings(folder), lambda _said: None)
