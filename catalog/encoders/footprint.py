"""What an encoder costs a server: memory, time to load, time of one message.

Run as a program in a process of its own, so that nothing else is in the figures:
``python -m catalog.encoders.footprint`` measures the encoder of the environment's settings.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time

import psutil

from catalog.encoders.base import load_base
from catalog.encoders.convert import TOKENIZER
from catalog.encoders.text import OnnxTextEncoder, exported
from catalog.errors import ShoptalkError
from catalog.settings import PREFIX, ROOT, Settings

#: Twelve tokens with the query's prefix and the two at the ends.
MESSAGE = "a red dress for the summer wedding"
RUNS, WARM = 200, 20
MEGA = 1e6


def measure(settings: Settings) -> dict[str, float]:
    """Figures of the int8 encoder in this process, which should hold nothing else.

    Returns
    -------
    dict
        ``size_mb`` of the files a server reads; ``memory_mb``, what the process holds alone after
        loading and some messages beyond what its libraries take; ``rss_mb``, the same with the
        pages that processes share; ``load_s``; ``ms_p50`` of one message of twelve tokens on one
        thread.
    """
    process = psutil.Process()
    before = process.memory_full_info()
    began = time.perf_counter()
    base = load_base(settings)
    encoder = OnnxTextEncoder(base)
    encoder.encode_queries([MESSAGE])
    load = time.perf_counter() - began
    times = []
    for _ in range(WARM + RUNS):
        began = time.perf_counter()
        encoder.encode_queries([MESSAGE])
        times.append(time.perf_counter() - began)
    after = process.memory_full_info()
    table = base.words.size * base.words.dim * 2
    files = [base.onnx_path, base.folder / TOKENIZER]
    return {
        "size_mb": round((table + sum(path.stat().st_size for path in files)) / MEGA, 1),
        "memory_mb": round((after.uss - before.uss) / MEGA, 1),
        "rss_mb": round((after.rss - before.rss) / MEGA, 1),
        "load_s": round(load, 2),
        "ms_p50": round(statistics.median(times[WARM:]) * 1e3, 2),
    }


def measure_apart(settings: Settings) -> dict[str, float]:
    """The same in a process of its own.

    Raises
    ------
    ShoptalkError
        Where that process fails.
    """
    exported(load_base(settings))
    own = ("home", "encoder", "vocabulary")
    given = {PREFIX + name.upper(): str(getattr(settings, name)) for name in own}
    done = subprocess.run(
        [sys.executable, "-m", "catalog.encoders.footprint"],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **given},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ShoptalkError(f"The encoder could not be measured: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)


if __name__ == "__main__":
    print(json.dumps(measure(Settings.from_env())))
