"""(being written)"""


def evaluate_usenet(*a):
    return {}
