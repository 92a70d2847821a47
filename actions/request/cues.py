"""Cue words of what a shopper does in a sentence, in both languages side by side.

A cue says what kind of thing is going on; what it is about is found beside it. Longer phrases win
over shorter ones, so a phrase under ``SHIELD`` keeps its words from being read as something else.
"""

from __future__ import annotations

from functools import lru_cache

from actions.request.scales import adjectives, comparisons, superlatives
from actions.request.tokens import Phrases, tokenise

SHIELD, FIND, EXIST, WANT = "shield", "find", "exist", "want"
NOT, NOT_AFTER, ONLY = "not", "not_after", "only"
LIKE, DISLIKE, AS, SAME = "like", "dislike", "as", "same"
COMPARE, WHY, DETAILS, ABOUT_IT = "compare", "why", "details", "about_it"
TAKE, UNTAKE, LIST = "take", "untake", "list"
MORE, BACK, RESET = "more", "back", "reset"
ANY, CARELESS, SOFT, WIDEN, FLEXIBLE = "any", "careless", "soft", "widen", "flexible"
QUESTION, ASIDE, THAN = "question", "aside", "than"
OR, AND, BUT, TO = "or", "and", "but", "to"
YES, NO, POLITE = "yes", "no", "polite"
CORRECT, KEEP, UNNEEDED, START = "correct", "keep", "unneeded", "start"

