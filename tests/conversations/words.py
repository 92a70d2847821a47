"""The words by which the tests know a colour, a material or a kind of product when they read one.

Short on purpose, and nothing to do with the project's own lexicon: regular expressions, English and
Chinese, that are looked for in texts in lower case.
"""

from __future__ import annotations

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
    "yellow": (r"yellow|mustard|lemon", "(?<!蛋)黄(?!铜|油|桃|豆|瓜|酒|金|山|芪)"),
    "pink": (
        r"pink|rose(?!\s*gold)|blush|fuchsia|magenta",
        "粉(?!底|饼|末|丝|扑|刺|蒸|红豆)|樱花色|玫红",
    ),
    "grey": (r"gr[ea]y|charcoal|slate", "灰|银铅"),
    "brown": (r"brown|tan|coffee|chocolate|camel|khaki brown|mocha", "棕|咖色|咖啡色|褐|驼色"),
    "beige": (
        r"beige|cream(?:-colou?red)?|nude|sand|oatmeal|ecru|khaki",
        "米色|米白|杏色|卡其|燕麦色",
    ),
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
    "leather": (
        r"(?<!faux )(?<!synthetic )(?<!vegan )leather",
        "(?<!仿)(?<!人造)真?皮革|牛皮|真皮|羊皮",
    ),
    "nylon": (r"nylon|polyamide", "尼龙|锦纶|聚酰胺"),
    "wood": (
        r"wood(?:en)?|oak|pine|walnut|bamboo|beech",
        "实木|橡木|松木|胡桃木|榉木|桐木|木质|原木",
    ),
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
    "shirt": (
        r"(?<!t-)(?<!t )(?<!sweat)\bshirts?\b|衬衫|衬衣",
        r"t-shirt|tee|shirt dress|衬衫裙|sweatshirt",
    ),
    "t-shirt": (r"\bt-?\s?shirts?\b|\btees?\b|t恤", r"t-shirt dress|t-shirt bra"),
    "jeans": (r"\bjeans\b|牛仔裤", r"jeggings"),
    "jacket": (r"\bjackets?\b|夹克|冲锋衣|外套", r"kurta|\bbra\b|life jacket|dress with"),
    "sweater": (
        r"\b(?:sweaters?|pullovers?|cardigans?|jumpers?)\b|毛衣|针织衫|羊毛衫|羊绒衫|开衫",
        r"sweatshirt|dress|连衣裙",
    ),
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
    "sneakers": (
        r"\bsneakers?\b|\b(?:running|training|sports?)\b.*\bshoes?\b"
        r"|板鞋|小白鞋|帆布鞋|运动鞋|休闲鞋|跑步鞋|跑鞋",
        r"socks|sandals",
    ),
    "footwear": (
        r"\bshoes?\b|\bboots?\b|\bsandals?\b|\bpumps?\b|\bheels?\b|\bloafers?\b|sneakers?|鞋|靴",
        r"socks|shoe (?:rack|polish|brush)|鞋柜|鞋架",
    ),
    "cup": (r"\bcups?\b|\bmugs?\b|杯", r"cupboard|杯垫"),
    "electric kettle": (r"\belectric\b.*\bkettles?\b|热水壶", r"$^"),
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
    "bedding set": (
        r"\bbedding\b|\bduvet (?:cover )?set\b|四件套|三件套|件套",
        r"餐具|席|刀具|厨具",
    ),
    "duvet": (r"\bduvets?\b|\bcomforters?\b|\bquilts?\b|(?<!子母)被(?!套|单|枕)", r"被套"),
    "blanket": (r"\bblankets?\b|\bthrows?\b|盖毯|毛毯|毯子", r"地毯"),
    "pillow": (r"\bpillows?\b|枕(?!套|巾)", r"抱枕|pillow ?cases?|pillow covers?|枕套"),
    "cushion": (r"\bcushions?\b|抱枕|坐垫|靠枕|靠垫", r"air cushion|cushioned|气垫"),
    "towel": (r"\btowels?\b|毛巾|浴巾|面巾", r"paper towel|毛巾架|毛巾被|towel rack"),
    "rug": (r"\brugs?\b|\bcarpets?\b|地毯|地垫", r"$^"),
    "pan": (r"\b(?:frying |grill |sauce)?pans?\b|\bwoks?\b|\bskillets?\b|锅", r"锅铲|垫"),
    "wok": (r"\bwoks?\b|炒锅", r"$^"),
    "mug": (r"\bmugs?\b|马克杯|水杯|茶杯|咖啡杯", r"杯垫|保温"),
    "thermos": (
        r"\bthermos\b|vacuum flask|insulated (?:bottle|flask|tumbler|cup)|保温杯|保温壶",
        r"$^",
    ),
    "headphones": (r"\bheadphones?\b|\bearphones?\b|\bearbuds\b|\bheadsets?\b|耳机", r"stand|架"),
    "speaker": (r"\bspeakers?\b|音箱|音响", r"$^"),
    "keyboard": (r"\bkeyboards?\b|键盘", r"$^"),
    "laptop": (
        r"\blaptops?\b|\bnotebook computers?\b|笔记本电脑",
        r"bag|sleeve|stand|backpack|包|支架",
    ),
    "yoga mat": (r"\byoga mats?\b|瑜伽垫", r"$^"),
    "tent": (r"\btents?\b|帐篷", r"$^"),
    "tea": (
        r"\bteas?\b|茶(?!几|壶|杯|具|盘)",
        r"tea (?:towel|set|pot|dress)|teapot|茶几|蛋黄酥|裙",
    ),
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
    "bed": (
        r"\bbeds?\b|(?:实木|双人|单人)床",
        r"pet|床垫|床头|床单|床笠|婴儿床|bed ?sheet|bedding",
    ),
    "pet bed": (r"pet bed|dog bed|cat bed|宠物窝|猫窝|狗窝", r"$^"),
    "underwear": (r"\bbriefs?\b|\btrunks?\b|\bunderwear\b|\bboxers?\b|内裤", r"$^"),
    "socks": (r"\bsocks\b|袜", r"$^"),
}

PATTERNS: dict[str, str] = {
    "striped": r"\bstrip(?:e[sd]?|ed)\b|条纹|海魂",
    "checked": r"\bcheck(?:s|ed|ered)?\b|\bplaid\b|\btartan\b|格子|格纹",
    "floral": r"\bfloral\b|\bflowers?\b|\bfloral-print\b|碎花|花卉",
    "printed": r"\bprint(?:s|ed)?\b|印花",
    "solid": r"\bsolid\b|纯色|素色",
}

FEATURES: dict[str, str] = {
    "waterproof": r"water-?\s?proof|water-?\s?resistant|防水|防泼水",
    "wireless": r"wireless|bluetooth|无线|蓝牙",
    "noise cancelling": r"noise[- ]cancel|\banc\b|降噪",
}
