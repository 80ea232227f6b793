"""Make the pictures of README and tutorial: a terminal recorded from a real run, plots, a page.

Run by `make pictures`. The same output gives the same bytes: tests/py/test_pictures.py records the
terminal again and compares.
"""

import base64
import fcntl
import io
import os
import pty
import re
import shlex
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from bench import growth
from tests import browser

ROOT = Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "docs/pictures"
COLUMNS, LINES = 96, 24
PAGE_WIDTH = 860
COLOURS = 128  # plenty for a plot, a third of the bytes

DATA = "tests/data/height-weight-25k.csv"
TYPED = rf"""
data={DATA}
sample-large-csv -n 1000 --seed 1 $data | csv-stats describe -c Height-Inches -c Weight-Pounds
csv-stats plot $data --x Height-Inches --y Weight-Pounds
ml-model train $data --target Weight-Pounds --features Height-Inches -o weight
""".strip().splitlines()

# What is typed is bold, its prompt green. Standard error follows a command's result and is no
# terminal: else a slow machine's progress bar would get into the picture.
STEP = r"""
step() {
  printf '\n\e[1;32m$\e[0m \e[1m%s\e[0m\n' "$1"
  eval "$1" 2>notes
  cat notes
}
"""
PLAYERS = """
printf '%s\\n' player,points,rebounds,blocks,assists a,27,7,0.8,7 b,25,8,1,6 c,26,6,0.6,8 \\
  d,28,7,0.9,7 e,11,11,2.1,1 f,9,10,1.9,2 g,12,12,2.3,1 h,10,10,1.8,2 i,8,3,0.2,3 j,7,3,0.3,2 \\
  k,9,4,0.3,4 l,8,3,0.2,3 >nba.csv
csv-stats cluster nba.csv -c points -c rebounds -c blocks -c assists --name 0=best -o players.png
"""
# The tutorial's pictures, each with the command that writes it.
CHAPTER = {
    "players.png": PLAYERS,
    "rewards.png": "show-descent reward -o rewards.png",
    "playground.png": "show-descent network spiral --hidden 8,8 -o playground.png",
}
FONTS = 'ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace'


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of a person who has just logged in, with `folder` as home."""
    path = f"{ROOT}/bin:/usr/local/bin:/usr/bin:/bin"
    return {"HOME": str(folder), "PATH": path, "TERM": "xterm-256color", "LANG": "C.UTF-8"}


def typed_in_terminal(commands: list[str], folder: Path) -> str:
    """Return what a terminal shows, with colours, when commands are typed into one Bash."""
    script = STEP + "".join(f"step {shlex.quote(command)}\n" for command in commands)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    shell = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = drained(ours).decode().replace("\r\n", "\n").strip("\n")
    if shell.wait():
        raise SystemExit(f"{shown}\nmake pictures: a command ended with {shell.returncode}")
    return shown


def drained(terminal: int) -> bytes:
    """Return all that is written to a pseudo-terminal until its other end is closed."""
    with os.fdopen(terminal, "rb", buffering=0) as stream:
        shown = b""
        try:
            while block := stream.read(1 << 16):
                shown += block
        except OSError:  # EIO: Linux's way to say so
            pass
    return shown


def terminal_svg(shown: str) -> str:
    """Return what a terminal showed as an SVG that loads nothing, no font either."""
    from rich.console import Console
    from rich.text import Text

    nowhere = io.StringIO()
    console = Console(record=True, width=COLUMNS, file=nowhere, color_system="truecolor")
    console.print(Text.from_ansi(shown))
    svg = console.export_svg(title="Beachhead", unique_id="terminal")
    svg = re.sub(r"\n\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("Fira Code, monospace", FONTS).replace(
        "font-family: arial", "font-family: sans-serif"
    )
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def run(*words: str, folder: Path) -> None:
    """Run a command of the kit, its notes unsaid."""
    subprocess.run(
        words, cwd=folder, env=environment(folder), check=True, stderr=subprocess.DEVNULL
    )


def save_small(image: Image.Image, target: Path) -> None:
    """Write an image as a PNG of few colours, without alpha."""
    few = image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(target, optimize=True)


def halves_of_page(page: Path, parts_at: str, folder: Path) -> list[Image.Image]:
    """Return a page's picture in two: above the element `parts_at`, and from it on."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        return []
    window = browser.Browser(program, folder / "profile")
    size = {"width": PAGE_WIDTH, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    window.call("Emulation.setDeviceMetricsOverride", **size)
    window.call("Page.navigate", url=page.as_uri())
    window.wait_for("document.readyState == 'complete' && document.body.offsetHeight > 0")
    middle = window.run(f"Math.round(document.querySelector({parts_at!r}).offsetTop)")
    end = window.run("document.documentElement.scrollHeight")
    images: list[Image.Image] = []
    for top, bottom in ((0, middle), (middle, end)):
        clip = {"x": 0, "y": top, "width": PAGE_WIDTH, "height": bottom - top, "scale": 1}
        shot = window.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        images.append(Image.open(io.BytesIO(base64.b64decode(shot["data"]))))
    window.close()
    return images


def side_by_side(images: list[Image.Image]) -> Image.Image:
    """Return images beside each other, on white."""
    width, height = sum(image.width for image in images), max(image.height for image in images)
    whole, left = Image.new("RGB", (width, height), "white"), 0
    for image in images:
        whole.paste(image, (left, 0))
        left += image.width
    return whole


def draw_terminal(folder: Path) -> None:
    """Make terminal.svg."""
    (PICTURES / "terminal.svg").write_text(terminal_svg(typed_in_terminal(TYPED, folder)))


def draw_density(folder: Path) -> None:
    """Make density.png."""
    axes = ("--x", "Height-Inches", "--y", "Weight-Pounds")
    run("csv-stats", "density", DATA, *axes, "-o", "density.png", folder=folder)
    with Image.open(folder / "density.png") as image:
        save_small(image, PICTURES / "density.png")


def draw_chapter(folder: Path) -> None:
    """Make the tutorial's pictures."""
    for name, script in CHAPTER.items():
        run("bash", "-ec", script, folder=folder)
        with Image.open(folder / name) as image:
            save_small(image, PICTURES / "chapter" / name)


def draw_report(folder: Path) -> None:
    """Make report.png: the whole page, in two columns."""
    run("bash", "-c", f"cut -d , -f 2,3 {DATA} >people.csv", folder=folder)
    words = ("csv-stats", "report", "people.csv", "--target", "Weight-Pounds", "-o", "people.html")
    run(*words, folder=folder)
    if halves := halves_of_page(folder / "people.html", "#modeling", folder):
        save_small(side_by_side(halves), PICTURES / "report.png")
    else:
        sys.stderr.write("report.png stays as it was: it takes Chromium, which is not here\n")


def draw_scale(folder: Path) -> None:
    """Make how-to/scale.png from the benchmarks' tables."""
    growth.draw(ROOT / "bench/RESULTS.md", folder / "scale.png")
    with Image.open(folder / "scale.png") as image:
        save_small(image, PICTURES / "how-to/scale.png")


def main() -> None:
    """Make them all."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.update(HOME=name, TMPDIR=name)  # Chromium leaves things there
        (folder / "tests").symlink_to(ROOT / "tests")
        for draw in (draw_terminal, draw_density, draw_chapter, draw_report, draw_scale):
            draw(folder)


if __name__ == "__main__":
    main()