CUES = {
    SHIELD: (
        "im back|i am back|be back|right back|back again|"
        "i want to know|i wanna know|i need to know|i would like to know|id like to know|"
        "加糖|加绒|加厚|加大码|加热|加湿|加速|加油|"
        "thats it|that is it|thats all|that is all|that will be all|thats everything|that will do|"
        "what about you|do i need to|do i have to|should i|are you|"
        "you guys|hi guys|hey guys|hello guys|thanks guys|ok guys|you folks|hey man|"
        "thanks man|want to know|wanna know|like to know|need to know|want to ask|"
        "just wondering|i was wondering|pass by|pick up|picking up|picking it up|"
        "dont forget|cant find|couldnt find|cannot find|cant see any|cant seem to find|"
        "dont you have|dont you sell|dont you carry|why dont you have|havent you got|"
        "isnt there|arent there|isnt it|arent they|not sure if|not sure whether|"
        "not sure about|would you have|on sale|low carb|back pain|back hurts|my back|"
        "the back|at the back|back to school|in the back|on the back|就这样|就这些|这样|"
        "那样|怎样|这样的|那样的|没什么|没关系的|没有了|还没|有没有可能|差不多就|"
        "一点也不|不得不|不错过|不足|不少|不止|不如|不论|不管|无线|无人机|无袖|无糖|无框|"
        "无钢圈|无痕|无火|无香|无油烟|无叶|无绳|无刷|别针|区别于|别克|非常规|非凡|没准|"
        "不锈钢|不粘|不倒翁|不褪色|不掉色|免洗|免打孔|免烫|来电|来自|看重|看书|看电视|"
        "找到|选购|选择|选项|买家|买菜|介绍信|继续教育|"
        "not bad|not only|not just|not really|not at all|no one|no longer|why not|how about|"
        "like to|would like|id like|i would like|we would like|looks like|feel like|id love|"
        "would love|i would love|"
        "by the way|as soon as|as well as|such as|first of all|at first|first time|at last|"
        "last time|"
        "last order|last week|last month|last year|last night|dress up|no rush|in a hurry|"
        "good morning|good afternoon|good evening|good day|"
        "不同|不过|不好意思|不客气|不一样|不用了|不一定要|不仅|不只|不光|最好看|最好的|最好吃|"
        "最好用|最好喝|最好玩|"
        "第一次|第二次|第一时间|第二天|别人|别墅|特别|区别|分别|级别|类别|性别|个别|告别|非常|"
        "非洲|除非|没事|"
        "好像|想像|图像|要不|要不要|来不来|要么|不然|重要|主要|需要的|需要|本来|原来|未来|后来|"
        "以来|"
        "就是|比如|好比|对比度|那么|这么|怎么办|一起|多谢|可爱|爱心|恋爱|大家|大概|大方"
    ),
    FIND: (
        "what do you have in|got anything in|"
        "show me|show|find me|find|give me|get me|give|recommend|suggest|display|looking for|"
        "look for|searching for|search for|search|browse|see|let me see|can i see|shopping for|"
        "in the market for|bring me|hunting for|track down|tracking down|after|"
        "给我看看|给我看|给我找|给我推荐|给我来|给我|推荐|帮我找|帮我看|找找|找|看看|看一下|"
        "想看|搜索|搜|来点|来|"
        "介绍几|显示|列出"
    ),
    WANT: (
        "i want|want|i need|need|would like|id like|i would like|we need|we want|wanna|"
        "i wish|im after|require|want to buy|would like to buy|"
        "我想买|我想要|想买|想要|我要|我需要|需要|要买|我想|想找|我要买|想入手|要|买"
    ),
    EXIST: (
        "do you have|have you got|have you|is there|are there|got any|do you sell|do you carry|"
        "do you stock|you have|does it exist|any chance of|anything|something|"
        "有没有|有木有|有冇|有无|还有没有|你们有|店里有|有|卖"
    ),
    NOT: (
        "any color but|any colour but|any colors but|any colours but|any shade but|any brand but|"
        "any material but|any fabric but|any pattern but|any style but|any type but|any kind but|"
        "any print but|every color but|every colour but|all colors but|all colours but|"
        "not interested in|no interest in|no desire for|rather not have|rather not|"
        "不考虑|不是很想要|不是很想|不是很喜欢|没那么喜欢|不打算买|"
        "啊不要|哦不要|噢不要|呃不要|额不要|啊不想要|"
        "dont need any|别给我推|别给我推荐|别推|不想要有|"
        "除却|除此|别有|千万不能|不准有|不许有|免谈|"
        "doesnt use|dont use|doesnt wear|doesnt eat|dont eat|doesnt drink|dont drink|"
        "cant use|cant stand|wont wear|wouldnt wear|didnt like|steer clear of|hold the|"
        "not made of|not containing|not including|free of any|as long as its not|"
        "as long as it isnt|so long as its not|stop showing|stop showing me|no such|"
        "besides|aside from|must not|must not have|shouldnt have|should not have|"
        "must not contain|shouldnt contain|doesnt contain|does not contain|doesnt have|"
        "does not have|wouldnt want|other than the|最好不要|最好别|最好不是|最好没有|"
        "千万别|千万不要|可别|不能要|不想再|不准|忌|不要再|不打算要|不太想要|不怎么喜欢|"
        "除开|不算|别再|不带有|不要含|"
        "not|no|without|w/o|except|except for|other than|apart from|but not|anything but|"
        "everything but|all but|any but|anything except|everything except|excluding|exclude|avoid|"
        "avoiding|nothing|never|non|neither|nor|minus|dont want|do not want|dont show|dont show me|"
        "do not show|dont need|dont give me|isnt|arent|is not|are not|shouldnt be|should not be|"
        "cant be|must not be|mustnt be|allergic to|leave out|rule out|free of|free from|not any|"
        "instead of|rather than|dont like|do not like|hate|dislike|cant stand|no more|aint|"
        "doesnt like|doesnt want|does not like|cannot wear|cant wear|cant have|cant eat|"
        "not a fan of|not into|not keen on|dont do|dont wear|didnt want|stay away from|"
        "anything other than|nothing in|nothing with|skip|w out|not from|not by|"
        "不要|不是|别|不想要|不|不含|没有|无|除了|除去|除|非|不带|避免|排除|拒绝|不能是|别给我|"
        "别是|不想买|"
        "不能有|没|避开|过敏|不能含|不含有|不喜欢|讨厌|不爱|不想看|别推荐|不要有|不要带|别要|"
        "不可以有|不用|"
        "不希望|不需要|我不要|不可以是|不买|不穿|不吃|不太喜欢|甭"
    ),
    NOT_AFTER: (
        "过敏|免谈|绝对不行|一律不要|不用看|不用推|isnt allowed|is a no no|not please|"
        "isnt my thing|not my thing|"
        "doesnt suit me|"
        "dont suit me|is off the table|are a no|不想看|不想要了|不太行|不ok|就不考虑|"
        "不在考虑|不在考虑范围|不太好|不适合我|不太适合|吃不了|穿不了|不能接受|接受不了|"
        "free|excluded|is out|are out|is not ok|not ok|not allowed|isnt ok|no good|wont do|"
        "wont work|doesnt work|dont work|is a no|is a no go|is a no no|not for me|isnt for me|"
        "no thanks|"
        "不要|不行|不喜欢|不考虑|就算了|算了|除外|以外|之外|免了|不用|不接受|不可以|不好|别要|"
        "不要了|就不要|"
        "不太喜欢|不适合|pass|就不用|我不要|不想要|就别|除外的|以外的|之外的"
    ),
    ONLY: "only|must be|only show|只要|只看|只|必须|仅|必须要",
    LIKE: (
        "looks much better|look much better|sounds much better|is much better|much better|"
        "sounds better|sounds good|sounds nice|looks better|look better|like the look of|"
        "like the sound of|big fan of|keen on|works well for me|挺喜欢|还可以|还不错|"
        "看着不错|看起来不错|可以的|有感觉|种草|想要这个|"
        "i like|like|love|i love|loved|liked|adore|fond of|looks great|looks good|looks nice|"
        "look great|look good|look nice|is nice|is great|is good|is perfect|looks perfect|"
        "is lovely|is beautiful|looks cool|is cool|prefer|my favorite|my favourite|into|"
        "im interested in|interested in|works for me|is better|"
        "喜欢|中意|不错|好看|挺好|很好|看上|满意|心动|还行|更喜欢|挺喜欢|蛮喜欢|很喜欢|爱了|"
        "挺不错|蛮好|漂亮|感兴趣"
    ),
    DISLIKE: (
        "啊不要|哦不要|噢不要|呃不要|额不要|"
        "arent my style|not really my style|not my thing|isnt my thing|not feeling|meh|"
        "dont fancy|doesnt suit me|dont suit me|not impressed|不大喜欢|不怎么喜欢|没感觉|"
        "不来电|太丑|不想要了|看不中|不太行|差点意思|不咋地|不咋样|"
        "dont like|do not like|didnt like|doesnt like|dislike|hate|hated|not a fan of|not keen on|"
        "not into|not interested in|cant stand|not for me|isnt for me|arent for me|not my style|"
        "isnt my style|ugly|awful|terrible|horrible|dont love|didnt love|not crazy about|"
        "dont really like|not really into|is ugly|looks ugly|look ugly|looks cheap|is out|are out|"
        "skip|doesnt work for me|dont want|do not want|dont show me|not what i want|boring|"
        "not what im looking for|pass on|no to|get rid of|hide|is bad|"
        "不喜欢|讨厌|不中意|看不上|不好看|难看|丑|不适合|不合适|不感兴趣|受不了|不太喜欢|"
        "不是很喜欢|没兴趣|"
        "不爱|不怎么样|不行|一般般|不想要|不要|不想看|pass|不满意|别再推荐|不考虑|没看上|就算了"
    ),
    AS: (
        "version of|versions of|variant of|like|similar to|similar|resembling|alike|"
        "along the lines of|in the style of|the way|"
        "类似于|类似|相似|差不多|像|同款|相近|同类|同类型|接近|一样|同样"
    ),
    SAME: "the same as|same as|the same|same|exactly like|just like",
    COMPARE: (
        "torn between|cant decide between|decide between|choose between|undecided between|"
        "hesitating between|不知道选哪个|不知道买哪个|该选哪个|选哪个好|纠结|犹豫不决|拿不定主意|"
        "different about|whats different|differs|compare|compared|comparing|comparison|"
        "comparision|difference|differences|differ|"
        "how different|different from|versus|vs|which is better|which one is better|better one|"
        "whats better|which ones better|which ones the better|which is the better|side by side|"
        "contrast|which of the two|which would you|which one should i|"
        "which do you recommend|stack up|"
        "对比一下|比较一下|比一下|对比|比较|区别|差别|有什么不同|有啥不同|有何不同|不同点|差异|"
        "哪个好|哪个更好|哪款好|"
        "哪款更好|哪一个好|比一比|比比|pk|有什么不一样|哪里不一样|哪个比较好|哪个更值得|有什么两样"
    ),
    WHY: (
        "why|how come|reason|reasons|explain|what makes|what for|"
        "为什么|为啥|为何|怎么会|理由|原因|干嘛|凭什么|咋"
    ),
    DETAILS: (
        "everything about|all about|tell me everything about|tell me more|more about|"
        "tell me about|details|more details|more detail|detail|more info|"
        "info|information|more information|describe|description|specs|specifications|"
        "specification|spec|learn more|know more|elaborate|what is it|whats it like|read more|"
        "know about|talk about|zoom in on|open|"
        "详情|详细|细节|介绍一下|介绍下|介绍|具体|说说|讲讲|参数|怎么样|了解一下|了解|展开|"
        "多说点|资料|详细说说|"
        "详细介绍|讲一下|说一下|咋样|如何"
    ),
    ABOUT_IT: "what about|how about|and|呢",
    TAKE: (
        "id rather have|i would rather have|let me have|let me get|sign me up for|"
        "ill go with|ill go for|lets go with|sold on|要下|帮我拿|买了|"
        "拿下|"
        "add|put|save|keep|ill take|take|choose|pick|go with|going with|go for|ill have|ill get|"
        "buy|"
        "purchase|bookmark|stick with|settle on|settle for|order|reserve|grab|i choose|checkout|"
        "check out|get|"
        "就要|就选|选|买|拿|加入|加到|加进|加|放进|放入|放到|放|添加|收藏|收藏一下|存|下单|就买|"
        "入手|订|拍|就拿|"
        "定了|要了|买下|就|我选|我买"
    ),
    UNTAKE: (
        "take away|cross off|cross out|strike off|scratch|scrap|lose|ditch|bin|移走|踢出|撤掉|撤下|"
        "划掉|划去|扔掉|"
        "remove|delete|take off|drop|take out|take|get rid of|unsave|throw out|"
        "去掉|删掉|删除|移除|移出|取消收藏|拿掉|删|剔除|拿出来|取消"
    ),
    LIST: (
        "my list|the list|shopping list|list|wishlist|wish list|my wishlist|cart|basket|my cart|"
        "shopping cart|my basket|my bag|shopping bag|favorites|favourites|my favorites|"
        "my saved items|"
        "saved items|my picks|清单|购物车|收藏夹|心愿单|购物清单|愿望单|我的列表|我的清单|"
        "我的收藏|车里|列表|我选的"
    ),
    MORE: (
        "keep looking|keep searching|look further|search further|"
        "move along the shelf|move along|再往后看看|往后看看|"
        "再往后看|往后看|"
        "再往后|再往后翻|往后翻|往后翻翻|往下翻|往下翻翻|往下看|往下看看|往下瞅瞅|翻页|"
        "再上几款|再上几个|再上一批|"
        "再上点|接着看|接着来|再翻翻|"
        "show me others|show others|show me some others|anything different|"
        "any alternatives|what other|other styles|other choices|other suggestions|"
        "some other|any other options|do you have others|next batch|keep them coming|"
        "还有什么别的|看看别的|看看其他的|看看其他|看看其它的|再推荐一些|再来几款|"
        "多来几个|多给几个|多看几个|别的款|其他款|其它款|别的款式|其他款式|还有新的吗|"
        "别的有吗|其他的有吗|都看完了|"
        "more|show more|show me more|more options|more please|other options|other ones|others|"
        "any others|any other|any others|anything else|something else|something different|"
        "another one|another|other|next|next page|next ones|different ones|what else|else|"
        "more choices|any more|some more|keep going|go on|more of them|more results|"
        "other products|other models|different products|others like|alternatives|alternative|"
        "换一批|换一个|换换|换几个|下一批|下一页|还有吗|还有没有|还有别的吗|还有别的|还有其他的|"
        "还有其他|还有呢|别的|"
        "其他的|其它的|再来几个|再看看|更多|再推荐|再推荐几个|其他|其它|另外的|换一组|换点别的|"
        "还有什么|再来|再来点|"
        "再给我看几个|再找找|换个|再换一批|下一组|继续|还有没有别的|还有没有其他的|还有其他款吗|"
        "再看几个"
    ),
    BACK: (
        "previous page|last page|page back|"
        "go one back|one back|the earlier ones|the earlier results|"
        "what you showed before|前面那些|之前那些|刚刚那些|上一组|上一轮|"
        "back|go back|undo|undo that|undo the last|previous|take that back|step back|revert|"
        "the previous ones|last step|one step back|go to the previous|previous results|back up|"
        "上一步|返回|撤销|后退|退回|回退|回到上一步|回去|撤回|倒回去|恢复|返回上一步|上一批|"
        "上一页|退一步|回到刚才|"
        "回到之前|刚才那些"
    ),
    RESET: (
        "scrap everything|scrap all that|wipe everything|different search|换个东西|"
        "从新开始|全部清掉|全清|推倒重来|全部取消|条件全部取消|全部不要了重新来|重新找吧|"
        "start over|start again|restart|reset|start fresh|from scratch|begin again|clear all|"
        "clear everything|new search|forget everything|start a new search|forget all that|"
        "lets start over|start from the beginning|start anew|clear my search|clear the search|"
        "clear filters|clear all filters|reset filters|reset everything|"
        "重新开始|重来|重新来|从头|从头开始|从头来|清空|重置|重新找|全部重来|重新搜|重新选|"
        "新的搜索|重新再来|"
        "清空条件|清除条件|清空筛选|都清空|换个话题|重头来"
    ),
    ANY: (
        "forget what i said about|ignore what i said about|never mind what i said about|"
        "不用是|不需要是|不用非要|不用非要是|不用一定是|不必非要|no need for|no need for a|"
        "no need for any|no need of|"
        "不是非得要|不用一定|"
        "take off|take away|get rid of|"
        "not bothered about|dont mind what|dont mind which|dont worry about|"
        "not concerned about|not worried about|not fussed about|doesnt have to have|"
        "unset|不计较|不用考虑|不太在意|"
        "不太在乎|不怎么在意|不关心|甭管|无论什么|不管什么|别管什么|随便什么|不挑|取消掉|"
        "撤掉|"
        "any|whichever|whatever|regardless of|no matter|no matter the|irrespective of|never mind|"
        "nevermind|forget|forget about|ignore|remove|lift|relax|clear|drop|dont care about|"
        "dont mind|dont care|dont care what|do not care about|any kind of|"
        "no preference on|no preference for|not fussy about|not picky about|doesnt have to be|"
        "does not have to be|doesnt need to be|need not be|no need to be|not necessarily|"
        "dont care about the|i dont care about|"
        "任何|任意|不限|不管|不论|无论|不在乎|不在意|不介意|去掉|取消|忽略|不考虑|别管|放开|"
        "不限制|不一定要|不一定是|"
        "不一定|不用管|不必是|不非得|不是非要|不用非得|不挑|不看"
    ),
    CARELESS: (
        "没有别的要求|没别的要求|没有其他要求|没其他要求|没有其它要求|"
        "all the same to me|all the same|its all the same|makes no difference|no difference to me|"
        "who cares|isnt a concern|not a concern|is not a concern|no concern|not a factor|"
        "isnt a factor|doesnt bother me|im open|anything will do|whichever|"
        "is fine with me|is up to you|no limit|unlimited|not fussy|it depends on you|"
        "you pick|your choice|your call|都能接受|你看着来|你帮我选|你帮我挑|你来定|"
        "听你的|你推荐吧|看你推荐|无要求|不做要求|不做限制|没限制|没有限制|没偏好|"
        "没有偏好|没特别|都没差|不是重点|不是问题|好说|不强求|不拘|都无妨|没讲究|不挑剔|"
        "不care|"
        "doesnt matter|does not matter|dont matter|not important|irrelevant|not an issue|"
        "not a problem|isnt a problem|is not a problem|is not an issue|is not important|"
        "no issue|no object|unimportant|isnt important|"
        "is not important|isnt an issue|whatever|i dont care|dont care|do not care|dont mind|"
        "either|"
        "either is fine|either one|anything is fine|anything works|anything goes|"
        "no preference|no preferences|up to you|you choose|you decide|surprise me|dont know|"
        "do not know|not sure|no idea|no clue|idk|dunno|any is fine|any will do|any works|"
        "all good|all fine|both are fine|both fine|any of them|could be anything|is open|"
        "not fussed|not picky|im easy|is no problem|no matter|not a big deal|i am flexible|"
        "im not sure|no particular preference|not really sure|"
        "都可以|都行|随便|无所谓|都好|你定|你决定|看着办|不知道|不清楚|没想好|不确定|不限|"
        "没要求|没有要求|皆可|都ok|"
        "都成|没意见|不挑|随意|哪个都行|不重要|不是问题|没问题|没关系|不限制|不讲究|不介意|"
        "没什么要求|没有特别要求|"
        "没特别要求|随便什么|什么都行|什么都可以|怎么都行|都没问题|都没关系|没想法|不在乎|"
        "不在意|都无所谓|没所谓"
    ),
    SOFT: (
        "最好不要|最好别|最好不是|最好没有|"
        "如果没有|要是没有|实在没有|if thats possible|if theres any|ideally something|"
        "leaning towards|"
        "leaning toward|id lean towards|a preference for|hoping for|fingers crossed|能是|"
        "要是能|如果能|如果可以|最好能是|可以的话|有更好|优选|首选|想要偏|"
        "preferably|preferbly|preferable|prefer|i prefer|i would prefer|id prefer|preferred|"
        "ideally|"
        "if possible|if you have|would be nice|would be great|would be good|hopefully|nice to have|"
        "would be a plus|is a plus|maybe|perhaps|if you can|rather|id rather|would rather|"
        "would be ideal|a bonus|"
        "最好|最好是|最好能|尽量|优先|偏好|更好|可能的话|倾向|倾向于|偏向|更喜欢|比较喜欢|"
        "就更好了|优先考虑|能的话|"
        "有的话|如果有|最好带|最好有|希望"
    ),
    WIDEN: (
        "is fine as well|are fine as well|would be fine too|would be ok too|can also be|"
        "也凑合|也能行|同样可以|也考虑|也可|也OK|也没事|都可以考虑|"
        "as well|too|also|is fine too|also fine|works too|is ok too|also ok|also good|also works|"
        "ok too|fine too|is also fine|are also fine|are fine too|as an alternative|open to|"
        "could also be|would also work|"
        "也行|也可以|也ok|也好|也成|也能接受|可以接受|也喜欢|也接受|也没问题|也要|也不错|也看看|"
        "还可以是|也没关系|也算"
    ),
    FLEXIBLE: (
        "stretch|can stretch|could stretch|might stretch|go higher|go a bit over|go slightly over|"
        "可以稍微超|稍微超一点|可以超|可以超一点|能超一点|超一点|可以多一点|可以加一点|"
        "可以往上加|上浮|"
        "flexible|negotiable|可以商量|灵活|可以放宽|弹性|放宽|relax|loosen|可以高一点|可以再高"
    ),
    QUESTION: (
        "can you|could you|would you|can we|could we|can i|could i|will you|"
        "?|what|whats|which|how|hows|when|where|who|whose|is|are|does|do|can|could|has|was|were|"
        "will|did|isnt|doesnt|吗|么|什么|啥|哪|哪个|哪里|多少|几|怎么|是不是|能不能|可不可以|"
        "会不会|是否|有没有|有冇|多大|"
        "多重|多长|多高|多宽|嘛"
    ),
    ASIDE: (
        "i bought|i ordered|arrived broken|arrived damaged|is damaged|came broken|wrong item|"
        "可以退|能退|可退|退吗|不能退|上次买的|我买的|之前买的|昨天买的|前几天买的|收到的|碎了|"
        "坏了|破了|"
        "real person|talk to someone|speak to someone|speak with someone|talk to a person|"
        "什么时候能到|啥时候到|啥时候能到|多久能到|几时到|"
        "how long does it take|how long will it take|how long until|"
        "my order|my orders|order id|order number|order status|place order|"
        "place an order|placed an order|place my order|cancel order|cancel my|"
        "cancellation|cancelled|canceled|customer care|pin code|zip code|"
        "loyalty program|"
        "gift card|gift wrap|gift wrapping|account|password|app|website|email|"
        "phone number|contact number|store location|physical store|pick up in store|"
        "in installments|installments|优惠|打折|满减|促销|分期|真货|假货|保真|"
        "什么时候到|多久到|几天能到|实体店|门店|专柜|退钱|取消订单|"
        "下单后|会员|积分|礼品卡|礼品包装|赠品|发错|少发|赔|改地址|"
        "收货地址|"
        "ship|shipping|deliver|delivery|deliveries|return policy|refund|refunds|exchange|payment|"
        "paypal|credit card|cash on delivery|cod|invoice|order status|track|tracking|coupon|"
        "coupons|discount|discounts|discount code|promo code|customer service|human|agent|"
        "warranty|guarantee|"
        "pincode|store hours|opening hours|cancel my order|complaint|returns|return|"
        "发货|送货|快递|物流|运费|包邮|邮费|退货|退款|换货|退换|付款|支付|发票|客服|人工|投诉|"
        "售后|优惠券|保修|质保|"
        "订单|到货|几天到|配送|寄到|送到"
    ),
    THAN: "than|then|compared to|compared with|in comparison to|比",
    OR: "or|either|and/or|或|或者|或是|还是|要么|/|either or",
    AND: "and|&|plus|和|与|跟|以及|及|、|并且|且|同|+|as well as",
    BUT: "but|however|though|yet|except that|但是|但|不过|只是|可是|而是|而",
    TO: (
        "to go with|to match|goes with|go with my|matching my|compatible with|for my|for the|"
        "to fit|that fits|搭配|配我的|给我的|适配|兼容|配"
    ),
    KEEP: (
        "same|the same|keep|keep the|keep my|keep to|stick to|stick to the|stick with|stay within|"
        "stay within the|stays|unchanged|as before|still the same|"
        "不变|照旧|保持|保持不变|还是一样|不改|维持|同样|同样的|一样|一样的|相同|相同的|原来的|"
        "刚才的|"
        "之前的|还是这个|还是那个|还是刚才的|还是之前的|不动|跟刚才一样|跟之前一样|和刚才一样|"
        "和之前一样"
    ),
    START: (
        "can you|could you|would you|can we|could we|can i|could i|will you|"
        "i think|i want|i need|id like|i guess|lets|let me|"
        "我觉得|我感觉|我认为|你给我|帮我|给我|能不能|可不可以|你有没有"
    ),
    UNNEEDED: (
        "isnt a must|not a must|is not a must|isnt necessary|is not necessary|not necessary|"
        "isnt required|not required|isnt needed|is not needed|not needed|no longer needed|"
        "isnt essential|not essential|is optional|optional|doesnt have to be there|"
        "没必要|不是必须|不是必须的|不必须|可有可无|不是必要的|非必须|不是硬性要求|不强求"
    ),
    CORRECT: (
        "no wait|wait no|oh wait|wait wait|wait|no no|scratch that|strike that|i meant|i mean|"
        "i meant to say|or rather|correction|sorry|my bad|oops|whoops|make that|make it|"
        "change that to|on second thought|on second thoughts|actually no|no actually|actually|"
        "er no|er|erm|hang on|hold on|oh no|no sorry|sorry no|"
        "不对|不对不对|哦不|噢不|啊不|呃不|额不|不不|不不不|呃不对|额不对|呃不是|等等|等一下|"
        "等下|等会|说错了|说错|"
        "我说错了|打错了|打错|写错了|口误|算了还是|还是算了|更正|更正一下|搞错了|"
        "改成|改为|我是说|我说的是|我意思是|我的意思是|哦我是说|应该是|哦不对|啊不对|噢不对|"
        "哦不是|啊不是|不好意思"
    ),
    YES: (
        "👍|👌|🆗|yes|yeah|yep|yup|sure|ok|okay|of course|sounds good|right|correct|exactly|"
        "alright|"
        "fine|"
        "no problem|no worries|absolutely|definitely|please do|go ahead|great|perfect|good|"
        "yes please|that works|y|ya|"
        "yes it is|thats right|why not|cool|k|do it|sounds great|it is|deal|"
        "是|是的|对|对的|好|好的|行|可以|嗯|嗯嗯|没错|好啊|好呀|当然|可以的|行吧|好吧|要的|对啊|"
        "是啊|ok的|没问题|哦|嗯好|中"
    ),
    NO: (
        "👎|🙅|no|nope|nah|no thanks|no thank you|not really|never mind|nevermind|nvm|not now|"
        "not at all|"
        "n|negative|not yet|no way|nay|wrong|not quite|"
        "不|不用|不用了|不是|不要|不了|没有|算了|不对|不行|不好|不需要|不是的|没|别|不必|不必了|"
        "先不用"
    ),
    POLITE: (
        "please|pls|plz|thanks|thank you|thx|hi|hello|hey|hiya|sorry|excuse me|thank u|ty|"
        "well|hmm|um|uh|oh|so|actually|you know|i mean|i think|just|really|kindly|lol|haha|bye|"
        "请|麻烦|谢谢|你好|您好|不好意思|请问|亲|亲爱的|老板|嗨|哈喽|那个什么|呃|额|帮忙|帮我|"
        "帮|谢谢你|感谢|"
        "哈哈|啊|呀|吧|哦|噢|哎|诶|喂|拜拜|再见|劳驾|拜托"
    ),
}

