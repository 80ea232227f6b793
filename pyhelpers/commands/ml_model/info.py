"""ml-model info: show a model's card."""

from pyhelpers.cli.app import Format, new_app
from pyhelpers.cli.output import emit, emit_one
from pyhelpers.commands.ml_model._options import ModelPath
from pyhelpers.model import store
from pyhelpers.model.card import summary

app = new_app()


@app.command()
def info(model: ModelPath, format: Format = None) -> None:
    """Show a model's task, fields, measures and versions.

    Example:
      ml-model info weight --format json
    """
    card = store.read_card(model)
    if format == "json":
        emit_one(card, format)
        return
    emit(summary(card, store.written(model)), format)
