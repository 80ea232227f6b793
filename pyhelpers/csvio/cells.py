"""Parse cells: numbers as they are written in different countries, missing values, identifiers."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

# What pandas reads as a missing value, without the words that may be data.
MISSING = frozenset(("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A"))
# ISO 3166-1 alpha-2, among them NA, Namibia.
COUNTRY_CODES = frozenset(
    re.findall(
        "..",
        "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCD"
        "CFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGF"
        "GGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKN"
        "KPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNA"
        "NCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSI"
        "SJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVI"
        "VNVUWFWSYEYTZAZMZW",
    )
)
EXACT = 1 << 53  # above it not every whole number is a double
EXACT_DIGITS = len(str(EXACT))
PHONE_DIGITS = 8  # from which a number with a plus sign is a telephone number
HEXADECIMAL = re.compile(r"\d+[eE]\d+")  # a number that may be one
HEXADECIMAL_DIGITS = 6  # from which texts may be hexadecimal identifiers
HEXADECIMAL_LETTERS = frozenset("0123456789abcdefABCDEF")
LETTERS_BUT_E = frozenset("abcdfABCDF")
REMEMBERED = 1 << 15  # texts, which recur
NUMBER_STARTS = frozenset("0123456789+-. \tiInN")
CURRENCY = (
    r"(?:[$€£¥₹₽₩₺₴₦₪₫฿]|R\$|kr|zł|Fr\.?|USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK"
    r"|HUF|MXN|BRL|ZAR|RUB|TRY|KRW|SGD|HKD|THB|ILS)"
)
SPACES = " \u00a0\u202f"  # all three separate thousands where a space does
# Formats of numbers that a column is tried with: decimal and thousands separator.
USUAL_FORMATS = ((".", ","), (",", "."), (",", ""), (",", " "), (".", " "), (".", "'"), (",", "'"))


def missing_with(named: Iterable[str] | None) -> frozenset[str]:
    """Return what is missing where a person names texts, as pandas does with na_values.

    They are added to the usual ones; with an empty text among them, they are the only ones. An
    empty field is always missing. -999 is -999.0, too.

    Examples
    --------
    >>> missing_with(None) == MISSING, sorted(missing_with(["?"]) - MISSING)
    (True, ['?'])
    >>> sorted(missing_with(["", "-999"]))
    ['', '-999', '-999.0']
    """
    if named is None:
        return MISSING
    texts = frozenset(named)
    numbers = [number for text in texts if (number := to_number(text)) is not None]
    texts |= {form(n) for n in numbers if n.is_integer() for form in (str, "{:.0f}".format)}
    return texts if "" in texts else MISSING | texts


@lru_cache(maxsize=REMEMBERED)
def to_number(word: str) -> float | None:
    """Return the number that a text is; None if it is not a number, NaN for the text NaN.

    Examples
    --------
    >>> to_number("1e3"), to_number("12,5"), to_number("1_000")
    (1000.0, None, None)
    """
    if word[:1] not in NUMBER_STARTS and not word[:1].isdigit():
        return None
    try:
        return None if "_" in word else float(word)
    except ValueError:
        return None


@lru_cache(maxsize=32)
def _pattern(decimal: str, thousands: str) -> re.Pattern[str]:
    """Return what a number with these separators looks like, with a sign and a currency."""
    point = re.escape(decimal)
    between = f"[{SPACES}]" if thousands == " " else "['\u2019]" if thousands == "'" else thousands
    between = re.escape(between) if len(between) == 1 else between
    # The last group has three digits, others two in India.
    grouped = rf"\d{{1,3}}(?:{between}\d{{2,3}})*{between}\d{{3}}|" if thousands else ""
    digits = rf"(?P<whole>{grouped}\d+)?(?:{point}(?P<fraction>\d*))?(?P<power>[eE][+-]?\d+)?"
    sign = r"(?P<{}>[-+\u2212]?)"
    return re.compile(
        rf"(?P<open>\(?){sign.format('first')} ?{CURRENCY}?[{SPACES}]?{sign.format('second')}"
        rf"{digits}[{SPACES}]?(?:{CURRENCY}|%)?(?P<close>\)?)"
    )


@lru_cache(maxsize=REMEMBERED)
def formatted_number(text: str, decimal: str, thousands: str) -> float | None:
    """Return the number that a text is, with its separators; None if it is not a number.

    A currency and a percent sign are left out; a number in brackets is negative, as in accounting.

    Examples
    --------
    >>> formatted_number("1.234,60 €", ",", "."), formatted_number("($12,345.00)", ".", ",")
    (1234.6, -12345.0)
    >>> formatted_number("1.5", ",", "."), formatted_number("7 %", ",", ".")
    (None, 7.0)
    """
    has_digits = any(map(str.isdecimal, text))  # else no pattern needs to be compiled
    found = _pattern(decimal, thousands).fullmatch(text.strip()) if has_digits else None
    if not found or not (found["whole"] or found["fraction"]):
        word = text.strip().lstrip("+-").lower()
        return to_number(text.strip()) if word in ("inf", "infinity", "nan") else None
    if bool(found["open"]) != bool(found["close"]) or (found["first"] and found["second"]):
        return None
    digits = "".join(filter(str.isdigit, found["whole"] or "0"))
    number = float(f"{digits}.{found['fraction'] or 0}{found['power'] or ''}")
    negative = found["open"] or (found["first"] or found["second"]) in ("-", "\u2212")
    return -number if negative else number


@dataclass(frozen=True)
class CellFormat:
    """How the cells of a column are read.

    Attributes
    ----------
    missing : frozenset of str
        What stands for a missing value.
    decimal, thousands : str
        Separators in numbers; thousands "" if there is none.
    is_number : bool
        Whether the column holds numbers, whatever they look like: with a currency, with leading
        zeros, beyond 2^53.
    is_text : bool
        Whether no text of the column is a number, as in a typed column of texts.
    """

    missing: frozenset[str] = MISSING
    decimal: str = "."
    thousands: str = ""
    is_number: bool = False
    is_text: bool = False

    @cached_property
    def missing_numbers(self) -> frozenset[float]:
        """Numbers, such as -999, that stand for a missing value."""
        numbers = {to_number(text) for text in self.missing}
        return frozenset(n for n in numbers if n is not None and n == n)

    @property
    def is_plain(self) -> bool:
        """Whether numbers are written as Python and pandas write them."""
        return self.decimal == "." and not self.thousands and not self.is_number

    def number(self, text: str) -> float | None:
        """Return the number that a text is; None if it is not a number."""
        if self.is_text:
            return None
        if self.is_plain:
            return to_number(text)
        thousands = self.thousands
        if self.is_number and not thousands:
            thousands = "," if self.decimal == "." else "."
        return formatted_number(text, self.decimal, thousands)

    def missing_in(self, texts: Collection[str]) -> frozenset[str]:
        """Return what is missing in a column of these texts: NA is Namibia among countries.

        >>> sorted(CellFormat().missing_in(["NA", "DE", ""]) ^ MISSING)
        ['NA']
        """
        if "NA" not in self.missing or "NA" not in texts:
            return self.missing
        others = {text for text in texts if text not in self.missing}
        return self.missing - {"NA"} if others and others <= COUNTRY_CODES else self.missing


@lru_cache(maxsize=REMEMBERED)
def is_identifier(text: str) -> bool:
    """Return whether a number is an identifier.

    It is if it has leading zeros, is a whole number beyond 2^53, a telephone number with a plus
    sign, or hexadecimal, such as 12e4567, which would be infinite.

    >>> is_identifier("00501"), is_identifier("0"), is_identifier("1234567890123456789")
    (True, False, True)
    >>> is_identifier("+491701234567"), is_identifier("12e4567"), is_identifier("1e9")
    (True, True, False)
    """
    if text[:1] == "0" and text.isdecimal():
        return len(text) > 1
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not digits.isdecimal():
        return HEXADECIMAL.fullmatch(text) is not None and float(text) == float("inf")
    if text[:1] == "+" and len(digits) >= PHONE_DIGITS:
        return True
    return len(digits) >= EXACT_DIGITS and int(digits) > EXACT


def are_hexadecimal(texts: Iterable[str]) -> bool:
    """Return whether texts are hexadecimal identifiers: all of one length, some with letters.

    >>> are_hexadecimal(["12e4501", "9f8a7b6"]), are_hexadecimal(["1234567", "12e4567"])
    (True, False)
    """
    first = next(iter(texts), "")
    return (
        len(first) >= HEXADECIMAL_DIGITS
        and all(len(text) == len(first) and set(text) <= HEXADECIMAL_LETTERS for text in texts)
        and any(set(text) & LETTERS_BUT_E for text in texts)
    )


def have_identifiers(texts: list[str]) -> bool:
    """Return whether one of a column's texts, all numbers or missing, is an identifier."""
    joined = "\n" + "\n".join(texts)
    if "\n0" in joined or "\n+" in joined or "e" in joined or "E" in joined:
        return any(map(is_identifier, texts))
    longest = max(map(len, texts), default=0)
    return longest >= EXACT_DIGITS and any(map(is_identifier, texts))


