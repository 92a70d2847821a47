"""The demo shop as pages: products, cart and the widget on every one of them."""
