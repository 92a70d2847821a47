"""Folding of text for comparison, and which of the two languages a message is in."""

from __future__ import annotations

import re
import unicodedata

#: Traditional characters that occur in shopping talk, each followed by its simplified form.
_PAIRS = (
    "紅红藍蓝綠绿黃黄銀银銅铜鐵铁鋼钢鋁铝鈦钛絲丝綢绸緞缎絨绒紗纱織织線线棉棉緊紧綁绑綿绵縮缩縫缝繡绣紋纹純纯網网"
    "褲裤裝装襯衬襪袜鞋鞋靴靴項项鏈链環环鐲镯墜坠飾饰錶表鐘钟鏡镜帶带領领圍围圓圆長长寬宽鬆松輕轻薄薄暖暖"
    "買买賣卖價价錢钱貴贵賤贱塊块萬万億亿個个條条件件雙双隻只張张頂顶輛辆臺台檯台盞盏瓶瓶顆颗筆笔書书"
    "電电腦脑機机視视話话線线耳耳無无線线藍蓝響响燈灯爐炉鍋锅壺壶盤盘筷筷櫃柜櫥橱椅椅門门窗窗簾帘墊垫氈毡"
    "氣气風风濕湿淨净掃扫塵尘烤烤麵面飯饭麥麦魚鱼雞鸡鴨鸭蝦虾豬猪貓猫鳥鸟龍龙馬马鵝鹅蠶蚕"
    "點点選选樣样顏颜色色質质麼么這这那那裡里裏里誰谁為为什什嗎吗呢呢對对錯错與与還还會会來来過过給给請请"
    "讓让說说話话問问題题謝谢歡欢喜喜愛爱討讨厭厌換换退退貨货運运費费訂订單单號号碼码發发買买購购車车"
    "東东西西國国產产廠厂牌牌藝艺術术歐欧韓韩亞亚蘭兰義义華华時时間间節节聖圣誕诞禮礼後后前前週周幾几"
    "兒儿嬰婴孫孙媽妈爺爷歲岁學学體体頭头髮发臉脸腳脚膚肤護护鬍胡鬚须齒齿潔洁"
    "開开關关閉闭裡里邊边內内處处區区廣广場场園园陽阳陰阴雲云雪雪熱热涼凉乾干溼湿舊旧復复"
    "應应該该當当實实際际認认識识讀读寫写聽听見见覺觉得得從从進进遠远近近連连達达適适遊游戲戏運运動动"
    "橙橙黑黑白白灰灰褐褐駝驼綴缀飛飞鑽钻寶宝貝贝瑪玛麗丽蕾蕾絕绝經经緯纬級级組组結结統统緣缘編编"
    "層层屜屉櫥橱凳凳廳厅廚厨臥卧廁厕庫库樓楼牆墙畫画報报紙纸簿簿膠胶皮皮鐳镭雜杂離离難难靜静響响順顺須须"
    "顯显類类餐餐飲饮館馆養养驗验髒脏鬧闹鮮鲜鹽盐麻麻齊齐億亿優优傘伞傢家備备傳传傷伤價价儘尽兩两別别剛刚"
    "創创劃划勁劲勞劳勝胜務务勢势匯汇協协卻却厲厉參参叢丛員员啟启喬乔單单嘗尝嘴嘴嚴严團团圖图堅坚報报塑塑"
    "壓压夾夹奪夺奮奋妝妆婦妇媲媲嬌娇寢寝將将專专尋寻導导屬属島岛帥帅師师帳帐幣币幫帮幹干廢废彈弹彎弯彙汇"
    "徑径從从徵征恆恒悅悦惡恶惠惠慣惯慮虑慶庆憶忆懶懒戀恋戰战戶户拋抛挾挟捨舍掛挂採采揀拣換换損损搖摇摺折"
    "撥拨擇择擔担據据擠挤擴扩擺摆攜携攝摄敗败敵敌數数斷断昇升暈晕暢畅曆历曬晒極极樂乐標标樸朴樹树橋桥檢检櫻樱"
    "欄栏歷历歸归殘残殼壳毀毁決决沒没況况洩泄淚泪淺浅測测湯汤溫温滅灭滾滚滿满漢汉漸渐潑泼潤润澤泽濃浓"
    "濾滤灑洒灣湾煙烟燙烫營营燒烧爛烂牽牵狀状獎奖獨独獵猎瑣琐瓊琼甕瓮畝亩異异疊叠瘋疯療疗皺皱盜盗監监盡尽"
    "睜睁瞭了礙碍禦御種种稱称積积穩稳窩窝競竞筍笋節节範范築筑簡简籃篮籠笼粵粤糧粮緩缓縣县縱纵總总繩绳繼继"
    "續续罈坛罰罚羅罗習习聞闻聯联聰聪職职肅肃脫脱腫肿膽胆臨临舉举艦舰蒼苍蓋盖蓮莲蔥葱薦荐薑姜藥药蘋苹蘿萝"
    "蟲虫蠟蜡術术衛卫補补複复規规觸触訊讯計计訓训記记許许設设評评詞词試试詢询詳详誤误調调談谈論论諾诺證证讚赞"
    "豐丰負负財财貼贴貿贸賞赏賽赛贈赠贏赢趕赶跡迹踐践躍跃軟软輔辅輸输辦办農农遞递遲迟選选邏逻郵邮鄉乡醫医"
    "醬酱釀酿針针釘钉鈕钮鉛铅鉤钩鋒锋錄录錘锤鍵键鎖锁鎮镇鏟铲鑰钥閃闪閱阅隊队隨随險险隱隐霧雾靈灵韌韧頻频"
    "顧顾顫颤飄飘餅饼饋馈駕驾騎骑驚惊骯肮鬥斗鯨鲸麵面黨党鼠鼠齡龄妳你妳你喫吃祇只衹只併并佈布週周鑲镶襬摆裏里羣群"
    "預预夠够較较減减則则額额願愿麽么萊莱爾尔礦矿濟济誌志蠍蝎瑩莹蔭荫癢痒潔洁釐厘戶户鴿鸽鶴鹤鑑鉴擋挡遮遮"
    "們们現现業业襖袄矽硅鍊链繫系親亲螢荧畢毕葉叶蔔卜膩腻臘腊醃腌鬢鬓鋪铺蓆席檔档噸吨吋寸纖纤維维滌涤綸纶寵宠獸兽著着鉗钳鎚锤擰拧瑯琅塗涂噴喷衞卫鏽锈銹锈攤摊縐绉綉绣菓果舖铺麪面竈灶糉粽閒闲嚐尝氊毡"
    "疋匹鷄鸡蘆芦薈荟鹼碱礎础勻匀燻熏鹹咸詩诗傑杰鍾钟鳳凤凱凯賓宾韻韵纏缠繞绕綜综纓缨紡纺紐纽綵彩綽绰鍍镀鋅锌鎳镍鎢钨錫锡銲焊鉻铬鎂镁鋰锂鍛锻鑄铸鏤镂燭烛櫸榉樺桦楓枫槓杠欖榄蔴麻蕎荞藺蔺蘇苏蠔蚝蟬蝉"
    "襠裆諮咨課课謹谨變变賬账贊赞賴赖蹤踪軸轴輪轮轉转載载醜丑釦扣鈣钙閨闺頁页飽饱飼饲餘余餵喂驅驱鯊鲨鱷鳄龜龟擬拟棄弃幟帜懷怀憑凭捲卷掙挣撈捞撐撑撲扑擁拥攏拢攔拦敘叙斂敛曠旷棧栈構构榮荣槍枪樁桩欽钦"
    "洶汹渦涡渾浑漁渔漲涨漿浆潛潜潰溃澆浇濁浊濺溅瀏浏瀝沥爍烁爭争牠它猶犹玆兹琺珐疇畴癬癣皚皑盃杯睏困瞞瞒矯矫硃朱碩硕磚砖禪禅禿秃稜棱穀谷穎颖窮穷竊窃箏筝篩筛簽签籤签糰团紀纪納纳紮扎細细紹绍終终絆绊"
    "絡络緒绪縷缕罷罢羶膻翹翘聲声脈脉臟脏艙舱蔣蒋蕩荡薩萨蘊蕴虛虚蛻蜕裊袅褻亵襲袭覽览觀观託托訪访診诊誇夸語语誠诚謎谜謙谦譜谱譯译貞贞販贩貪贪貫贯責责貯贮資资賀贺賠赔賦赋賺赚贅赘趙赵踴踊軒轩輝辉輩辈"
    "輯辑輻辐轄辖辭辞逕径遙遥遷迁遼辽邁迈鄭郑釋释鈔钞鈴铃鉀钾鉢钵銜衔銳锐錐锥錦锦鍬锹鎧铠鐮镰鑒鉴鑼锣閣阁闊阔闖闯陳陈陸陆隸隶雋隽雖虽霑沾靚靓鞏巩頌颂頒颁頓顿頗颇頸颈顛颠餃饺餚肴餡馅饅馒饒饶駁驳駐驻"
    "駱骆騙骗騰腾髖髋鬱郁魯鲁鮑鲍鯉鲤鰻鳗鱗鳞鳴鸣鴛鸳鷹鹰黴霉齋斋"
)
_SIMPLIFIED = {ord(t): s for t, s in zip(_PAIRS[::2], _PAIRS[1::2], strict=True) if t != s}

