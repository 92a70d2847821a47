"""What is true of a product, decided from its raw texts by short word lists of the tests' own.

Nothing of the project's lexicon, facets or index is used: a wrong lexicon must not be able to
agree with itself. Every question has three answers: True, False, and None for "nothing says".
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Optional, Sequence

Truth = Optional[bool]

#: Colour → (English words, Chinese words). A darker or lighter kind counts as the colour.
COLORS: dict[str, tuple[str, str]] = {
    "red": (
        r"(?:\w*-)?red|maroon|burgundy|wine|crimson|scarlet|ruby|cherry",
        "红(?!酒|枣|茶|豆|糖|薯)",
    ),
    "blue": (
        r"(?:\w*-)?blue|navy|indigo|cobalt|denim blue|teal blue|turquoise|azure",
        "蓝(?!牙|莓)|藏青|天青|海军",
    ),
    "black": (r"black|jet", "黑(?!檀|茶|豆|芝|胡|巧|糖|啤|枸|米)"),
    "white": (
        r"white|off-white|ivory",
        "白(?!鹅|鸭|橡|葡|茶|酒|檀|芝|桦|牡|毫|蜡|色家电|鲜|巧)|象牙",
    ),
    "green": (r"green|olive|mint|emerald|sage|lime", "绿(?!茶|豆|植|萝)|抹茶色|橄榄(?!油)"),
    "yellow": (r"yellow|mustard|lemon", "黄(?!铜|油|桃|豆|瓜|酒|金|山|芪)"),
    "pink": (r"pink|rose(?!\s*gold)|blush|fuchsia|magenta", "粉(?!底|饼|末|丝|扑|刺|蒸|红豆)|樱花色|玫红"),
    "grey": (r"gr[ea]y|charcoal|slate", "灰|银铅"),
    "brown": (r"brown|tan|coffee|chocolate|camel|khaki brown|mocha", "棕|咖色|咖啡色|褐|驼色"),
    "beige": (r"beige|cream(?:-colou?red)?|nude|sand|oatmeal|ecru|khaki", "米色|米白|杏色|卡其|燕麦色"),
    "purple": (r"purple|violet|lavender|lilac|mauve|plum", "紫(?!砂|菜|薯|苏)|香芋|薰衣草色"),
    "orange": (r"orange|rust|tangerine|coral|peach(?:-colou?red)?", "橙(?!汁|子)|橘色|橘红|珊瑚"),
    "gold": (r"gold(?:en|-toned|-plated)?|rose gold", "金色"),
    "silver": (r"silver(?:-toned|-plated)?", "银色"),
    "multi": (r"multi-?colou?red|multi", "多色|彩色|撞色"),
}

#: Material → (English words, Chinese words).
MATERIALS: dict[str, tuple[str, str]] = {
    "polyester": (r"polyester|poly[- ]?blend|polycotton", "聚酯|涤纶|涤(?!荡)|珊瑚绒"),
    "cotton": (r"cotton|denim", "棉(?!花糖)(?<!记忆棉)(?<!海棉)"),
    "linen": (r"linen|flax", "亚麻"),
    "wool": (r"wool(?:len)?|merino|cashmere", "羊毛|羊绒|羊羔毛|驼绒|美利奴"),
    "silk": (r"silk(?!y)", "真丝|蚕丝|桑蚕"),
    "leather": (r"(?<!faux )(?<!synthetic )(?<!vegan )leather", "(?<!仿)(?<!人造)真?皮革|牛皮|真皮|羊皮"),
    "nylon": (r"nylon|polyamide", "尼龙|锦纶|聚酰胺"),
    "wood": (r"wood(?:en)?|oak|pine|walnut|bamboo|beech", "实木|橡木|松木|胡桃木|榉木|桐木|木质|原木"),
    "ceramic": (r"ceramic|porcelain|stoneware|bone china", "陶瓷|骨瓷|瓷"),
    "stainless steel": (r"stainless steel|stainless-steel", "不锈钢"),
    "cast iron": (r"cast[- ]iron", "铸铁"),
    "georgette": (r"georgette", "乔其"),
    "canvas": (r"canvas", "帆布"),
    "down": (r"(?:goose|duck) down|down[- ](?:filled|jacket)", "羽绒|鹅绒|鸭绒"),
    "viscose": (r"viscose|rayon|modal|lyocell|tencel", "黏胶|粘胶|莱赛尔|天丝|莫代尔"),
    "gold-plated": (r"gold[- ]plated", "镀金"),
    "synthetic": (r"synthetic|\bpu\b|faux leather", "合成革|人造革|仿皮"),
}

#: Product type → (pattern in a title or category path, pattern that speaks against it).
TYPES: dict[str, tuple[str, str]] = {
    "dress": (
        r"\bdress(?:es)?\b|连衣裙|娃娃裙|水手裙|(?<!半身)(?<!半)(?<!短)长裙|衬衫裙|吊带裙",
        r"dress materials?|dress shirt|dress shoe|dress watch|nightdress|半身裙",
    ),
    "skirt": (r"\bskirts?\b|半身裙|短裙", r"lehenga|dress\b"),
    "shirt": (r"(?<!t-)(?<!t )(?<!sweat)\bshirts?\b|衬衫|衬衣", r"t-shirt|tee|shirt dress|衬衫裙|sweatshirt"),
    "t-shirt": (r"\bt-?\s?shirts?\b|\btees?\b|t恤", r"t-shirt dress|t-shirt bra"),
    "jeans": (r"\bjeans\b|牛仔裤", r"jeggings"),
    "jacket": (r"\bjackets?\b|夹克|冲锋衣|外套", r"kurta|\bbra\b|life jacket|dress with"),
    "sweater": (r"\b(?:sweaters?|pullovers?|cardigans?|jumpers?)\b|毛衣|针织衫|羊毛衫|羊绒衫|开衫", r"sweatshirt"),
    "sweatshirt": (r"\bsweatshirts?\b|\bhoodies?\b|卫衣", r"$^"),
    "coat": (r"\bcoats?\b|大衣|风衣", r"waistcoat"),
    "down jacket": (r"down jacket|羽绒服", r"$^"),
    "kurta": (r"\bkurta\b|\bkurti\b", r"kurta pyjama set"),
    "saree": (r"\bsarees?\b|\bsari\b", r"saree shapewear|blouse piece only"),
    "lehenga": (r"\blehenga\b", r"$^"),
    "jumpsuit": (r"\bjumpsuits?\b|连体裤", r"$^"),
    "blazer": (r"\bblazers?\b|西装外套", r"$^"),
    "shorts": (r"\bshorts\b|短裤", r"$^"),
    "trousers": (r"\btrousers\b|长裤|休闲裤|西裤", r"$^"),
    "sneakers": (r"\bsneakers?\b|板鞋|小白鞋|帆布鞋|运动鞋|休闲鞋", r"socks"),
    "running shoes": (r"\brunning\b.*\bshoes?\b|跑步鞋|跑鞋", r"socks|sandals"),
    "sports shoes": (
        r"\b(?:running|training|walking|sports?|football|basketball|tennis|badminton|hiking)\b.*"
        r"\bshoes?\b|\bsneakers?\b|\btrainers\b|跑步鞋|跑鞋|运动鞋|篮球鞋|徒步鞋|登山鞋|板鞋|小白鞋|训练鞋",
        r"socks",
    ),
    "heels": (r"\bheels?\b|\bheeled\b|\bpumps\b|高跟", r"flat"),
    "sandals": (r"\bsandals?\b|凉鞋", r"$^"),
    "boots": (r"\bboots?\b|靴", r"$^"),
    "backpack": (r"\bbackpacks?\b|\brucksacks?\b|双肩包|背包", r"$^"),
    "suitcase": (
        r"\bsuitcases?\b|\btrolley bags?\b|\bluggage\b|拉杆箱|行李箱|登机箱|旅行箱",
        r"luggage tag|行李牌",
    ),
    "sling bag": (r"\bsling bags?\b|\bcrossbody\b|斜挎包", r"$^"),
    "handbag": (r"\bhand-?bags?\b|\btotes?\b|手提包|托特包|单肩包|斜挎包", r"$^"),
    "wallet": (r"\bwallets?\b|钱包", r"$^"),
    "belt": (r"\bbelts?\b|皮带|腰带", r"jeans|dress|trousers|with belt"),
    "watch": (r"\bwatch(?:es)?\b|手表|腕表", r"strap only"),
    "sunglasses": (r"\bsunglasses\b|太阳镜|墨镜", r"$^"),
    "earrings": (r"\bearrings?\b|耳环|耳钉", r"necklace set|jewellery set"),
    "scarf": (r"\bscar(?:f|ves)\b|\bstoles?\b|围巾|丝巾|披肩", r"$^"),
    "lipstick": (r"\blipsticks?\b|\blip colou?r\b|口红|唇膏|唇釉", r"$^"),
    "curtain": (r"\bcurtains?\b|窗帘|纱帘", r"shower"),
    "bedsheet": (r"\bbed\s?-?sheets?\b|床单", r"$^"),
    "bedding set": (r"\bbedding\b|\bduvet (?:cover )?set\b|四件套|三件套|件套", r"餐具|席|刀具|厨具"),
    "duvet": (r"\bduvets?\b|\bcomforters?\b|\bquilts?\b|(?<!子母)被(?!套|单|枕)", r"被套"),
    "blanket": (r"\bblankets?\b|\bthrows?\b|盖毯|毛毯|毯子", r"地毯"),
    "pillow": (r"\bpillows?\b|枕(?!套|巾)", r"抱枕|pillow ?cases?|pillow covers?|枕套"),
    "cushion": (r"\bcushions?\b|抱枕|坐垫|靠枕|靠垫", r"air cushion|cushioned|气垫"),
    "towel": (r"\btowels?\b|毛巾|浴巾|面巾", r"paper towel|毛巾架|毛巾被|towel rack"),
    "rug": (r"\brugs?\b|\bcarpets?\b|地毯|地垫", r"$^"),
    "pan": (r"\b(?:frying |grill |sauce)?pans?\b|\bwoks?\b|\bskillets?\b|锅", r"锅铲|垫"),
    "wok": (r"\bwoks?\b|炒锅", r"$^"),
    "mug": (r"\bmugs?\b|马克杯|水杯|杯", r"杯垫|保温"),
    "thermos": (r"\bthermos\b|vacuum flask|insulated (?:bottle|flask|tumbler|cup)|保温杯|保温壶", r"$^"),
    "headphones": (r"\bheadphones?\b|\bearphones?\b|\bearbuds\b|\bheadsets?\b|耳机", r"stand|架"),
    "speaker": (r"\bspeakers?\b|音箱|音响", r"$^"),
    "keyboard": (r"\bkeyboards?\b|键盘", r"$^"),
    "laptop": (r"\blaptops?\b|\bnotebook computers?\b|笔记本电脑", r"bag|sleeve|stand|backpack|包|支架"),
    "yoga mat": (r"\byoga mats?\b|瑜伽垫", r"$^"),
    "tent": (r"\btents?\b|帐篷", r"$^"),
    "tea": (r"\bteas?\b|茶(?!几|壶|杯|具|盘)", r"tea (?:towel|set|pot)|teapot|茶几|蛋黄酥"),
    "green tea": (r"\bgreen tea\b|绿茶|龙井|碧螺春|毛尖", r"蛋黄酥"),
    "coffee": (r"\bcoffee\b|咖啡", r"coffee (?:table|brown|mug|maker|machine)|咖啡(?:色|桌|杯|机)"),
    "cake": (r"糕|酥|曲奇|粽|\bcookies?\b|\bcakes?\b|\bbiscuits?\b", r"$^"),
    "cookie": (r"曲奇|\bcookies?\b|饼干", r"$^"),
    "pen": (r"\bpens?\b|钢笔|中性笔|中油笔|水晶笔|黄铜笔|笔(?!记|筒|袋)", r"$^"),
    "lamp": (r"\blamps?\b|台灯|落地灯|夜灯", r"$^"),
    "desk lamp": (r"\bdesk lamps?\b|\btable lamps?\b|台灯", r"$^"),
    "floor lamp": (r"\bfloor lamps?\b|落地灯", r"$^"),
    "desk": (r"\b(?:desks?|writing tables?)\b|书桌|电脑桌|办公桌", r"desk lamp|desk organi"),
    "table": (r"\btables?\b|桌|茶几", r"table lamp|tablecloth|桌布|桌垫|桌面"),
    "chair": (r"\bchairs?\b|椅", r"椅垫|chair pad"),
    "sofa": (r"\bsofas?\b|\bcouch(?:es)?\b|沙发", r"sofa cover|沙发套|沙发垫"),
    "bed": (r"\bbeds?\b|(?:实木|双人|单人)床", r"pet|床垫|床头|床单|床笠|婴儿床|bed ?sheet|bedding"),
    "pet bed": (r"pet bed|dog bed|cat bed|宠物窝|猫窝|狗窝", r"$^"),
    "underwear": (r"\bbriefs?\b|\btrunks?\b|\bunderwear\b|\bboxers?\b|内裤", r"$^"),
    "socks": (r"\bsocks\b|袜", r"$^"),
}

PATTERNS: dict[str, str] = {
    "striped": r"\bstrip(?:e[sd]?|ed)\b|条纹|海魂",
    "checked": r"\bcheck(?:s|ed|ered)?\b|\bplaid\b|\btartan\b|格子|格纹",
    "floral": r"\bfloral\b|\bflowers?\b|\bfloral-print\b|碎花|花卉|印花",
    "printed": r"\bprint(?:s|ed)?\b|印花",
    "solid": r"\bsolid\b|纯色|素色",
}

FEATURES: dict[str, str] = {
    "waterproof": r"water-?\s?proof|water-?\s?resistant|防水|防泼水",
    "wireless": r"wireless|bluetooth|无线|蓝牙",
    "noise cancelling": r"noise[- ]cancel|\banc\b|降噪",
}

_NEGATED = re.compile(
    r"(?:\b(?:no|not|non|without|free (?:of|from)|never)[\s-]+(?:any\s+)?|不含|无|非|不是|零)$"
)
_FREE = re.compile(r"^[\s-]*free\b")


@dataclass(frozen=True)
class Facts:
    """One product as its seller wrote it down."""

    id: str
    titles: tuple[str, ...]
    description: str = ""
    price: Optional[Decimal] = None
    currency: str = ""
    brand: str = ""
    path: tuple[str, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Attribute name in lower case → values, as in the feed."""
    available: bool = True
    rating: Optional[float] = None

    @property
    def title_text(self) -> str:
        return " | ".join(self.titles).lower()

    @property
    def texts(self) -> str:
        """Everything written about the product, in lower case."""
        labels = " | ".join(v for values in self.labels.values() for v in values)
        return f"{self.title_text} | {self.description.lower()} | {labels.lower()}"

    def label(self, *names: str) -> str:
        """The values of the first of these attributes that the product has."""
        for name in names:
            if self.labels.get(name):
                return " | ".join(self.labels[name]).lower()
        return ""


