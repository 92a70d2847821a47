"""An HTTP server in a thread of its own, and what goes wrong on it when a test says so."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Awaitable, Callable, Coroutine, Mapping, Optional, TypeVar

import aiohttp
from aiohttp import web

SECONDS = 30.0
T = TypeVar("T")


@dataclass(frozen=True)
class Trouble:
    """An answer that is given in place of the real one."""

    status: int = 503
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    after: bool = False
    """Whether the call has done its work before its answer is lost."""


class Standin:
    """Serves an aiohttp application on a free port while it is entered."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[tuple[str, str]] = []
        """Method and path of each call, in order."""
        self.troubles: deque[Trouble] = deque()
        """What the next calls meet."""
        self.slow = 0.0
        """Seconds that each call takes."""
        self.session: aiohttp.ClientSession
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runner: Optional[web.AppRunner] = None

    def routes(self) -> list[web.RouteDef]:
        """What it answers."""
        raise NotImplementedError

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Have something done in the server's thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    def until(self, holds: Callable[[], bool], seconds: float = SECONDS) -> None:
        """Return as soon as something holds; fails where it does not."""

        async def look() -> None:
            while not holds():
                await asyncio.sleep(0.01)

        self.run(asyncio.wait_for(look(), seconds))

    def __enter__(self) -> Any:
        self._thread.start()
        self.run(self._start())
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(SECONDS)
        self._loop.close()

    async def _start(self) -> None:
        application = web.Application(middlewares=[self._troubled])
        application.add_routes(self.routes())
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.session = aiohttp.ClientSession()

    async def _stop(self) -> None:
        await self.session.close()
        if self._runner is not None:
            await self._runner.cleanup()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @web.middleware
    async def _troubled(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        self.calls.append((request.method, request.path))
        if self.slow:
            await asyncio.sleep(self.slow)
        if not self.troubles or not self.troubled(request):
            return await handler(request)
        trouble = self.troubles.popleft()
        if trouble.after:
            await handler(request)
        return web.Response(status=trouble.status, headers=trouble.headers, text=trouble.body)

    def troubled(self, request: web.Request) -> bool:
        """Whether a call meets the troubles at all."""
        return True
