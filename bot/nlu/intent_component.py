"""The intent classifier as a trainable component of Rasa's graph."""

import dataclasses
import time
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.classifier import IntentClassifier
from bot.nlu.tagging.annotations import annotated_texts
from bot.nlu.training.config import TrainConfig
from bot.nlu.understanding import PARTS, TIMES, Meaning, meaning, since, spoken
from catalog.settings import ROOT, Settings

#: The slot in which the actions keep what the assistant did, and its key there.
MEMORY_SLOT, ACT = "history", "act"
#: What was before the first message.
START = "start"
#: Where runs are recorded for TensorBoard, under the home folder.
RUNS = "runs"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class IntentComponent(GraphComponent):
    """Sets ``intent`` and ``intent_ranking``; what it is not sure of becomes ``nlu_fallback``.

    Its configuration is the fields of ``TrainConfig``, and

    threshold
        Confidence below which a message is out of scope; found in training where it is not set.
    out_of_scope
        The intent of the examples that are out of scope.
    spans
        Folder with ``<language>/spans.yml``, from which the roles of words are learned, relative
        to the project; none are told where it is empty.
    """

    @staticmethod
    def required_packages() -> List[str]:
        """Packages that must be there before anything is loaded."""
        return ["onnxruntime", "tokenizers", "safetensors"]

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """The configuration where ``config.yml`` says nothing else."""
        config = {**dataclasses.asdict(TrainConfig()), "targets": list(TrainConfig.targets)}
        return {**config, "threshold": None, "out_of_scope": "out_of_scope", "spans": ""}

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
        settings = Settings.from_env()
        board = self._config["board"] or str(settings.home / RUNS / time.strftime("%Y%m%d-%H%M%S"))
        config = TrainConfig.of({**self._config, "board": board})
        spans = self._config["spans"]
        self._classifier = IntentClassifier(settings, config).fit(
            [example.get(TEXT) for example in examples],
            [example.get(INTENT) for example in examples],
            after=[said_after(example) for example in examples],
            annotated=annotated_texts(ROOT / spans, config.seed) if spans else (),
            out_of_scope=self._config["out_of_scope"],
        )
        with self._storage.write_to(self._resource) as folder:
            self._classifier.save(folder)
        return self._resource

    def process(
        self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None
    ) -> List[Message]:
        """Classify messages; their text becomes the words that count."""
        if self._classifier is None:
            return messages
        for message in messages:
            text = spoken(message.get(TEXT))
            began = time.perf_counter()
            found = meaning(self._classifier, text, act_before(tracker), self._config["threshold"])
            message.set(TIMES, {"intent": since(began)})
            message.set(TEXT, text)
            message.set(INTENT, found.intent, add_to_output=True)
            message.set(INTENT_RANKING_KEY, found.ranking, add_to_output=True)
            message.set(PARTS, said(found))
        return messages


def said_after(example: Message) -> str:
    """What the assistant did before an example, where its metadata say it."""
    metadata = (example.get(METADATA) or {}).get("example") or {}
    return str(metadata.get("after") or "") if isinstance(metadata, dict) else ""


def act_before(tracker: Optional[DialogueStateTracker]) -> str:
    """What the assistant did just before; nothing where no conversation is known."""
    if tracker is None:
        return ""
    memory = tracker.get_slot(MEMORY_SLOT)
    return str((memory or {}).get(ACT) or START)


def said(found: Meaning) -> Dict[str, Any]:
    """What the actions are told of a meaning besides its intent."""
    out: Dict[str, Any] = {}
    if found.parts:
        out["intents"] = [dataclasses.asdict(part) for part in found.parts]
    if found.between:
        out["between"] = list(found.between)
    if found.roles:
        out["roles"] = [role.to_json() for role in found.roles]
    return out