def colors_in(text: str, *, chinese: bool = True) -> set[str]:
    """The colours that a short text names."""
    found = set()
    for name, (english, hanzi) in COLORS.items():
        if re.search(rf"(?<![\w]){_group(english)}(?![\w-])", text) or re.search(
            rf"(?<![\w]){_group(english)}-colou?red", text
        ):
            found.add(name)
        elif chinese and re.search(hanzi, text):
            found.add(name)
    return found


def has_color(facts: Facts, color: str) -> Truth:
    """Whether a product has a colour: the title decides, then the label, then the description.

    A label is a guess of the feed. ``Red`` was found inside "Peach-Coloured" more than once, so
    a red label counts only where the word red stands somewhere by itself.
    """
    named = colors_in(re.sub(r"multi-?colou?red", "multi", facts.title_text))
    label = facts.label("color", "colour", "颜色")
    labelled = colors_in(label) if label else set()
    if named - {"multi"}:
        return color in named
    if labelled:
        if color not in labelled:
            return False
        if color == "red" and not colors_in(_spoken(facts), chinese=True) & {"red"}:
            return False
        return True
    return None


def _spoken(facts: Facts) -> str:
    text = f"{facts.title_text} {facts.description.lower()}"
    own = [v for name, vs in facts.labels.items() if name in ("颜色", "color") for v in vs]
    return text + " " + " ".join(v.lower() for v in own if v.strip().lower() != "red")