#: Punctuation that NFKC leaves different although people mean the same.
_PUNCTUATION = {
    **dict.fromkeys(map(ord, "‘’‛′`´＇"), "'"),
    **dict.fromkeys(map(ord, "“”„″"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
}
_TABLE = {**_SIMPLIFIED, **_PUNCTUATION}

_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)?")


def fold(text: str) -> str:
    """One spelling for all: NFKC, lower case, no accents on Latin letters, simplified Chinese.

    >>> fold("Café　ＸＬ 紅色")
    'cafe xl 红色'
    """
    return fold_with_offsets(text)[0] if not text.isascii() else text.lower()


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """``fold``, and for each folded character the index in ``text`` that it came from.

    The list has one more entry than the folded text has characters: ``len(text)``. A folded span
    ``[i, j)`` is ``text[offsets[i]:offsets[j]]``.
    """
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    folded: list[str] = []
    offsets: list[int] = []
    i = 0
    while i < len(text):
        j = i + 1
        while j < len(text) and unicodedata.combining(text[j]):
            j += 1
        piece = _fold_character(text[i:j])
        folded.append(piece)
        offsets += [i] * len(piece)
        i = j
    return "".join(folded), [*offsets, len(text)]


def _fold_character(char: str) -> str:
    if char.isascii():
        return char.lower()
    simple = char.translate(_TABLE)
    if _HAN.match(simple):
        return simple
    folded = unicodedata.normalize("NFKC", simple).lower().translate(_TABLE)
    decomposed = unicodedata.normalize("NFKD", folded)
    if decomposed[:1].isascii():
        return "".join(c for c in decomposed if not unicodedata.combining(c))
    return folded


def has_han(text: str) -> bool:
    """Whether there is any Chinese character in the text."""
    return _HAN.search(text) is not None


def detect_language(text: str) -> str:
    """``"zh"`` or ``"en"``: the script that carries the sentence.

    A Chinese sentence often holds English brand names, so a Latin word weighs as little as one
    character; an English sentence that quotes a Chinese word stays English.

    >>> detect_language("我想要Nike的Air Force"), detect_language("what does 红色 mean in English?")
    ('zh', 'en')
    """
    han = len(_HAN.findall(text))
    if not han:
        return "en"
    return "zh" if han >= len(_LATIN_WORD.findall(text)) else "en"


def unglued(text: str) -> str:
    """A text whose line breaks were lost on its way, with full stops where they were.

    >>> unglued("Padded backWater-resistance: YesWarranty: 1 year"), unglued("An iPhone by McCoy")
    ('Padded back. Water-resistance: Yes. Warranty: 1 year', 'An iPhone by McCoy')
    """
    return _GLUED.sub(". ", text)


_GLUED = re.compile(r"(?:(?<=[a-z]{2})|(?<=: No))(?=[A-Z][a-z]{2})")
