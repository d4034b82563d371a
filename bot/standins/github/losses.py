"""How the App loses access: it is uninstalled or suspended, a repository is taken from it, archived or deleted.

GitHub tells every App of the first three, whatever it is subscribed to:
https://docs.github.com/en/webhooks/webhook-events-and-payloads#installation
"""

from typing import Any

from bot.standins.github.accounts import Account, Installation
from bot.standins.github.acts import announce
from bot.standins.github.repositories import Repository
from bot.standins.github.shapes import account as shapes
from bot.standins.github.world import Delivery, World

Json = dict[str, Any]


def uninstall(world: World, found: Installation, by: Account) -> None:
    """Take the App off an account: its tokens are worth nothing from now on."""
    covered = _covered(world, found)
    del world.installations[found.id]
    _announce(world, "installation", found, by, action="deleted", repositories=covered)


def suspend(world: World, found: Installation, by: Account, *, suspended: bool) -> None:
    """Suspend the App on an account, or let it work again."""
    found.suspended = world.clock() if suspended else None
    action = "suspend" if suspended else "unsuspend"
    _announce(world, "installation", found, by, action=action, repositories=_covered(world, found))


def take_away(world: World, found: Repository, by: Account) -> None:
    """Take one repository from the App; from now on it has only chosen ones.

    Raises:
        KeyError: the App is not installed on it.
    """
    installation = world.installed_on(found)
    if installation is None:
        raise KeyError(found.full_name)
    own = {one.id for one in world.repositories.values() if world.installed_on(one) is installation}
    installation.selected = own - {found.id}
    lists: Json = {"repositories_added": [], "repositories_removed": [_short(found)]}
    selection = {"repository_selection": "selected", "requester": None}
    _announce(world, "installation_repositories", installation, by, action="removed", **lists, **selection)


def archive(world: World, found: Repository, by: Account) -> None:
    """Make a repository read-only."""
    found.archived = True
    announce(world, found, "repository", by, action="archived")


def delete(world: World, found: Repository, by: Account) -> None:
    """Delete a repository."""
    announce(world, found, "repository", by, action="deleted")
    del world.repositories[found.full_name.lower()]


def _announce(world: World, event: str, found: Installation, by: Account, **payload: object) -> None:
    shown = {"installation": shapes.installation(world, found), "sender": shapes.user(world, by)}
    world.post(Delivery.new(event, {**payload, **shown}, None, found))


def _covered(world: World, found: Installation) -> list[Json]:
    return [_short(one) for one in world.repositories.values() if world.installed_on(one) is found]


def _short(one: Repository) -> Json:
    """A repository as these payloads show it."""
    return {
        "id": one.id,
        "node_id": shapes.node("R", one.id),
        "name": one.name,
        "full_name": one.full_name,
        "private": one.private,
    }
