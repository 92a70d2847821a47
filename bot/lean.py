"""Rasa without what costs most and serves nothing.

Serving a model, Rasa imports TensorFlow for two helpers of its own training loops, and every
component it has for a check of training data. That takes several seconds and 400 MB a process.
Where no component of a model is built on TensorFlow, those modules are replaced by placeholders
before Rasa is imported.

Rasa compares each answer of the action server with a JSON schema, and that schema with the schema
of schemas, each time anew: two thirds of the time of a turn. The schema is compiled once instead.
"""

from __future__ import annotations

import json
import sys
import tarfile
from pathlib import Path
from types import ModuleType
from typing import Any

METADATA = "metadata.json"
#: Modules of Rasa's components that compute with TensorFlow when they serve.
BUILT_ON_TENSORFLOW = (
    "rasa.nlu.classifiers.diet_classifier",
    "rasa.nlu.featurizers.dense_featurizer.convert_featurizer",
    "rasa.nlu.featurizers.dense_featurizer.lm_featurizer",
    "rasa.nlu.selectors.response_selector",
    "rasa.core.policies.ted_policy",
    "rasa.core.policies.unexpected_intent_policy",
)
#: What Rasa's training loops derive from Keras, and the check of training data that a model's
#: metadata names.
PLACEHOLDERS = {
    "rasa.utils.tensorflow.callback": ("RasaTrainingLogger", "RasaModelCheckpoint"),
    "rasa.utils.tensorflow.data_generator": ("RasaBatchDataGenerator",),
    "rasa.graph_components.validators.default_recipe_validator": ("DefaultV1RecipeValidator",),
}


def needs_tensorflow(archive: Path) -> bool:
    """Whether a component of a trained model computes with TensorFlow."""
    with tarfile.open(archive) as tar:
        for member in tar:
            if Path(member.name).name == METADATA:
                stream = tar.extractfile(member)
                assert stream is not None
                nodes = json.load(stream)["predict_schema"]["nodes"].values()
                return any(node["uses"].startswith(BUILT_ON_TENSORFLOW) for node in nodes)
    return True


def leave_tensorflow_out() -> None:
    """Put placeholders where Rasa would import TensorFlow; before Rasa is imported."""
    for name, classes in PLACEHOLDERS.items():
        module = ModuleType(name, "Not needed for serving.")
        for class_name in classes:
            setattr(module, class_name, type(class_name, (), {"__module__": name}))
        sys.modules[name] = module


def check_answers_quickly() -> None:
    """Have Rasa check the action server's answers against a schema that is compiled once."""
    from jsonschema import Draft202012Validator
    from rasa.core.actions.action import RemoteAction

    validator = Draft202012Validator(RemoteAction.action_response_format_spec())

    def validate(_action: RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    RemoteAction._validate_action_result = validate
