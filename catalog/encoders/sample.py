"""Texts that show an encoder what shops are about, for adjusting its quantisation."""

from __future__ import annotations

QUERIES = (
    "do you have a waterproof jacket under $80?",
    "show me something cheaper, but not in black",
    "I am looking for a gift for my ten-year-old nephew",
    "where is my order? It should have come last Tuesday.",
    "compare the first two, please",
    "I'd like to change the delivery address, can you help me with that?",
    "why was my card payment declined, and how do I top up my account",
    "有没有三百元以内的蓝牙耳机",
    "不要红色的，换一个便宜点的",
    "这件大衣适合冬天穿吗？",
    "我想退货，鞋子的尺码太小了",
    "想买个20寸能带上飞机的行李箱",
    "第二个和第三个有什么区别，哪个评价更好",
    "连衣裙 v领 收腰 显瘦 夏季 新款",
)
PASSAGES = (
    "Men's navy slim-fit cotton shirt with a spread collar and long sleeves. Machine wash.",
    "Stainless steel kettle, 1.7 l, 2200 W, with automatic switch-off and a cordless base",
    "Pink floral midi dress, V-neck, short puff sleeves, lined, 100% viscose",
    "Oak dining table for six people, 180 x 90 cm, oiled finish, easy to assemble",
    "Wireless noise-cancelling headphones; 30 hours of battery life, USB-C, Bluetooth 5.2",
    "Women Teal Blue Printed Kurta with Trousers. Teal blue and gold-coloured printed kurta with "
    "trousers and dupatta; straight calf-length kurta has a mandarin collar, three-quarter sleeves "
    "and side slits. Material: cotton blend. Hand wash in cold water, do not bleach.",
    "Trolley bag, medium. Hard-shell polycarbonate with four spinner wheels, a telescopic handle, "
    "a combination lock and two zipped compartments inside. Warranty: 3 years, provided by the "
    "brand. Weight 3.4 kg, height 66 cm.",
    "Kids' waterproof rain boots with easy-on handles, lined with soft jersey, slip-resistant "
    "sole, in yellow, red and navy. Sizes 24 to 35. Not suitable for temperatures below -5 °C.",
    "女士纯棉短袖T恤 宽松 圆领 白色",
    "不锈钢保温杯 500毫升 便携 防漏 办公室水杯",
    "儿童自行车 16寸 带辅助轮，适合4到8岁，轻便好骑",
    "天然乳胶枕头，护颈透气，可拆洗枕套，一对装",
    "坚果礼盒 1.2千克 每日坚果 独立小包装 送礼",
    "北欧简约布艺沙发，三人位，可拆洗沙发套，实木框架，高回弹海绵坐垫，适合小户型客厅，"
    "颜色：浅灰、米白、墨绿，尺寸：210×85×80厘米，产地：中国",
    "日式和风四件套 水洗棉 被套床单枕套 裸睡级柔软，A类标准，不含荧光剂，适用1.5米和1.8米床，"
    "初次洗涤请单独清洗，避免暴晒",
    "收到货了，质量比想象中好，颜色很正，没有色差，物流也快，就是包装有点简单，总体满意，推荐购买。",
)
