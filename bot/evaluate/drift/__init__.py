"""DriftSplice: how soon a change of interest is noticed, and how seldom one that was none."""
