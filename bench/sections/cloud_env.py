"""The cloud shell: cloud-env detect and export beside bash, and doctor in twelve broken homes."""

import shutil
from pathlib import Path
from shlex import quote

from bench.context import Bench, Section
from bench.side_by_side import ROOT, Column, Goal, Job, Side, Values, measure

SAYS = """
`detect` and `export` are called where a shell starts, so each table times fifty calls beside as
many of `bash -c :`. Then what `doctor` says of a healthy home and of twelve that are each broken
in one way: whether it names the thing.
"""
CALLS = 50
SOON = Goal("wall s", most=CALLS * 0.005)  # 5 ms a call
HOMES = "tests/bats/cloud-env-homes.bash"
FOUND = f"""
source {HOMES}
make_healthy "$PWD" "$2"
for row in "${{broken_homes[@]}}"; do
  IFS='|' read -r name level check words <<<"$row"
  [[ $name != "$1" ]] || break
done
[[ $1 == healthy ]] || break_home "$1"
status=0
said=$(doctor --json) || status=$?
case $1,$status,$said in
  healthy,0,*) echo '{{"right": 1}}' ;;
  "$name,"*"$words"*) echo '{{"right": 1}}' ;;
  *) echo '{{"right": 0}}' ;;
esac
"""


def calls(bench: Bench, name: str, command: str, *goals: Goal) -> Side:
    """Return a side that calls a command of the kit again and again."""
    return bench.ours(name, again(command), *goals)


def bare(bench: Bench) -> Side:
    """Return a side that starts as many shells."""
    return bench.plain("bash -c :", again("bash -c :"))


def again(command: str) -> str:
    """Return what calls a command again and again."""
    return f"for i in {{1..{CALLS}}}; do {command}; done"


def home(bench: Bench) -> None:
    """Make the files of aws, az and gcloud, which export reads, in the sides' home."""
    folder = Path(bench.env["HOME"])
    for name in (".aws", ".azure", ".config/gcloud/configurations"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / ".aws/config").write_text("[default]\nregion = eu-west-1\n")
    shutil.copy(ROOT / "tests/data/cloud-env/azureProfile.json", folder / ".azure")
    project = folder / ".config/gcloud/configurations/config_default"
    project.write_text("[core]\nproject = waves\n")


def local(bench: Bench) -> Job:
    """Detect that there is no cloud."""
    sides = [calls(bench, "detect", "bin/cloud-env detect", SOON), bare(bench)]
    return Job(f"{CALLS} calls, no cloud", sides)


def aws(bench: Bench) -> Job:
    """Detect one cloud and export its settings."""
    home(bench)
    command = "AWS_EXECUTION_ENV=CloudShell bin/cloud-env"
    return Job(f"{CALLS} calls, in CloudShell", [
        calls(bench, "detect", f"{command} detect", SOON),
        calls(bench, "detect --json", f"{command} detect --json", SOON),
        calls(bench, "export", f"{command} export"),
        bare(bench),
    ])  # fmt: skip


def doctor(bench: Bench) -> Job:
    """Look for what is broken."""
    names = broken_homes()
    script = bench.script("found.bash", FOUND)

    def look(name: str) -> Values:
        folder = bench.folder / "homes" / name
        shutil.rmtree(folder, ignore_errors=True)
        shell = f"bash {script} {name} {quote(str(folder))}"
        return measure(shell, bench.env, lambda text: {"right": float('"right": 1' in text)})

    columns = Column("right", 0, kept=True, gain=True), Column("wall s", 2)
    goal = Goal("right", least=1)
    sides = [Side(name, lambda name=name: look(name), (goal,), ours=True)  # type: ignore[misc]
             for name in ["healthy", *names]]  # fmt: skip
    return Job("doctor in a healthy home and in broken ones", sides, columns, most_rounds=1,
               warm=False)  # fmt: skip


def broken_homes() -> list[str]:
    """Return the names of the homes, in the tests' order."""
    lines = (ROOT / HOMES).read_text().split("broken_homes=(\n")[1].split("\n)")[0].splitlines()
    return [line.strip().strip("'").split("|")[0] for line in lines]


SECTION = Section(
    "cloud-env", SAYS, {"local": local, "aws": aws, "doctor": doctor}, quick=("local", "aws")
)
