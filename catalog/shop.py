"""A shop: one folder with its settings, store, indexes and models."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Mapping, Optional

from catalog.errors import ShoptalkError
from catalog.store import Store

SETTINGS_FILE = "shop.json"
STORE_FILE = "store.sqlite3"


@dataclass(frozen=True)
class ShopSettings:
    """What a merchant sets for one shop; kept in ``shop.json``."""

    name: str
    currency: str = ""
    """ISO 4217 code that prices are told in; empty until products with prices are imported."""
    languages: tuple[str, ...] = ()
    """Languages of the catalogue's texts, the main one first."""
    synthetic: bool = False
    """Whether the products are made up, as in the demo shop."""
    rates: Mapping[str, str] = field(default_factory=dict)
    """Currency → decimal text: units of the shop's currency for one unit of the other."""
    database: str = ""
    """Database URL; empty for a SQLite file in the shop's folder."""
    long_tail: float = 0.01
    """Share of the lists' quality (nDCG) that showing seldom taken products may cost, where that
    was learned from events; 0 for none."""

    @classmethod
    def from_json(cls, data: Any, source: str) -> ShopSettings:
        """Check and take over what is in ``shop.json``.

        Raises
        ------
        ShoptalkError
            For a key that does not exist or a value of the wrong form.
        """
        names = [f.name for f in fields(cls)]
        if not isinstance(data, dict) or not isinstance(data.get("name"), str):
            raise ShoptalkError(f'{source} must be a JSON object with at least a "name".')
        for key in data:
            if key not in names:
                raise ShoptalkError(f"{source} has the key {key!r}; it may have {names}.")
        rates = data.get("rates", {})
        if not isinstance(rates, dict):
            raise ShoptalkError(f'{source}: "rates" must be like {{"USD": "7.2"}}.')
        for currency, rate in rates.items():
            if not _is_rate(rate):
                raise ShoptalkError(
                    f"{source}: the rate of {currency} must be a number above zero, not {rate!r}."
                )
        budget = data.get("long_tail", cls.long_tail)
        if not isinstance(budget, (int, float)) or not 0 <= budget < 1:
            raise ShoptalkError(
                f'{source}: "long_tail" must be a share from 0 to 1, as 0.01, not {budget!r}.'
            )
        return cls(
            name=data["name"],
            currency=str(data.get("currency", "")).upper(),
            languages=tuple(data.get("languages", ())),
            synthetic=bool(data.get("synthetic", False)),
            rates={str(c).upper(): str(r) for c, r in rates.items()},
            database=str(data.get("database", "")),
            long_tail=float(budget),
        )


class Shop:
    """A folder with everything of one shop; use ``open``, ``create`` or ``prepare``."""

    def __init__(self, path: Path, settings: ShopSettings, saved: bool) -> None:
        self.path = path
        self.settings = settings
        self._saved = saved
        self._store: Optional[Store] = None

    @classmethod
    def exists(cls, path: Path) -> bool:
        """Whether there is a shop at ``path``."""
        return (Path(path) / SETTINGS_FILE).is_file()

    @classmethod
    def open(cls, path: Path) -> Shop:
        """Open the shop at ``path``.

        Raises
        ------
        ShoptalkError
            Where there is none, or its settings are wrong.
        """
        path = Path(path)
        file = path / SETTINGS_FILE
        try:
            data = json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise ShoptalkError(
                f"No shop at {path}: import products first with "
                f"`shoptalk import products FILE --shop {path}`."
            ) from None
        except OSError as error:
            raise ShoptalkError(f"{file} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise ShoptalkError(f"{file} is not valid JSON ({error}): put it right.") from error
        return cls(path, ShopSettings.from_json(data, str(file)), saved=True)

    @classmethod
    def prepare(cls, path: Path, *, name: str = "", **settings: Any) -> Shop:
        """The shop at ``path``, or a new one of which nothing is written before ``save``."""
        path = Path(path)
        if cls.exists(path):
            return cls.open(path)
        return cls(path, ShopSettings(name=name or path.name, **settings), saved=False)

    @classmethod
    def create(cls, path: Path, *, name: str = "", **settings: Any) -> Shop:
        """Make a new shop; ``settings`` are fields of ``ShopSettings``.

        Raises
        ------
        ShoptalkError
            Where there is one already.
        """
        if cls.exists(path):
            raise ShoptalkError(f"There is a shop at {path} already: open it or take another path.")
        shop = cls.prepare(path, name=name, **settings)
        shop.save()
        return shop

    @property
    def store(self) -> Store:
        """The products and events, opened at first use."""
        if self._store is None:
            if not self._saved:
                self.save()
            url = self.settings.database or f"sqlite:///{self.path.resolve() / STORE_FILE}"
            self._store = Store(url)
        return self._store

    @property
    def index_dir(self) -> Path:
        """Where the indexes are."""
        return self.path / "index"

    @property
    def ranker_dir(self) -> Path:
        """Where encoders are that were fine-tuned on the shop's events."""
        return self.path / "ranker"

    @property
    def rates(self) -> dict[str, float]:
        """The settings' rates as numbers."""
        return {currency: float(rate) for currency, rate in self.settings.rates.items()}

    @property
    def is_saved(self) -> bool:
        """Whether the shop is on disk."""
        return self._saved

    def change(self, **settings: Any) -> None:
        """Change some settings and save them, if they differ from what they were."""
        changed = replace(self.settings, **settings)
        if changed != self.settings or not self._saved:
            self.settings = changed
            self.save()

    def save(self) -> None:
        """Write the settings; readers see the old file or the new one."""
        file = self.path / SETTINGS_FILE
        text = json.dumps(asdict(self.settings), ensure_ascii=False, indent=2) + "\n"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            part = file.with_name(f"{file.name}.{os.getpid()}.part")
            part.write_text(text, encoding="utf-8")
            part.replace(file)
        except OSError as error:
            raise ShoptalkError(
                f"The shop at {self.path} cannot be written: {error.strerror}."
            ) from error
        self._saved = True

    def close(self) -> None:
        """Give the store's connections back."""
        if self._store is not None:
            self._store.close()
            self._store = None


def _is_rate(rate: Any) -> bool:
    try:
        value = Decimal(str(rate))
    except InvalidOperation:
        return False
    return value.is_finite() and value > 0
