"""A trip through Lisbon."""

from datetime import date

MONDAY = date(2026, 11, 30)
HOUR = 3600
LISBON = """name,lat,lon,opening_hours,minutes,score,must,address
Hotel,38.7150,-9.1400,,,,,
Belem,38.6920,-9.2160,Tu-Su 10:00-18:00,90,4.6,,Avenida
Chiado,38.7110,-9.1420,Mo-Su 10:00-20:00,60,4.8,yes,
Alfama,38.7120,-9.1300,"Mo-Sa 12:00-15:00,19:00-23:00; Su off",75,4.1,,
Sintra,38.7970,-9.3900,Mo-Su 09:30-18:30,180,4.9,,
Cascais,38.6970,-9.4220,,120,4.0,,
Lumiar,38.7720,-9.1600,Mo 03:00-04:00,60,3,,
Faro,37.0194,-7.9304,,60,4,,
Closed,38.7200,-9.1300,off,60,4,,
Oriente,38.7680,-9.0990,Mo-Fr 09:00-17:00,60,4.4,,
"""