#: Attribute names as shoppers say them, for questions and for "any colour".
ATTRIBUTES = {
    "price": (
        "price|prices|cost|costs|budget|price range|pricing|money|how much|"
        "价格|价钱|预算|价位|多少钱|价|几钱|怎么卖|什么价|贵吗|贵不贵|几块钱|多少元"
    ),
    "color": "color|colour|colors|colours|shade|shades|颜色|色|色号|配色|花色|什么色",
    "material": (
        "material|materials|fabric|made of|made from|made out of|composition|"
        "材质|面料|料子|材料|质地|布料|成分|什么做的|啥做的"
    ),
    "size": (
        "size|sizes|sizing|how big|how large|what sizes|尺码|码数|大小|多大|号码|有什么码|"
        "什么码|几码|码"
    ),
    "brand": (
        "brand|brands|maker|manufacturer|who makes|who is it made by|who made it|who made this|"
        "label|品牌|牌子|什么牌子|厂家|什么牌|啥牌子|哪家"
    ),
    "style": "style|styles|风格|款式|样式",
    "product_type": "type|category|product type|类型|品类|种类",
    "pattern": "pattern|patterns|print|图案|花纹",
    "gender": "gender|sex|男款女款|男女|性别",
    "age_group": "age|age group|age range|年龄|年龄段",
    "occasion": "occasion|occasions|场合|用途",
    "season": "season|seasons|季节",
    "weight": (
        "weight|how heavy|weigh|weighs|how much does it weigh|重量|多重|几斤|重不重|多少斤|多少克"
    ),
    "length": "length|how long|长度|多长|裙长|衣长|裤长|长短",
    "width": "width|how wide|宽度|多宽",
    "height": "height|how tall|how high|高度|多高",
    "dimensions": "dimensions|measurements|尺寸|规格|几乘几",
    "capacity": "capacity|volume|how many liters|容量|容积|多少升|多少毫升",
    "rating": (
        "rating|ratings|reviews|review|how good|how well is|rated|stars|"
        "评分|评价|口碑|好评|好评率|几星|反馈"
    ),
    "availability": (
        "availability|in stock|stock|available|out of stock|sold out|"
        "有货|现货|库存|有货吗|缺货|还有货|有没有货|有现货"
    ),
    "feature": "feature|features|functions|function|功能|特点|卖点",
    "care": "washable|wash|care|machine wash|cleaning|怎么洗|可以机洗|机洗|洗涤|保养|能洗",
    "battery": "battery|battery life|battery capacity|电池|续航",
    "storage": "storage|internal storage|存储",
    "memory": "ram|memory|内存|运存",
    "screen_size": "screen size|display size|screen|屏幕|屏幕尺寸",
    "power": "power|wattage|功率",
    "origin": (
        "origin|where is it made|made in|which country|what country|come from|comes from|"
        "产地|哪里产|哪产的|哪里生产"
    ),
    "neckline": "neckline|collar|领型|领口|领子",
    "sleeve_length": "sleeve length|sleeves|sleeve|袖长|袖子",
    "closure": "closure|fastening",
    "fit": "fit|版型",
    "flavor": "flavor|flavour|taste|口味|味道",
    "scent": "scent|smell|fragrance|香味|香型|气味",
    "thickness": "thickness|how thick|厚度|多厚|厚不厚",
    "warranty": "",
    "quality": (
        "quality|质量好吗|质量好不好|质量怎么样|质量如何|质量|做工|品质|掉色|褪色|缩水|起球|掉毛|"
        "显胖|显瘦"
    ),
    "shelf_life": "shelf life|expiry|expiry date|best before|保质期|赏味期",
    "added": "release date|上架时间|什么时候上架",
}

