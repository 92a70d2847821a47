"""The words that make a number a price, in both languages side by side."""

from __future__ import annotations

from functools import lru_cache

from actions.request.tokens import Phrases
from actions.request.types import ABOUT, AT_LEAST, AT_MOST, BETWEEN

#: Currency words and signs. An empty code is money in the shop's own currency.
CURRENCIES = {
    "USD": "$|us$|us $|usd|dollar|dollars|us dollars|us dollar|美元|美金|美刀|刀",
    "CNY": "¥|￥|元|块|块钱|元钱|块儿|圆|人民币|rmb|cny|yuan|元人民币|块人民币|软妹币",
    "INR": "₹|rs|rs .|inr|rupee|rupees|ruppees|卢比",
    "EUR": "€|eur|euro|euros|欧元|欧",
    "GBP": "£|gbp|quid|pound|pounds|英镑|镑",
    "JPY": "jpy|yen|日元|日圆|円",
    "HKD": "hk$|hk $|hkd|港币|港元",
    "TWD": "nt$|nt $|twd|台币|新台币",
    "SAR": "sar|riyal|riyals|里亚尔",
    "AED": "aed|dirham|dirhams|迪拉姆",
    "KRW": "₩|krw|won|韩元|韩币",
    "CAD": "c$|c $|ca$|ca $|cad",
    "AUD": "a$|a $|au$|au $|aud|澳元",
    "SGD": "s$|s $|sgd|新币",
    "NOK": "nok",
    "SEK": "sek",
    "": "bucks|buck|块大洋",
}

#: Before the number.
BEFORE = {
    AT_MOST: (
        "as high as|sub|"
        "under|below|less than|less then|lower than|lower then|cheaper than|cheaper then|at most|"
        "at the most|up to|upto|max|maximum|maximum of|max of|within|inside|beneath|limit|"
        "limit of|limited to|max .|cap|cap of|capped at|ceiling of|<|<=|≤|< =|highest|top price|"
        "as much as|"
        "放宽到|加到|提到|提高到|降到|涨到|别高过|低于|小于|少于|不到|不足|至多|最多|顶多|最高|最贵|上限|封顶|控制在|以内的|便宜过|不过|"
        "别过|"
        "不大于|限制在|压在|撑死"
    ),
    AT_LEAST: (
        "over|above|more than|more then|greater than|higher than|at least|at the least|atleast|"
        "min|min .|minimum|minimum of|starting at|starting from|upwards of|north of|exceed|exceeds|"
        "exceeding|beyond|past|>|>=|≥|> =|lowest|costlier than|pricier than|more expensive than|"
        "expensive than|"
        "超过|超出|超|高于|大于|多于|至少|起码|最少|最低|下限|贵过|突破"
    ),
    ABOUT: (
        "about|around|arround|approximately|approx|approx .|roughly|circa|close to|near|nearly|"
        "~|≈|somewhere around|something around|in the region of|in the neighborhood of|"
        "大概|大约|差不多|约|约莫|左右在|接近|将近|大致|估计"
    ),
    BETWEEN: "between|in between|from|ranging from|anywhere from|介于|从|in the range of|range of",
}

#: After the number.
AFTER = {
    AT_MOST: (
        "or less|or under|or below|or cheaper|or lower|and under|and below|and less|max|maximum|"
        "tops|at most|at the most|at max|limit|and down|"
        "以内|以下|之内|之下|内|下|封顶|以里|及以下|或以下|为限|打住|顶天|为上限|往下|朝下|不到|都不到|"
        "能拿下|能搞定|能买到|能买|拿下"
    ),
    AT_LEAST: (
        "or more|or above|or over|or higher|and up|and above|and over|and more|plus|+|minimum|"
        "at least|at minimum|upwards|or up|"
        "以上|之上|及以上|或以上|往上|朝上|起|起步|开外|以外|打底|起底|为下限"
    ),
    ABOUT: (
        "ish|-ish|or so|or thereabouts|approx|approximately|give or take|roughly|range|price range|"
        "左右|上下|前后|出头|这样|的样子|附近|档|档位"
    ),
    BETWEEN: "之间|中间|区间|这个区间|范围",
}

#: Right after the figure: "a bit more than".
VAGUE = "多|来|余|几|把"

