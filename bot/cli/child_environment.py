"""The environment that servers are started in."""

from __future__ import annotations

import os
from dataclasses import fields

from bot.launch import HOST
from catalog.settings import FOREIGN, PREFIX, Settings

#: One thread a server: several of them fighting for two cores take longer than one.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
    "TOKENIZERS_PARALLELISM": "false",
    "RASA_TELEMETRY_ENABLED": "false",
    "SANIC_HOST": HOST,
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "PYTHONUNBUFFERED": "1",
    "PYTHONWARNINGS": "ignore",
}


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of a server: ours, all settings made explicit, one thread, no telemetry."""
    others = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX) or k in FOREIGN}
    environment = {**ENVIRONMENT, **others, "SANIC_HOST": HOST}
    for setting in fields(settings):
        environment[PREFIX + setting.name.upper()] = str(getattr(settings, setting.name) or "")
    environment[f"{PREFIX}SHOP"] = str(settings.shop_dir)
    # Reading the sources of TensorFlow anew at each start takes ten seconds.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment
