"""Every step of the images runs as a command, and what the compose file starts serves.

See ``steps.py`` for what is replaced outside a container.
"""

from __future__ import annotations

import http.client
import json
import shutil
import subprocess
import threading
import time
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator, Mapping

import pytest

from bot.cli.processes import free_port, latest_model
from bot.cli.train import train_model
from catalog.settings import ROOT
from tests.docker.dockerfile import chain, read_dockerfile
from tests.docker.steps import Image, build, packages, run
from tests.docker.test_compose import SERVICES, filled

STAGES = read_dockerfile(ROOT / "docker" / "Dockerfile")
SECONDS = 90


@dataclass
class Service:
    """A service of the compose file that runs here."""

    image: Image
    process: subprocess.Popen[str]
    environment: Mapping[str, str]
    ports: Mapping[str, str]
    said: list[str] = field(default_factory=list)

    def check(self) -> int:
        """The exit code of the image's HEALTHCHECK."""
        words = replaced(self.image.check, self.ports)
        return run(self.image, words, self.environment).wait(SECONDS)

    def wait_until_healthy(self) -> None:
        """Ask as the engine does, until it is healthy."""
        end = time.monotonic() + SECONDS
        while self.check() != 0:
            assert self.process.poll() is None, "".join(self.said)
            assert time.monotonic() < end, "".join(self.said)

    def listen(self) -> None:
        assert self.process.stdout is not None
        self.said.extend(self.process.stdout)


def replaced(words: list[str], ports: Mapping[str, str]) -> list[str]:
    """A command with the names and ports of the network as they are here."""
    found = []
    for word in words:
        for old, new in ports.items():
            word = word.replace(old, new)
        found.append(word)
    return found


@pytest.fixture(scope="module")
def images(base_settings, shops, tmp_path_factory) -> dict[str, Image]:
    """Both images, with the volumes and secrets in place."""
    settings = shops("demo")
    train_model(settings)
    root = tmp_path_factory.mktemp("docker")
    found = {}
    for target in ("actions", "bot"):
        names = set(packages.names_in((ROOT / "docker" / f"{target}.txt").read_text("utf-8")))
        (root / target).mkdir()
        found[target] = build(chain(STAGES, target), root / target, names)
    data = found["bot"].path("/data")
    left_out = shutil.ignore_patterns(
        "conversations.db*", "channels.db*", "logs", "last-chats.json"
    )
    shutil.copytree(settings.shop_dir, data / "shops" / "demo", ignore=left_out)
    (data / "encoders").symlink_to(base_settings.encoder_dir)
    models = found["bot"].path("/app/bot/models")
    shutil.copy(latest_model(), models)
    # One volume for both.
    found["actions"].path("/data").rmdir()
    found["actions"].path("/data").symlink_to(data)
    for name, image in found.items():
        for secret in SERVICES[name]["secrets"]:
            path = image.path(f"/run/secrets/{secret}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"the {secret} of this test\n")
        image.path("/tmp").mkdir()
    return found


@pytest.fixture(scope="module")
def services(images) -> Iterator[dict[str, Service]]:
    """The two servers as the compose file starts them, healthy."""
    action_port, bot_port = str(free_port()), str(free_port())
    ports = {
        "http://actions:5055": f"http://127.0.0.1:{action_port}",
        "5055": action_port,
        "5005": bot_port,
    }
    found: dict[str, Service] = {}
    with ExitStack() as stack:
        for name in ("actions", "bot"):
            given = {key: filled(value) for key, value in SERVICES[name]["environment"].items()}
            command = replaced(images[name].command, ports)
            process = run(images[name], command, given)
            stack.callback(end, process)
            service = Service(images[name], process, given, ports)
            threading.Thread(target=service.listen, daemon=True).start()
            # As depends_on says: one after the other.
            service.wait_until_healthy()
            found[name] = service
        yield found


def end(process: subprocess.Popen[str]) -> None:
    """SIGTERM ends a server in time, as the engine's stop does."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def call(service: Service, method: str, path: str, body: Any = None, **headers: str) -> Any:
    """Status and body of one call to the bot."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(service.ports["5005"]), timeout=SECONDS
    )
    try:
        data = None if body is None else json.dumps(body)
        connection.request(method, path, data, {"Content-Type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_the_images_hold_what_they_should(images):
    for image in images.values():
        files = {path.relative_to(image.root).as_posix() for path in image.root.rglob("*")}
        assert "app/catalog/settings.py" in files
        assert not [one for one in files if one.endswith(("action-token", "session-secret"))]
        assert not [one for one in files if one.startswith(("app/tests", "app/.git"))]
    assert not images["actions"].path("/app/bot/cli").exists()
    # Only what needs root, another image or the network did not run.
    for image in images.values():
        assert [one.split()[0] for one in image.replaced] == ["RUN", "COPY"]


def test_the_prepare_service_finds_what_is_built(images):
    """Up to the model; what it trains after that takes minutes, and is ended here."""
    service = SERVICES["prepare"]
    given = {key: filled(value) for key, value in service["environment"].items()}
    assert service["command"][0] == "shoptalk"
    words = ["/usr/local/bin/shoptalk", *service["command"][1:]]
    process = run(images["bot"], words, given)
    try:
        said = []
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            if "trained already" in line:
                break
        assert "trained already" in "".join(said), "".join(said)
    finally:
        process.kill()
        process.wait(SECONDS)


def test_both_are_healthy_as_their_health_checks_see_it(services):
    assert [service.check() for service in services.values()] == [0, 0]


def test_a_health_check_fails_where_nobody_answers(services):
    service = services["bot"]
    words = replaced(service.image.check, {**service.ports, "5005": str(free_port())})
    assert run(service.image, words, service.environment).wait(SECONDS) == 1


def test_a_shopper_gets_an_answer_through_both(services):
    bot = services["bot"]
    status, body = call(bot, "POST", "/widget/api/session", {"language": "en"})
    assert status == 200, body
    bearer = {"Authorization": f"Bearer {json.loads(body)['token']}"}
    message = {"id": str(uuid.uuid4()), "text": "a red dress"}
    assert call(bot, "POST", "/widget/api/messages", message, **bearer)[0] == 202
    for _ in range(SECONDS):
        _, body = call(bot, "GET", "/widget/api/messages?after=1&wait=1", **bearer)
        if found := json.loads(body)["messages"]:
            break
    assert found[0]["custom"]["type"] == "products", found


@pytest.mark.parametrize("path", ["/webhooks/rest/webhook", "/shop/", "/webhooks/rest/"])
def test_what_is_for_development_is_not_served(services, path):
    for method in ("GET", "POST"):
        assert call(services["bot"], method, path, {"sender": "x", "message": "hi"})[0] == 404


def test_the_actions_refuse_a_stranger(services):
    port = int(services["actions"].ports["5055"])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request("POST", "/webhook", "{}", {"Content-Type": "application/json"})
    assert connection.getresponse().status == 401
    connection.close()


def test_the_desk_asks_for_https(services):
    status, body = call(services["bot"], "GET", "/staff/", Host="shop.example")
    assert status == 200
    assert b"https" in body
    status, _ = call(services["bot"], "POST", "/staff/login", Host="shop.example")
    assert status == 403


def test_nothing_is_written_but_to_the_volumes(services, images):
    for image in images.values():
        app = Path(image.path("/app"))
        began = (image.root / "blocked" / "sitecustomize.py").stat().st_mtime
        changed = [
            path
            for path in app.rglob("*")
            if path.is_file() and path.stat().st_mtime > began and "models" not in path.parts
        ]
        assert changed == []