#: What the number is said of; without another cue a budget is an upper limit, a price a rough one.
BUDGET, PRICE = "budget", "price"
NOUNS = {
    BUDGET: (
        "budget|budget of|buget|bugdet|price limit|spend|pay|afford|spending|paying|to spend|"
        "price cap|price ceiling|wallet|"
        "预算|花费|花|经费|承受|消费"
    ),
    PRICE: (
        "price|prices|priced|price range|cost|costs|costing|price point|price tag|worth|"
        "价格|价钱|价位|价|售价|价格范围|价格区间|单价|总价|标价|这个价|这个价位|的价格|的价位"
    ),
}

#: May stand between a cue and the number.
FILLERS = (
    "is|are|be|of|the|a|an|to|my|its|it|s|was|should|must|would|will|can|could|at|in|on|for|set|"
    "want|wanna|go|going|get|anything|something|much|stay|keep|kept|only|just|have|got|i|im|like|"
    "you|that|this|:|=|ideally|preferably|please|total|around|not|'|them|those|any|even|need|"
    "looking|somewhere|say|cost|me|we|shell|out|by|raise|increase|lower|reduce|change|"
    "出|花|付|给到|是|为|在|要|最好|的|我|只|有|能|可以|大|就|得|希望|想|应该|控制|范围|呢|也|都|把|这|个|价|"
    "还是|仍|的话|给|到|提高|提高到|改成|改为|改到|加到|降到|降低到|放宽到|放宽|调到|调整到|增加|增加到|"
    "：|哈|一般|买|个|万"
)
NEGATIONS = (
    "no|not|nothing|never|dont|doesnt|cant|cannot|wont|shouldnt|isnt|arent|without|none|mustnt|"
    "wouldnt|aint|couldnt|nt|"
    "不|不要|不能|别|没有|没|不想|不可以|不会|勿|不得|不可|不用|无"
)
JOINS = "up to|or|或|或者|to|-|--|~|~~|till|until|至|到|and|&|和|与|跟|or|—"
#: These join the ends of a range only where something else says so: "between", a currency.
WEAK_JOINS = frozenset({"and", "&", "和", "与", "跟", "or", "或", "或者"})

#: A number followed by one of these counts or measures something else.
UNITS = (
    "cm|mm|m|km|meter|meters|metre|metres|inch|inches|in|ft|feet|foot|yard|yards|kg|kgs|g|gm|gms|"
    "gram|grams|mg|lb|lbs|oz|ounce|ounces|ml|l|liter|liters|litre|litres|kilo|kilos|kilogram|"
    "kilograms|w|watt|watts|v|volt|volts|mah|gb|tb|mb|mp|megapixel|megapixels|hz|fps|hour|hours|"
    "hrs|hr|year|years|yrs|yr|month|months|week|weeks|day|days|minute|minutes|mins|pieces|piece|"
    "pcs|people|persons|person|seater|seat|seats|star|stars|percent|%|times|items|item|options|"
    "option|products|pairs|pair|ones|kids|pages|page|colors|colours|sizes|count|pack|packs|bottles|"
    "things|choices|results|pockets|reviews|degrees|doors|drawers|shelves|layers|ply|thread|tc|"
    "厘米|公分|毫米|米|寸|英寸|尺|公里|公斤|千克|斤|克|毫升|升|瓦|毫安|伏|赫兹|码|号|岁|个|件|"
    "条|双|"
    "只|款|种|张|台|部|本|瓶|盒|套|支|把|人|位|座|天|小时|分钟|年|月|周|次|折|星|分|倍|层|页|包|袋|"
    "颗|粒|片|桶|箱|罐|枚|顶|副|对|样|家|年代|后|度|寸的|里"
)
#: A number right after one of these is a size, a rank or a name.
NOT_BEFORE = (
    "ages|aged|age|size|#|number|option|item|model|top|iphone|galaxy|page|year|eu|uk|chapter|level|type|series|"
    "version|line|ps|xbox|mate|no .|尺码|码|第|型号|编号|more about|details on|info on|info about|"
    "details about|know about|tell me about|in"
)


class PriceCues:
    """The tables above, ready for matching."""

    def __init__(self) -> None:
        self.currency = Phrases(CURRENCIES)
        self.before = Phrases(BEFORE)
        self.after = Phrases(AFTER)
        self.noun = Phrases(NOUNS)
        self.filler = Phrases({True: FILLERS})
        self.negation = Phrases({True: NEGATIONS})
        self.join = Phrases({True: JOINS})
        self.unit = Phrases({True: UNITS})
        self.vague = Phrases({True: VAGUE})
        self.not_before = Phrases({True: NOT_BEFORE})


@lru_cache(maxsize=1)
def price_cues() -> PriceCues:
    """The price words, read once."""
    return PriceCues()