def has_material(facts: Facts, material: str) -> Truth:
    """Whether any part of a product is of a material; words after a negation do not count."""
    text = facts.texts
    if _mentioned(text, *MATERIALS[material]):
        return True
    stated = any(_mentioned(text, *words) for name, words in MATERIALS.items() if name != material)
    return False if stated else None


def _mentioned(text: str, english: str, hanzi: str) -> bool:
    pattern = rf"(?<![\w]){_group(english)}(?![\w])|{_group(hanzi)}"
    for hit in re.finditer(pattern, text):
        negated = _NEGATED.search(text[: hit.start()]) or _FREE.match(text[hit.end() :])
        if not negated:
            return True
    return False


def is_type(facts: Facts, kind: str) -> Truth:
    """Whether a product is of a type, from its titles (up to "with …") and its category path."""
    wanted, against = TYPES[kind]
    heads = [re.split(r"\bwith\b|\bfor\b", t.lower())[0] for t in facts.titles]
    heads = [h if h.strip() else t.lower() for h, t in zip(heads, facts.titles)]
    text = " | ".join(heads)
    if re.search(against, text):
        return False
    if re.search(wanted, text):
        return True
    path = facts.path[-1].lower() if facts.path else ""
    return bool(re.search(wanted, path)) and not re.search(against, path)


