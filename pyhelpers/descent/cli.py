"""show-descent: what a learning rate, a network's shape and a reward teach."""

from pyhelpers._cli import new_app
from pyhelpers.descent.fit_cli import fit_command
from pyhelpers.descent.function_cli import function_command
from pyhelpers.descent.network_cli import network_command
from pyhelpers.descent.reward_cli import reward_command

app = new_app()


@app.callback()
def main() -> None:
    """See what a learning rate does, what a network learns, what a reward teaches.

    Examples:
      show-descent fit
      show-descent function himmelblau -r 0.01 -o himmelblau.png
      show-descent network spiral --hidden 8,8
      show-descent reward
    """


app.command("fit")(fit_command)
app.command("function")(function_command)
app.command("network")(network_command)
app.command("reward")(reward_command)
