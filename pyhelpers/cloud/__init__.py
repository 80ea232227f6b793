"""Files of the clouds' own tools; any Python from 3.7 on, without further packages, reads them."""
