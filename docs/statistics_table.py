"""Write the catalogue's table of statistics into docs/explanation/statistics.md."""

import re
from pathlib import Path

from pyhelpers.statistics.catalogue import docs_table

PAGE = Path(__file__).parent / "explanation/statistics.md"
BETWEEN = re.compile(r"(<!-- statistics: .*? -->\n).*?(<!-- end of statistics -->)", re.DOTALL)

if __name__ == "__main__":
    PAGE.write_text(BETWEEN.sub(lambda found: found[1] + docs_table() + found[2], PAGE.read_text()))
