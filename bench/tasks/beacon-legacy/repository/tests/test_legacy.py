import pytest

from beacon.legacy import OldSignal, decode_v1
from beacon.signal import Signal


def test_decode_v1():
    assert decode_v1("c:door") == OldSignal("door", "c")


@pytest.mark.parametrize("rest", ["", "z:door", "ab:door", "c:"])
def test_no_frame(rest):
    with pytest.raises(ValueError, match="no frame"):
        decode_v1(rest)


def test_renewed():
    assert OldSignal("door", "c").renewed() == Signal("door", 2)
