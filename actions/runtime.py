"""The one place where an action server's parts are made and wired."""

from __future__ import annotations

import logging
import threading
from typing import Optional

from actions.interest.known import KnownShoppers, shopper_model, trained_when, words_opinion
from actions.replies.texts import Texts
from actions.service.faq import ShopFaq
from actions.stages import measured, stage
from actions.turn.context import Context
from actions.turn.model import TurnInput, TurnOutput
from actions.turn.service import TurnService
from actions.turn.taken import TakenTurns
from catalog.encoders.text import TextEncoder, load_text_encoder
from catalog.errors import ShoptalkError
from catalog.index import CatalogueIndex
from catalog.rules.stored import RulesFollower
from catalog.settings import Settings
from catalog.shop import Shop

log = logging.getLogger(__name__)


class Runtime:
    """One open shop with its encoder; follows the index, the rules and what was trained."""

    def __init__(self, settings: Settings, encoder: Optional[TextEncoder] = None) -> None:
        self._shop = Shop.open(settings.shop_dir)
        self._texts = Texts.load()
        self._index = CatalogueIndex.open(self._shop)
        self._settings = settings
        self._encoder = encoder or self._encoder_of(self._index)
        self._follower = RulesFollower(self._shop.path)
        self._rules = self._follower.current()
        self._refused = ""
        """The build whose encoder could not be opened."""
        self._lock = threading.Lock()
        self._trained = trained_when(self._shop, settings)
        self._shoppers = self._known()
        self._faq = ShopFaq(self._shop, self._encoder)
        self._service = self._wire()
        self._taken = TakenTurns(self._shop.path)

    @property
    def context(self) -> Context:
        """The open shop."""
        return self._service.context

    def handle(self, turn: TurnInput) -> TurnOutput:
        """Answer one message and log its events; once, where a channel has named it."""
        with measured() as stages, stage("turn"):
            output = self._taken.output(turn.conversation_id, turn.key) if turn.key else None
            if output is None:
                output = self.answer(turn)
                if turn.key:
                    self._taken.keep(turn.conversation_id, turn.key, output)
            if output.events:
                with stage("log"):
                    self._shop.store.append_events(output.events)
                    self._shoppers.keep(turn.shopper_id)
        return output.timed({**turn.understanding_ms, **stages})

    def answer(self, turn: TurnInput) -> TurnOutput:
        """Answer one message and log nothing."""
        self._follow()
        return self._service.handle(turn)

    def warm_up(self) -> None:
        """Run one search, so that the first shopper does not wait for lazy loading."""
        self._encoder.encode_queries(["warm up"])
        self.context.index.words.search("warm up", 1)
        self._faq.warm_up()

    def _wire(self) -> TurnService:
        asks = self._settings.questions
        return TurnService(
            Context.of(
                self._shop,
                self._index,
                self._encoder,
                self._texts,
                self._rules,
                asks=asks,
                shoppers=self._shoppers,
                faq=self._faq,
            )
        )

    def _known(self) -> KnownShoppers:
        """What is known of shoppers, as the index and the log have taught it."""
        opinion = words_opinion(self._settings, self._shop.store)
        return KnownShoppers(self._shop.store, shopper_model(self._shop, self._index), opinion)

    def _encoder_of(self, index: CatalogueIndex) -> TextEncoder:
        return load_text_encoder(
            self._settings, fingerprint=index.manifest.encoder, ranker=self._shop.ranker_dir
        )

    def _with_its_encoder(self, newer: CatalogueIndex) -> Optional[CatalogueIndex]:
        """The index, with its encoder opened; None where there is none: the old one serves on."""
        if newer.manifest.build == self._refused:
            return None
        try:
            self._encoder = self._encoder_of(newer)
            self._faq = ShopFaq(self._shop, self._encoder)
        except ShoptalkError as error:
            log.warning("The newer index is left alone: %s", error)
            self._refused = newer.manifest.build
            return None
        return newer

    def _follow(self) -> None:
        """Take over a newer index, newer rules or a newer drift detector, where there are some."""
        with self._lock:
            newer, rules = self._index.reload_if_changed(), self._follower.current()
            if newer is not None and newer.manifest.encoder != self._index.manifest.encoder:
                newer = self._with_its_encoder(newer)
            trained = trained_when(self._shop, self._settings)
            learned = newer is not None or trained != self._trained
            if learned or rules is not self._rules:
                self._index, self._rules, self._trained = newer or self._index, rules, trained
                if learned:
                    self._shoppers = self._known()
                self._service = self._wire()


_current: Optional[Runtime] = None
_making = threading.Lock()


def current() -> Runtime:
    """The runtime of this process, made at first use from the environment's settings."""
    global _current
    with _making:
        if _current is None:
            _current = Runtime(Settings.from_env())
        return _current


def warm_up() -> None:
    """Make the runtime and load everything a turn needs; called when the server starts."""
    current().warm_up()
