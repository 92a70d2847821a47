"""The request extractor as a component of Rasa's graph."""

import time
from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from actions.request.roles import Role
from bot.action_calls import sign_action_calls
from bot.nlu.shop_vocabulary import ShopVocabulary
from bot.nlu.understanding import PARTS, TIMES, request, since, spoken
from catalog.settings import Settings

#: The key of ``latest_message`` under which actions find what the message asks for.
KEY = "shoptalk"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class RequestComponent(GraphComponent):
    """Sets ``shoptalk``: language, changes of the request, and the words that are left over.

    The words it knows are those of the shop in use, so that one trained model serves any shop.
    """

    def __init__(self, vocabulary: Optional[ShopVocabulary] = None) -> None:
        self._vocabulary = vocabulary or ShopVocabulary(Settings.from_env().shop_dir)

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "RequestComponent":
        """Make the component."""
        return cls()

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "RequestComponent":
        """Make the component ready to answer."""
        sign_action_calls(Settings.from_env())
        component = cls()
        component.process([Message.build("hello")])
        return component

    def process(self, messages: List[Message]) -> List[Message]:
        """Extract what each message asks for; its text becomes the words that count."""
        for message in messages:
            text = spoken(message.get(TEXT))
            message.set(TEXT, text)
            began = time.perf_counter()
            parts = message.get(PARTS) or {}
            roles = [Role.from_json(role) for role in parts.get("roles", ())]
            asked = request(text, self._vocabulary.current(), roles)
            times = {**(message.get(TIMES) or {}), "request": since(began)}
            message.set(KEY, {**asked, **parts, "ms": times}, add_to_output=True)
        return messages