def number_options(texts: Iterable[str], name: str) -> str:
    """Return the options that make numbers of a column's texts; "" if none do.

    >>> number_options(["12,50", "1.234,60"], "price"), number_options(["$5", "$1,200"], "price")
    ('--decimal , --thousands .', '--type price=number')
    """
    some = [text for text in texts if to_number(text) is None]
    if not some:
        return ""
    for decimal, thousands in USUAL_FORMATS:
        if all(formatted_number(text, decimal, thousands) is not None for text in some):
            break
    else:
        return ""
    if decimal == "." and any(re.search(rf"%|\(|\u2212|{CURRENCY}", text) for text in some):
        return f"--type {name}=number"
    written = decimal != "." and any(decimal in text for text in some)
    options = [f"--decimal {decimal}"] if written else []
    marks = SPACES if thousands == " " else thousands
    if any(mark in text for text in some for mark in marks):
        options.append(
            f"--thousands {thousands!r}" if thousands in " '" else f"--thousands {thousands}"
        )
    return " ".join(options)


TRUE_WORDS = frozenset(("true", "t", "yes", "y", "on", "1"))
FALSE_WORDS = frozenset(("false", "f", "no", "n", "off", "0"))
# Formats of dates that a column is tried with.
USUAL_DATES = (
    "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d", "%d.%m.%y", "%m/%d/%y", "%d/%m/%y",
    "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%Y",
)  # fmt: skip


