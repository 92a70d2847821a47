"""WeChat Official Account, in plain and in safe mode."""