def has_gender(facts: Facts, gender: str) -> Truth:
    """Whether a product is made for women (``female``), men (``male``); unisex is for both.

    Girls' and boys' things are not for women or men.
    """
    label = facts.label("gender", "性别")
    text = label or facts.title_text
    if re.search(r"\bunisex\b|中性|男女|情侣", text):
        return not re.search(r"\bkids?\b|童", text)
    women = bool(re.search(r"\b(?:women|woman|ladies|female)(?:'?s)?\b|女", text))
    men = bool(re.search(r"\b(?:men|man|gents|male)(?:'?s)?\b|男", text))
    child = bool(re.search(r"\b(?:girls?|boys?|kids?|baby|infants?)\b|童|婴", text))
    if not (women or men or child):
        return None
    if child and not (women or men):
        return False
    return women if gender == "female" else men


def _one(table: Mapping[str, str]) -> Callable[[Facts, str], Truth]:
    def decide(facts: Facts, value: str) -> Truth:
        return True if re.search(table[value], facts.texts) else None

    return decide


def has_brand(facts: Facts, brand: str) -> Truth:
    """Whether the feed's brand is this one."""
    return facts.brand.strip().lower() == brand.strip().lower() if facts.brand else None


def says(facts: Facts, pattern: str) -> Truth:
    """Whether any text of the product matches a pattern."""
    return True if re.search(pattern, facts.texts) else None


