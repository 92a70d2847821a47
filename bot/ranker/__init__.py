"""The text ranker: the encoder, fine-tuned on what shoppers took after what they said."""
