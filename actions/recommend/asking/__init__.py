"""Ask or recommend: what the shopper is after as a distribution over products, and the next move.

`Attributes` is built once of a catalogue, a `Belief` once of a conversation; `next_move` says
whether to recommend now or what to ask. Nothing here knows of dialogues, texts or stores.
"""
