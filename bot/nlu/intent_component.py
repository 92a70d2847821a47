"""The intent classifier as a trainable component of Rasa's graph."""

import dataclasses
import time
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.classifier import IntentClassifier
from bot.nlu.finetune import FineTuneConfig
from bot.nlu.understanding import TIMES, intents, since, spoken
from catalog.settings import Settings


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentComponent(GraphComponent):
    """Sets ``intent`` and ``intent_ranking``; what it is not sure of becomes ``nlu_fallback``.

    Its configuration is the fields of ``FineTuneConfig``, and

    threshold
        Confidence below which a message is out of scope; found in training where it is not set.
    out_of_scope
        The intent of the examples that are out of scope.
    """

    @staticmethod
    def required_packages() -> List[str]:
        """Packages that must be there before anything is loaded."""
        return ["onnxruntime", "tokenizers", "safetensors"]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The configuration where ``config.yml`` says nothing else."""
        config = {**dataclasses.asdict(FineTuneConfig()), "targets": list(FineTuneConfig.targets)}
        return {**config, "threshold": None, "out_of_scope": "out_of_scope"}

    def __init__(
        self,
        config: Dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        classifier: Optional[IntentClassifier] = None,
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._classifier = classifier

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "IntentComponent":
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "IntentComponent":
        """Read a trained component from the model archive and warm it up."""
        with model_storage.read_from(resource) as folder:
            classifier = IntentClassifier.load(folder, Settings.from_env())
        classifier.predict(["hello"])
        return cls(config, model_storage, resource, classifier)

    def train(self, training_data: TrainingData) -> Resource:
        """Train on the examples of the intents and keep what was trained."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        fields = {field.name for field in dataclasses.fields(FineTuneConfig)}
        chosen = {name: value for name, value in self._config.items() if name in fields}
        chosen["targets"] = tuple(chosen["targets"])
        self._classifier = IntentClassifier(Settings.from_env(), FineTuneConfig(**chosen)).fit(
            [example.get(TEXT) for example in examples],
            [example.get(INTENT) for example in examples],
            out_of_scope=self._config["out_of_scope"],
        )
        with self._storage.write_to(self._resource) as folder:
            self._classifier.save(folder)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Classify messages; their text becomes the words that count."""
        if self._classifier is None:
            return messages
        for message in messages:
            text = spoken(message.get(TEXT))
            began = time.perf_counter()
            intent, ranking = intents(self._classifier, text, self._config.get("threshold"))
            message.set(TIMES, {"intent": since(began)})
            message.set(TEXT, text)
            message.set(INTENT, intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
