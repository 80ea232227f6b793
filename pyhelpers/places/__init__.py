"""Places of OpenStreetMap, and requests to public map services."""
