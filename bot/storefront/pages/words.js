// The pages' words in both languages.

const WORDS = {
  en: {
    shop: "Shoptalk demo shop", skip: "Skip to the products", search: "Search products", find: "Search", cart: "Cart", in_cart: "Cart, {n} items",
    all: "Everything", departments: "Departments", found: "{n} products", found_for: "{n} products for “{words}”", nothing: "Nothing found. The assistant may know better: describe it in your own words.",
    page: "Page {page} of {pages}", previous: "Previous", next: "Next", pages: "Pages", add: "Add to cart", added: "Added to your cart", list: "Add to list", home: "Home", path: "Where you are",
    was: "Was {price}", now: "Now {price}", in_stock: "In stock", low: "Only {n} left", out_of_stock: "Sold out", preorder: "Pre-order", backorder: "Delivered later",
    rated: "Rated {rating} of 5 by {n} people", details: "Details", name: "Name", value: "Value", gone: "There is no such product.", ask: "Ask about this", ask_words: "Tell me more about {title}",
    empty: "Your cart is empty.", browse: "Look around", product: "Product", price: "Price", amount: "Quantity", of: "Quantity of {title}", sum: "Sum", total: "Total", remove: "Remove", remove_of: "Remove {title}", checkout: "Checkout",
    checkout_title: "This is where a real shop takes over", checkout_text: "In a demonstration nothing can be ordered, and nothing was sent. In your own shop this link leads to your checkout with these products in it.", back: "Back to the cart",
    demo: "A demonstration of Shoptalk. All products, brands and prices are made up; nothing can be ordered.", failed: "The page could not be loaded. Please try again.", again: "Try again", other: "中文", other_name: "切换到中文",
  },
  zh: {
    shop: "Shoptalk 演示商店", skip: "跳到商品", search: "搜索商品", find: "搜索", cart: "购物车", in_cart: "购物车，{n} 件",
    all: "全部", departments: "分类", found: "共 {n} 款商品", found_for: "“{words}”共 {n} 款商品", nothing: "没有找到。可以用自己的话问问购物助手。",
    page: "第 {page} 页，共 {pages} 页", previous: "上一页", next: "下一页", pages: "翻页", add: "加入购物车", added: "已加入购物车", list: "加入清单", home: "首页", path: "当前位置",
    was: "原价 {price}", now: "现价 {price}", in_stock: "有货", low: "仅剩 {n} 件", out_of_stock: "已售罄", preorder: "预售", backorder: "稍后发货",
    rated: "评分 {rating}（满分 5），{n} 人评价", details: "商品详情", name: "名称", value: "内容", gone: "没有这个商品。", ask: "咨询这件商品", ask_words: "详细说说《{title}》",
    empty: "购物车是空的。", browse: "去逛逛", product: "商品", price: "单价", amount: "数量", of: "《{title}》的数量", sum: "小计", total: "合计", remove: "移除", remove_of: "移除《{title}》", checkout: "去结算",
    checkout_title: "真实的商店会在这里接手", checkout_text: "这里是演示，无法下单，也没有发送任何信息。在您自己的商店里，这个链接会带着这些商品进入您的结算页面。", back: "返回购物车",
    demo: "Shoptalk 演示。所有商品、品牌和价格均为虚构，无法下单。", failed: "页面没有加载成功，请再试一次。", again: "重试", other: "English", other_name: "Switch to English",
  },
};

export const language = document.documentElement.lang.startsWith("zh") ? "zh" : "en";

/** The words for a key, with what is in braces filled in. */
export function say(key, values = {}) {
  return WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** An amount as it is written in the page's language. */
export function money(price) {
  const amount = Number(price.amount);
  const digits = Number.isInteger(amount) ? 0 : 2;
  return new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en", {
    style: "currency", currency: price.currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: digits, maximumFractionDigits: digits,
  }).format(amount);
}
