"""What shop systems call the states of an order, and which of ours each is."""

from __future__ import annotations

import re

from catalog.service import (
    CANCELLED,
    DELIVERED,
    ORDER_STATES,
    PACKED,
    PAID,
    PLACED,
    REFUNDED,
    RETURNED,
    SHIPPED,
)
from catalog.text import fold

_WORDS = {
    PLACED: "new open pending received created ordered submitted on_hold awaiting_payment "
    "pending_payment payment_pending unpaid unfulfilled 待付款 待支付 未付款 已下单 待确认 新订单",
    PAID: "confirmed accepted authorized payment_received awaiting_fulfillment "
    "awaiting_shipment 已付款 已支付 付款成功 待发货 未发货 已确认",
    PACKED: "processing in_progress preparing ready ready_to_ship ready_for_shipment "
    "partially_fulfilled partial in_production picking 处理中 备货中 配货中 拣货中 待出库 已打包",
    SHIPPED: "fulfilled sent dispatched in_transit out_for_delivery on_the_way on_its_way "
    "partially_shipped 已发货 已出库 运输中 配送中 派送中 派件中 待收货 在途",
    DELIVERED: "complete completed closed finished picked_up collected arrived 已送达 已签收 "
    "已收货 已完成 交易成功 交易完成 待评价 妥投",
    CANCELLED: "canceled void voided failed expired declined rejected 已取消 取消 已关闭 交易关闭",
    RETURNED: "return return_received returning return_in_progress 已退货 退货中 退货 已退回",
    REFUNDED: "refund partially_refunded refunding 已退款 退款中 退款 退款成功",
}
_STATES = {word: state for state, words in _WORDS.items() for word in (state, *words.split())}


def order_state(text: str) -> str:
    """One of ``ORDER_STATES``.

    Raises
    ------
    ValueError
        With a sentence, where it is not known what the word means.

    >>> order_state("Fulfilled"), order_state("已发货"), order_state("Ready to ship")
    ('shipped', 'shipped', 'packed')
    """
    word = re.sub(r"[\s\-]+", "_", fold(text).strip())
    word = word.removeprefix("wc_").removeprefix("order_")
    state = _STATES.get(word)
    if state is None:
        raise ValueError(
            f"There is no status {text[:40]!r}: write {', '.join(ORDER_STATES)}, or say in the map "
            f"file with `values:` what it stands for."
        )
    return state
