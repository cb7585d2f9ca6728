from datetime import timedelta

from tides.harmonics import EPOCH, read_stations


def test_the_tide_comes_and_goes():
    station = next(iter(read_stations().values()))
    heights = [station.height(EPOCH + timedelta(hours=n)) for n in range(25)]
    assert min(heights) < 0 < max(heights)
