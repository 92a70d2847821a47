"""The web channel: sessions, messages, a stream, events and pictures for the widget.

Below ``/widget/api``, JSON in UTF-8. Every call but the first for a session carries
``Authorization: Bearer TOKEN``. Refusals are ``{"error": CODE, "message": TEXT}`` with 400, 401,
403, 404, 405, 408, 413, 415 or 429 (with ``Retry-After``); 401 is the same for every token that is
not in force.

====================  ============================================================================
call                  takes → gives
====================  ============================================================================
POST session          ``{"language"}``, perhaps with the token that is to be renewed → ``{"token",
                      "expires_at", "renew_at", "status", "last_seq", "shop", "limits"}``
POST messages         ``{"id", "text", "act"?, "picture"?}`` → 202 ``{"id", "seq"}``; 200 where
                      the id came before
GET messages          ``?after=SEQ&wait=SECONDS`` → ``{"messages", "status", "typing",
                      "last_seq"}``
POST events           ``{"events": [{"id", "kind", "product_id", "rank"?}]}`` → 202
                      ``{"taken"}``: how many are new, and about products of the shop
POST pictures         the bytes of a JPEG, PNG or WebP → 201 ``{"picture"}``
GET pictures/NAME     the picture, for its sender
GET stream            a WebSocket. The client's first frame is ``{"type": "hello", "token",
                      "after"}``, then ``say`` with the fields of a message, and ``ping``; the
                      server's are ``messages``, ``typing``, ``status``, ``ack``, ``pong``, and
                      ``error`` with the ``id`` of the message that was refused. It ends with
                      4401 where the token is not in force, with 4429 where it was too much.
====================  ============================================================================

An ``act`` is ``{"act", "products"}``, a button of a card: see ``actions.turn.tapped``.
"""