def truth(text: Any) -> Any:
    """Return "true" or "false" for a word that means it; any other text as it is.

    >>> truth("Yes"), truth("0"), truth("maybe")
    ('true', 'false', 'maybe')
    """
    word = text.strip().lower() if isinstance(text, str) else text
    return "true" if word in TRUE_WORDS else "false" if word in FALSE_WORDS else text


def iso_date(text: Any, form: str) -> str | None:
    """Return the date, or the date and time, of a format of strptime in ISO 8601; None for others.

    >>> iso_date("29.02.2024", "%d.%m.%Y"), iso_date("30.02.2024", "%d.%m.%Y")
    ('2024-02-29', None)
    """
    try:
        moment = datetime.strptime(text.strip(), form)
    except (ValueError, AttributeError):
        return None
    timed = any(f"%{letter}" in form for letter in "HIMSfXcT")
    return moment.isoformat(" ") if timed else f"{moment:%Y-%m-%d}".zfill(10)


def word_options(texts: Collection[str], name: str) -> str:
    """Return the options that make dates or booleans of a column's texts; "" if none do.

    >>> word_options(["29.02.2024", "1.3.2024"], "day"), word_options(["yes", "no"], "ok")
    ('--date-format %d.%m.%Y', '--type ok=boolean')
    """
    words = {text.strip().lower() for text in texts}
    if words in ({"yes", "no"}, {"y", "n"}, {"t", "f"}):
        return f"--type {name}=boolean"
    first = next(iter(words), "")
    if not (6 <= len(first) <= 20 and any(map(str.isdigit, first))):
        return ""
    found = [form for form in USUAL_DATES if all(iso_date(text, form) for text in texts)]
    quoted = [f"'{form}'" if " " in form else form for form in found[:2]]
    return f"--date-format {' or '.join(quoted)}" if found else ""