QUESTIONS: dict[str, Callable[[Facts, str], Truth]] = {
    "type": is_type,
    "color": has_color,
    "material": has_material,
    "gender": has_gender,
    "brand": has_brand,
    "pattern": _one(PATTERNS),
    "feature": _one(FEATURES),
    "says": says,
}

#: How the attributes of requests are called here.
ATTRIBUTES = {
    "type": "product_type",
    "color": "color",
    "material": "material",
    "gender": "gender",
    "brand": "brand",
    "pattern": "pattern",
    "feature": "feature",
    "price_at_most": "price",
    "price_at_least": "price",
    "price_about": "price",
    "rating_at_least": "rating",
    "available": "availability",
}


def violations(facts: Facts, wanted: Mapping[str, Any]) -> list[str]:
    """What speaks against ``facts`` meeting every predicate of ``wanted``; empty when it does.

    ``color: red`` or ``color: [red, pink]`` needs evidence for one of them, ``not_color: red``
    only that nothing says so; prices are in the shop's currency and both ends count.
    """
    return [v for key, value in wanted.items() for v in violations_of(facts, key, value)]


def violations_of(facts: Facts, key: str, value: Any) -> list[str]:
    """What speaks against one predicate."""
    values = value if isinstance(value, list) else [value]
    if key.startswith("not_"):
        question = QUESTIONS[key[4:]]
        return [f"{key[4:]} is {v}" for v in values if question(facts, v) is True]
    if key in QUESTIONS:
        answers = [QUESTIONS[key](facts, v) for v in values]
        if True in answers:
            return []
        how = "is not" if False in answers else "is not known to be"
        return [f"{key} {how} {' or '.join(map(str, values))}"]
    if key == "available":
        return [] if facts.available is value else [f"available is {facts.available}"]
    if key == "rating_at_least":
        enough = facts.rating is not None and facts.rating >= value
        return [] if enough else [f"rating {facts.rating} is under {value}"]
    return _price_violations(facts.price, key, value)


