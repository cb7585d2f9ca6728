"""Heights of the tide as a sum of harmonic constituents."""

import csv
from dataclasses import dataclass
from datetime import datetime, timezone
from math import cos, radians
from pathlib import Path

# Degrees an hour: the moon's and the sun's half-daily tides, and the moon's daily one.
SPEEDS = {"m2": 28.9841042, "s2": 30.0, "o1": 13.9430356}
EPOCH = datetime(2000, 1, 1, tzinfo=timezone.utc)
STATIONS = Path(__file__).parent.parent / "data" / "stations.csv"


@dataclass(frozen=True)
class Station:
    id: str
    latitude: float
    longitude: float
    constituents: dict[str, tuple[float, float]]  # amplitude in metres, phase in degrees

    def height(self, at: datetime) -> float:
        hours = (at - EPOCH).total_seconds() / 3600
        return sum(
            amplitude * cos(radians(SPEEDS[name] * hours - phase))
            for name, (amplitude, phase) in self.constituents.items()
        )


def read_stations(path: Path = STATIONS) -> dict[str, Station]:
    with path.open(newline="") as lines:
        return {row["id"]: parse(row) for row in csv.DictReader(lines)}


def parse(row: dict[str, str]) -> Station:
    constituents = {name: (float(row[f"{name}_amplitude"]), float(row[f"{name}_phase"])) for name in SPEEDS}
    return Station(row["id"], float(row["latitude"]), float(row["longitude"]), constituents)
