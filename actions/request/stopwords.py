"""Words that carry nothing a product could be searched for, in both languages."""

from __future__ import annotations

from actions.request.tokens import Phrases

_ENGLISH = (
    "a an the some of to in on at for with by from and or but so as is are am be been being was "
    "were "
    "do does did done have has had having will would can could should shall may might must i me my "
    "mine we us our you your yours he him his she her hers it its they them their this that these "
    "those there here who whom which what when where why how if then than too very just only also "
    "please pls thanks thank hi hello hey ok okay yes no not dont im ive id ill youre thats whats "
    "its lets get got give find show want need like looking look search see buy purchase shop "
    "shopping something anything thing things stuff one ones any all more most other another good "
    "great nice really quite bit little lot lots kind sort sth want wants needs wanted preferably "
    "maybe perhaps about around up down out off over under into new item items product products "
    "option options choice choices recommend recommendation recommendations suggest suggestion "
    "suggestions help available right now today soon going go make made use using used wear "
    "wearing "
    "think know guess mean say said tell let may able come comes came take takes put try trying "
    "mind prefer wish hope much many few each every both either neither own same such sure well "
    "hmm oh um er uh yeah yep nope actually basically literally still even ever again already yet "
    "budget price prices color colour colors colours size style brand type cost material fabric "
    "range limit rupees per piece pieces since because cant cannot wont isnt arent doesnt didnt "
    "wasnt couldnt wouldnt shouldnt aint u r ur n pl dear sir madam guys friend kindly first next "
    "must should has hes shes theyre weve youve theres gonna wanna gotta dunno lemme gimme back "
    "sell carry stock wait changed change meant said sorry sounds seems seem guess increase lower "
    "top filter filters requirement hoping stay issue problem likes loves liked love adore "
    "loved instead rather between less least until while during after "
    "before through always often usually sometimes gift"
)
STOPWORDS = frozenset(_ENGLISH.split()) - {"gift"}

#: Chinese function words and everyday phrases; longer ones are taken first.
_CHINESE = (
    "我 你 您 他 她 它 我们 你们 他们 她们 咱 咱们 的 嘅 啲 了 吗 呢 吧 啊 呀 哦 嘛 么 是 有 没 在 "
    "和 与 或 也 都 就 "
    "才 还 又 再 很 太 更 最 比较 非常 特别 挺 蛮 好 想 要 买 找 看 给 来 去 到 把 被 让 从 向 "
    "对 为 以 及 等 这 那 "
    "哪 什么 怎么 怎样 多少 几 个 件 条 双 只 款 种 张 台 部 本 瓶 盒 套 支 些 点 下 里 上 中 "
    "内 外 一 一个 一件 一条 "
    "一双 一款 一些 一点 一下 一种 一台 一张 一套 我想 想要 想买 需要 可以 能 会 应该 必须 请 "
    "麻烦 帮 帮我 谢谢 "
    "你好 您好 请问 推荐 介绍 看看 有没有 店里 店 商品 产品 东西 东东 宝贝 货 时候 现在 今天 "
    "最近 一直 但 但是 不过 "
    "而且 并且 然后 另外 还有 因为 所以 如果 的话 那个 这个 那种 这种 这样 那样 样 样子 类 方面 "
    "关于 方便 用 用的 "
    "穿 穿的 戴 带 使 做 送 送给 适合 合适 喜欢 爱 希望 打算 准备 考虑 觉得 感觉 知道 不 别 "
    "没有 无 吧 呗 啦 咯 哈 嗯 "
    "价格 价位 价钱 颜色 材质 面料 品牌 牌子 尺码 大小 款式 预算 左右 以内 以下 以上 之间 元 块 "
    "块钱 钱 一样 "
    "稍微 一般 主要 大概 可能 其实 真 真的 超 超级 超好 自己 自个 平时 平常 日常用 家 家里 "
    "家用的 人 号 码 地 得 着 过 "
    "亲 麻烦您 能不能 可不可以 行不行 好不好 是不是 是否 某 各 每 该 其 之 于 跟 同 且 而 则 即 "
    "若 便 吗 行 成 挑 选 "
    "选择 查 查找 搜 搜索 发 发我 们 老板 客服 推 荐 求 求推荐 款的 色 色的 那 么 样的 些的 "
    "差不多 随便 尽量 最好 排序 排列 排 按 按照 优先 买个 来个 有个 找个 给个 "
    "帮忙 风 一点儿 有点 这么 那么 "
    "刚才 刚刚 条件 换成 改成 改为 变成 换 改 "
    "请问 不好意思 适用 专用 用来 当作 作为 想着 其他 其它 别的 大家 左右 吧"
)
CHINESE = Phrases({True: "|".join(_CHINESE.split())})
