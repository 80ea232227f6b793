"""Write the table of statistics into docs/statistics.md, from the catalogue that has them."""

import re
from pathlib import Path

from pyhelpers.statistics.catalogue import docs_table

PAGE = Path(__file__).parent / "statistics.md"
BETWEEN = re.compile(r"(<!-- statistics: .*? -->\n).*?(<!-- end of statistics -->)", re.DOTALL)

if __name__ == "__main__":
    PAGE.write_text(BETWEEN.sub(lambda found: found[1] + docs_table() + found[2], PAGE.read_text()))