#: Who wears it, said of the thing itself.
WEARERS = {
    "male": "男的|男的穿|男的用|男的戴|男人穿|男人用|男生穿|男生用|男孩穿|for guys|for him to wear",
    "female": "女的|女的穿|女的用|女的戴|女人穿|女人用|女生穿|女生用|女孩穿",
}

#: People a purchase is for; a hint of gender, never a firm one.
RECIPIENTS = {
    "female": (
        "mom|mum|mother|wife|girlfriend|gf|sister|daughter|aunt|grandma|grandmother|niece|her|"
        "fiancee|妈妈|妈|母亲|老婆|妻子|女朋友|女友|姐姐|妹妹|女儿|奶奶|外婆|姥姥|阿姨|媳妇|"
        "闺女|闺蜜|婆婆|岳母|外甥女|侄女|孙女|外孙女|姑姑|姑妈|舅妈|伯母|婶婶|嫂子|表姐|表妹|堂姐|堂妹|"
        "老妈|女同事|女老师|女上司|丈母娘|granny|nana|auntie|mama|granddaughter|stepmom|"
        "mother in law|sister in law|daughter in law|girl friend"
    ),
    "male": (
        "dad|father|husband|boyfriend|bf|brother|son|uncle|grandpa|grandfather|nephew|him|"
        "fiance|爸爸|爸|父亲|老公|丈夫|男朋友|男友|哥哥|弟弟|儿子|爷爷|外公|姥爷|叔叔|公公|岳父|"
        "外甥|侄子|孙子|外孙|舅舅|伯伯|姑父|姐夫|妹夫|表哥|表弟|堂哥|堂弟|老爸|男同事|男老师|老丈人|"
        "grandson|stepdad|papa|father in law|brother in law|son in law|boy friend"
    ),
}