def _price_violations(price: Optional[Decimal], key: str, value: Any) -> list[str]:
    if price is None:
        return ["no price"]
    bound = Decimal(str(value))
    if key == "price_at_most" and price > bound:
        return [f"price {price} is over {bound}"]
    if key == "price_at_least" and price < bound:
        return [f"price {price} is under {bound}"]
    if key == "price_below" and price >= bound:
        return [f"price {price} is not below {bound}"]
    if key == "price_about" and abs(price - bound) > bound * Decimal("0.3"):
        return [f"price {price} is not about {bound}"]
    if key not in ("price_at_most", "price_at_least", "price_below", "price_about"):
        raise KeyError(f"There is no predicate {key!r}.")
    return []


def _group(pattern: str) -> str:
    return f"(?:{pattern})"


@dataclass(frozen=True)
class Catalogue:
    """All products of one shop, as raw facts."""

    products: Mapping[str, Facts]
    currency: str
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    """Units of the shop's currency for one of another."""

    def satisfying(self, wanted: Mapping[str, Any], without: Iterable[str] = ()) -> list[Facts]:
        """The products that meet every predicate and can be bought."""
        left_out = set(without)
        found = [f for f in self.products.values() if f.available and f.id not in left_out]
        # Prices and types are quick to decide and leave few.
        for key in sorted(wanted, key=lambda k: (not k.startswith("price"), k != "type")):
            found = [f for f in found if not violations_of(f, key, wanted[key])]
        return found


def myntra(path: Path) -> Catalogue:
    """The facts of the Myntra table, read without any of the project's importers."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {
        row["ProductID"].strip(): Facts(
            id=row["ProductID"].strip(),
            titles=(row["ProductName"].strip(),),
            description=row["Description"],
            price=Decimal(row["Price (INR)"].strip()),
            currency="INR",
            brand=row["ProductBrand"],
            labels={"gender": (row["Gender"],), "color": _nonempty([row["PrimaryColor"]])},
        )
        for row in rows
    }
    return Catalogue(found, "INR")


def yanxuan(path: Path) -> Catalogue:
    """The facts of the Yanxuan table, read without any of the project's importers."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for row in rows:
        labels: dict[str, tuple[str, ...]] = {}
        for pair in row["attributes"].split("|"):
            name, colon, value = pair.partition(":")
            # A note on how to air a duvet says nothing about what it is.
            if colon and value.strip() and "提示" not in name:
                labels[name.strip().lower()] = (value.strip(),)
        found[row["id"]] = Facts(
            id=row["id"],
            titles=(row["name"],),
            description=row["brief"],
            price=Decimal(row["retail_price"]),
            currency="CNY",
            brand=row["brand"] or "",
            labels=labels,
        )
    return Catalogue(found, "CNY")


def stored(products: Iterable[Any], currency: str, rates: Mapping[str, Any]) -> Catalogue:
    """The facts of products that only exist in a store (`catalog.product.Product`)."""
    found = {}
    for product in products:
        price = product.asking_price
        found[product.id] = Facts(
            id=product.id,
            titles=tuple(product.title.values()),
            description=" | ".join(product.description.values()),
            price=price.amount if price else None,
            currency=price.currency if price else currency,
            brand=product.brand,
            path=product.product_type,
            labels={k.lower(): tuple(v) for k, v in product.attributes.items()},
            available=product.available,
            rating=product.rating,
        )
    return Catalogue(found, currency, {k: Decimal(str(v)) for k, v in rates.items()})


def _nonempty(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(v.strip() for v in values if v and v.strip())
