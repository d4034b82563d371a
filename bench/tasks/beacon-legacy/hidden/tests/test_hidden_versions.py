import importlib

import pytest

import beacon
from beacon import Signal, decode, encode


def test_the_module_is_gone():
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("beacon.legacy")


@pytest.mark.parametrize("name", ["OldSignal", "decode_v1"])
def test_its_names_are_gone(name):
    assert not hasattr(beacon, name)
    assert name not in beacon.__all__


@pytest.mark.parametrize("frame", ["~1:c:door", "~1:door:3", "~1", "~0:door:1"])
def test_version_1_is_unknown(frame):
    with pytest.raises(ValueError, match="unknown version"):
        decode(frame)


def test_version_2_is_as_before():
    assert decode("~2:door:3") == Signal("door", 3)
    assert decode(encode(Signal("a:b", 0))) == Signal("a:b", 0)
    assert sorted(beacon.__all__) == ["Signal", "decode", "encode"]