class CueTables:
    """The tables above, ready for matching."""

    def __init__(self) -> None:
        self.kinds: dict[str, Phrases[bool]] = {
            kind: Phrases({True: phrases}) for kind, phrases in CUES.items()
        }
        self.relative = _gathered(comparisons())
        self.adjective = _gathered(adjectives())
        self.sort = _gathered(superlatives())
        self.attribute = Phrases(ATTRIBUTES)
        self.recipient = Phrases(RECIPIENTS)
        self.wearer = Phrases(WEARERS)

    def said_of(self, attribute: str, text: str) -> str:
        """The words by which a text asks for an attribute, empty where it does not: 起球."""
        tokens = tokenise(text)
        for i in range(len(tokens)):
            found = self.attribute.at(tokens, i)
            if found and found[1] == attribute:
                return text[tokens[i].start : tokens[i + found[0] - 1].end]
        return ""


def _gathered(pairs: object) -> Phrases[tuple[str, str]]:
    table: dict[tuple[str, str], str] = {}
    for meaning, phrases in pairs:  # type: ignore[attr-defined]
        table[meaning] = f"{table[meaning]}|{phrases}" if meaning in table else phrases
    return Phrases(table)


@lru_cache(maxsize=1)
def cue_tables() -> CueTables:
    """The cue words, read once."""
    return CueTables()
