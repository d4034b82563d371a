import pytest

from beacon import OldSignal, Signal, decode, encode


def test_there_and_back():
    assert decode(encode(Signal("door:front", 7))) == Signal("door:front", 7)


def test_old_frames_are_renewed():
    assert decode("~1:c:door") == OldSignal("door", "c").renewed()


@pytest.mark.parametrize("frame", ["", "~3:door:1", "door", "~2:door", "~2:door:12", "~2::1"])
def test_no_frame(frame):
    with pytest.raises(ValueError, match="unknown version|no frame"):
        decode(frame)


def test_no_level():
    with pytest.raises(ValueError, match="no level"):
        encode(Signal("door", 10))
