"""The compose file has the form of the Compose specification, and keeps what has to be kept."""

from __future__ import annotations

import re

import pytest
import yaml

from catalog.settings import PREFIX, ROOT, SECRETS, Settings
from tests.docker.dockerfile import read_dockerfile

FILE = ROOT / "docker" / "compose.yml"
COMPOSE = yaml.safe_load(FILE.read_text("utf-8"))
SERVICES = COMPOSE["services"]
TOP = {"name", "services", "volumes", "networks", "secrets"}
#: Keys of a service that are used here, with the form that the specification gives them.
FORMS = {
    "restart": str, "init": bool, "read_only": bool, "cap_drop": list, "security_opt": list,
    "pids_limit": int, "tmpfs": list, "logging": dict, "image": str, "build": dict,
    "command": list, "network_mode": str, "healthcheck": dict, "environment": dict,
    "volumes": list, "deploy": dict, "depends_on": dict, "secrets": list, "networks": list,
    "ports": list,
}  # fmt: skip
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}
SERVERS = ("actions", "bot")


def filled(value: str) -> str:
    """A value with the defaults of its variables."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def test_the_keys_are_known_and_have_their_forms():
    assert {key for key in COMPOSE if not key.startswith("x-")} <= TOP
    for name, service in SERVICES.items():
        for key, value in service.items():
            assert isinstance(value, FORMS[key]), (name, key)
        assert set(service["build"]) == {"context", "dockerfile", "target"}
        assert set(service["deploy"]) == {"resources"}


def test_everything_that_is_named_is_defined():
    targets = {stage.name for stage in read_dockerfile(ROOT / "docker" / "Dockerfile")}
    for name, service in SERVICES.items():
        build = service["build"]
        assert build["target"] in targets
        assert (FILE.parent / build["context"]).resolve() == ROOT
        assert (ROOT / build["dockerfile"]).is_file()
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        assert set(service.get("networks", ())) <= set(COMPOSE["networks"]), name
        for volume in service.get("volumes", ()):
            assert volume.split(":")[0] in COMPOSE["volumes"], name
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES
            assert how["condition"] in CONDITIONS


def test_only_the_bots_port_is_published_and_only_on_loopback():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"bot"}
    assert [filled(port) for port in published["bot"]] == ["127.0.0.1:5005:5005"]


def test_the_action_server_is_reached_by_the_bot_alone():
    assert SERVICES["actions"]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert "inside" in SERVICES["bot"]["networks"]
    assert SERVICES["prepare"]["network_mode"] == "none"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_may_do_little_and_take_little(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert service["pids_limit"] > 0
    assert service["init"] is True
    assert "privileged" not in service
    assert not [volume for volume in service["volumes"] if "docker.sock" in volume]


@pytest.mark.parametrize("name", SERVERS)
def test_servers_come_back_and_are_in_production(name):
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["environment"]["SHOPTALK_ENVIRONMENT"] == "production"


def test_the_settings_exist_and_secrets_are_files():
    for service in SERVICES.values():
        environment = service.get("environment", {})
        secrets = {name for name in environment if name.endswith("_FILE")}
        for name in secrets:
            assert name[len(PREFIX) : -len("_FILE")].lower() in SECRETS
            assert environment[name].removeprefix("/run/secrets/") in service["secrets"]
        plain = {name: filled(environment[name]) for name in set(environment) - secrets}
        assert Settings.from_env(plain)
        assert not {name[len(PREFIX) :].lower() for name in plain} & SECRETS


def test_the_servers_share_the_secret_of_actions():
    for name in SERVERS:
        assert "action_token" in SERVICES[name]["secrets"]
    assert "session_secret" not in SERVICES["actions"]["secrets"]
