from datetime import datetime, timedelta, timezone

from flask import Flask, abort, jsonify

from tides.harmonics import read_stations

app = Flask(__name__)
stations = read_stations()


@app.get("/tides/<station_id>")
def table(station_id: str):
    """The heights of the next day, one an hour."""
    station = stations.get(station_id) or abort(404)
    now = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0)
    hours = [now + timedelta(hours=n) for n in range(25)]
    return jsonify([{"at": at.isoformat(), "height": round(station.height(at), 2)} for at in hours])
