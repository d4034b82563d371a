"""The families of attacks, by name."""

from tests.redteam import (
    amounts,
    archives,
    bombs,
    calls,
    environments,
    fairness,
    host_secrets,
    kernel,
    kernel_files,
    neighbours,
    network,
    protocol,
    sockets,
    standstill,
    suites,
    survivors,
    workspaces,
)
from tests.redteam.attack import Attack

FAMILIES: dict[str, tuple[Attack, ...]] = {
    "network": network.ATTACKS,
    "sockets": sockets.ATTACKS,
    "kernel": kernel.ATTACKS,
    "kernel files": kernel_files.ATTACKS,
    "neighbours": neighbours.ATTACKS,
    "fairness": fairness.ATTACKS,
    "host secrets": host_secrets.ATTACKS,
    "amounts": amounts.ATTACKS,
    "bombs": bombs.ATTACKS,
    "survivors": survivors.ATTACKS,
    "standstill": standstill.ATTACKS,
    "protocol": protocol.ATTACKS,
    "calls": calls.ATTACKS,
    "suites": suites.ATTACKS,
    "workspaces": workspaces.ATTACKS,
    "environments": environments.ATTACKS,
}

#: Those that no driver is needed for.
DRIVERLESS: dict[str, tuple[Attack, ...]] = {"archives": archives.ATTACKS}
