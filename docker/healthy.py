"""Ends with 0 where a server answers as it should, for HEALTHCHECK: ``python healthy.py URL``."""

from __future__ import annotations

import sys
import urllib.request

SECONDS = 4


def main(url: str) -> int:
    """Ask once; what is wrong goes to standard error."""
    try:
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            return 0 if answer.status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
