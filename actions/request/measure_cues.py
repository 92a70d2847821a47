"""The words that make a number a measure or a size, in both languages side by side."""

from __future__ import annotations

from functools import lru_cache

from actions.request.tokens import Phrases
from actions.request.types import AT_LEAST, AT_MOST

#: Unit → how it is written. Jin and liang are kept as grams.
UNITS = {
    "cm": "cm|centimeter|centimeters|centimetre|centimetres|cms|厘米|公分",
    "mm": "mm|millimeter|millimeters|millimetre|millimetres|毫米",
    "m": "m|meter|meters|metre|metres|米",
    "in": 'inch|inches|in|"|英寸|寸',
    "ft": "ft|feet|foot|英尺|尺",
    "kg": "kg|kgs|kilo|kilos|kilogram|kilograms|公斤|千克",
    "jin": "斤|市斤",
    "g": "g|gm|gms|gram|grams|克",
    "lb": "lb|lbs|pound of|pounds of|磅",
    "oz": "oz|ounce|ounces|盎司",
    "ml": "ml|milliliter|milliliters|millilitre|毫升",
    "l": "l|liter|liters|litre|litres|升",
    "w": "w|watt|watts|瓦",
    "mah": "mah|毫安|毫安时",
    "gb": "gb|gigs|gig",
    "tb": "tb",
    "mp": "mp|megapixel|megapixels|万像素|像素",
    "hz": "hz|赫兹",
    "h": "hour|hours|hrs|hr|小时",
    "people": "people|persons|person|seater|seaters|seat|seats|人座|人位|人",
    "star": "star|stars|星|颗星|分",
    "year": (
        "year old|years old|yr old|yrs old|year olds|yrs olds|yr olds|yo|y o|y/o|岁|周岁|岁的|"
        "years of age"
    ),
    "month": "month old|months old|month olds|个月大|个月的宝宝|个月",
}
#: What a unit measures unless a word nearby says otherwise.
MEASURED = {
    **dict.fromkeys(("cm", "mm", "m", "in", "ft"), "length"),
    **dict.fromkeys(("kg", "g", "lb", "oz", "jin"), "weight"),
    **dict.fromkeys(("ml", "l"), "capacity"),
    **{"w": "power", "mah": "battery", "gb": "storage", "tb": "storage"},
    **{"mp": "camera", "hz": "refresh_rate", "h": "battery", "people": "seats"},
    **{"star": "rating", "year": "age_group", "month": "age_group"},
}
#: Words that name the dimension; beside a number they decide what it measures.
DIMENSIONS = {
    "width": "wide|width|in width|宽|宽度|床宽",
    "height": "tall|high|height|in height|高|高度",
    "depth": "deep|depth|in depth|深|深度|厚",
    "length": "long|length|in length|长|长度",
    "diameter": "diameter|in diameter|across|直径",
    "screen_size": "screen|display|屏|屏幕",
    "memory": "ram|memory|内存|运存",
    "storage": "storage|ssd|存储|硬盘",
    "weight": "weight|weighs|weighing|weigh|重|重量",
    "rating": "rating|rated|评分|打分|好评|分",
}
#: A dimension that begins the name of a thing: 10cm高跟鞋 are high heels.
OF_THINGS = frozenset(
    "高跟 高领 高腰 高筒 高帮 高压 高脚 长裙 长裤 长袖 长款 长靴 长袜 宽松 宽脚 深色 深蓝 深灰 "
    "厚底 "
    "屏风 重庆".split()
)
#: Bounds that only measures have: a thing can be larger than 5 litres, a price cannot.
BOUNDS = {
    AT_LEAST: (
        "bigger than|larger than|longer than|wider than|taller than|higher than|heavier than|"
        "deeper than|thicker than|older than|重于|长于|宽于|高于|大于|大过|长过|宽过|高过|重过"
    ),
    AT_MOST: (
        "smaller than|shorter than|narrower than|lighter than|thinner than|shallower than|"
        "younger than|slimmer than|no bigger than|no larger than|no longer than|no wider than|"
        "no taller than|no heavier than|轻于|短于|窄于|小于|小过|短过|轻过"
    ),
}
#: After the figure: "27 inches or bigger".
BOUNDS_AFTER = {
    AT_LEAST: (
        "or bigger|or larger|or longer|or wider|or taller|or heavier|or older|and bigger|"
        "and larger|或更大|或者更大|或更长|及更大|往上走"
    ),
    AT_MOST: (
        "or smaller|or shorter|or lighter|or younger|or thinner|and smaller|and under|"
        "或更小|或者更小|或更短|或更轻"
    ),
}
#: The dimension that a comparison names: "wider than 90 cm".
COMPARED = {
    **dict.fromkeys(("wider", "narrower"), "width"),
    **dict.fromkeys(("taller", "higher", "lower"), "height"),
    **dict.fromkeys(("deeper", "shallower"), "depth"),
    **dict.fromkeys(("thicker", "thinner", "slimmer"), "thickness"),
}
#: After 比 and a figure: 比2公斤轻的.
COMPARED_TO = {
    **dict.fromkeys("轻短窄矮小薄低少浅", AT_MOST),
    **dict.fromkeys("重长宽高大厚多深", AT_LEAST),
}
#: What is said of the shopper's own body; a product has no such measure.
BODY = (
    "my height|my weight|i weigh|and weigh|im|i am|i m|she is|shes|he is|hes|"
    "身高|体重|我高|我重|腰围|胸围|臀围|脚长|三围"
)
#: After the number: 160的个子.
BODY_AFTER = "个子|个头|身高|身材|体重"
#: The attribute of such a measure, which asks nothing of a product.
OF_BODY = "body"
BODY_UNITS = frozenset(("cm", "m", "ft", "in", "kg", "lb", "jin"))
BETWEEN_BODY = frozenset("is are : about around 是 大概 大约 约 有 在 only nearly".split())
#: Before a number or a letter that is a size.
SIZE_BEFORE = (
    "size|sz|sizes|shoe size|uk size|eu size|in a size|waist|eu|uk|eur|us size|size us|size uk|"
    "size eu|"
    "尺码|码数|大小|尺寸|鞋码|鞋号|衣码|裤码|脚码|我穿|穿的是|平时穿|一般穿|穿"
)
SIZE_AFTER = "waist|码|号|号的|码的"
LETTER_SIZES = frozenset(
    {"xxs", "xs", "s", "m", "l", "xl", "xxl", "xxxl", "2xl", "3xl", "4xl", "5xl", "均"}
)
#: Sizes that are written in one way only, and so need no word beside them.
PLAIN_SIZES = LETTER_SIZES - {"s", "m", "l", "均"}
#: Whose age may follow without a word for years: "my son is 8".
CHILDREN = (
    "son|daughter|kid|child|boy|girl|nephew|niece|grandson|granddaughter|toddler|baby|"
    "little one|brother|sister|children|kids|儿子|女儿|孩子|宝宝|小孩|外甥|侄子|侄女|孙子|孙女|"
    "闺女|弟弟|妹妹|娃"
)
#: May stand between them and it.
BETWEEN_AGE = frozenset(
    "is who turned turning turns just now 今年 刚 快 满 了 是 才 's of age".split()
)
PERSON_IS = frozenset("shes hes she he theyre".split())
#: "aged 5", "ages 3 to 6".
AGE_BEFORE = "aged|ages|age|年龄"
#: "256G" of a phone is no weight.
MEMORY_SIZES = frozenset({16, 32, 64, 128, 256, 512})
#: The merchant feed's age groups by the age, in years, that they begin at.
AGE_GROUPS = ((13.0, "adult"), (5.0, "kids"), (1.0, "toddler"), (0.25, "infant"), (0.0, "newborn"))


class MeasureCues:
    """The tables above, ready for matching."""

    def __init__(self) -> None:
        self.unit = Phrases(UNITS)
        self.dimension = Phrases(DIMENSIONS)
        self.bound = Phrases(BOUNDS)
        self.bound_after = Phrases(BOUNDS_AFTER)
        self.child = Phrases({True: CHILDREN})
        self.age_before = Phrases({True: AGE_BEFORE})
        self.body = Phrases({True: BODY})
        self.body_after = Phrases({True: BODY_AFTER})
        self.size_before = Phrases({True: SIZE_BEFORE})
        self.size_after = Phrases({True: SIZE_AFTER})


@lru_cache(maxsize=1)
def measure_cues() -> MeasureCues:
    """The measure words, read once."""
    return MeasureCues()


@lru_cache(maxsize=1)
def measure_words() -> frozenset[str]:
    """Latin words that name a unit, a dimension or a size."""
    t = measure_cues()
    tables = (t.unit, t.dimension, t.bound, t.body, t.size_before, t.size_after)
    return frozenset().union(*(table.words() for table in tables))  # type: ignore[attr-defined]
