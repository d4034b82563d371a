import pytest

from tideline.stats import extremes, mean, spread


def test_mean():
    assert mean([1, 2, 6]) == 3
    assert mean([5]) == 5


def test_spread_of_the_population():
    assert spread([2, 4, 4, 4, 5, 5, 7, 9]) == 2
    assert spread([5]) == 0


@pytest.mark.parametrize("function", [mean, spread, extremes])
def test_nothing(function):
    with pytest.raises(ValueError, match="nothing"):
        function([])
