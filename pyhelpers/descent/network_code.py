"""A network as a Python program of numpy and scikit-learn that trains it again."""

import inspect
from dataclasses import dataclass

from pyhelpers.descent.datasets import DATASETS
from pyhelpers.descent.network import Hyperparameters
from pyhelpers.descent.tasks import SEED_STEP, SHARES, Task

EXPRESSIONS = {
    "x": "x", "y": "y", "x2": "x**2", "y2": "y**2", "xy": "x * y",
    "sinx": "np.sin(x)", "siny": "np.sin(y)",
}  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """Where a task's points are from: a data set's count and noise, or a file and its columns."""

    seed: int
    count: int = 0
    noise: float = 0.0
    file: str = ""
    delimiter: str = ","
    target: str = ""


def network_code(task: Task, params: Hyperparameters, origin: Origin) -> str:
    """Return the program; it prints the test loss and the test score of `show-descent network`."""
    made = "Classifier" if task.labels else "Regressor"
    drawn = _drawn(task, origin) if task.name in DATASETS else _read(task, origin)
    lines = [
        "from __future__ import annotations",
        "",
        "import warnings",
        "",
        "import numpy as np",
        *([] if task.name in DATASETS else ["import pandas as pd"]),
        f"from sklearn.metrics import {'log_loss' if task.labels else 'r2_score'}",
        f"from sklearn.neural_network import MLP{made}",
        "from sklearn.preprocessing import StandardScaler",
        "",
        *drawn,
        "",
        *_inputs(params),
        "",
        "scaler = StandardScaler().fit(inputs(train[0]))",
        *_trained(task, params, origin.seed, made),
        *_measured(task),
    ]
    return "\n".join(lines) + "\n"


def _drawn(task: Task, origin: Origin) -> list[str]:
    seeds = [origin.seed + part * SEED_STEP for part in (0, 2)]
    return [
        "",
        inspect.getsource(DATASETS[task.name]),
        "",
        "def drawn(seed):",
        "    draw = np.random.default_rng(seed)",
        f"    points, targets = {task.name}({origin.count}, {origin.noise!r}, draw)",
        f"    order = draw.permutation({origin.count})",
        "    return points[order], targets[order]",
        "",
        "",
        f"train, test = drawn({seeds[0]}), drawn({seeds[1]})",
    ]


def _read(task: Task, origin: Origin) -> list[str]:
    text = ", dtype={target: str}" if task.labels else ""
    return [
        f"columns, target = {list(task.columns)!r}, {origin.target!r}",
        f"table = pd.read_csv({origin.file!r}, sep={origin.delimiter!r}{text})",
        "table = table.dropna(subset=[*columns, target])",
        f"order = np.random.default_rng({origin.seed}).permutation(len(table))[:20_000]",
        f"labels = {list(task.labels)!r}" if task.labels else "",
        "targets = table[target]" + (".map(labels.index)" if task.labels else "") + ".to_numpy()",
        "points = table[columns].to_numpy(float)",
        f"cuts = [round(share * len(order)) for share in {SHARES}]",
        "train, _, test = [(points[rows], targets[rows]) for rows in np.split(order, cuts)]",
    ]


def _inputs(params: Hyperparameters) -> list[str]:
    if not params.inputs:
        return ["", "def inputs(points):", "    return points", ""]
    stacked = ", ".join(EXPRESSIONS[name] for name in params.inputs)
    body = ["    x, y = points.T", f"    return np.column_stack([{stacked}])"]
    return ["", "def inputs(points):", *body, ""]


def _trained(task: Task, params: Hyperparameters, seed: int, made: str) -> list[str]:
    classes = f", classes=range({len(task.labels)})" if task.labels else ""
    scaled = "" if task.labels else "centre, spread = train[1].mean(), train[1].std()"
    targets = "train[1]" if task.labels else "(train[1] - centre) / spread"
    step = f"{params.rate!r} * {params.l1!r} * -(-len(train[0]) // model.batch_size)"
    shrink = [
        "    for weights in model.coefs_:  # the L1 penalty, which scikit-learn does not have",
        f"        step = {step}",
        "        weights[:] = np.sign(weights) * np.maximum(np.abs(weights) - step, 0)",
    ]
    return [
        f"model = MLP{made}(",
        f"    hidden_layer_sizes={params.hidden!r},",
        f"    activation={params.activation!r},",
        f"    solver={params.solver!r},",
        f"    alpha={params.alpha!r},",
        f"    learning_rate_init={params.rate!r},",
        f"    batch_size={min(params.batch, len(task.train[0]))},",
        f"    random_state={seed},",
        ")",
        *([scaled] if scaled else []),
        'warnings.simplefilter("ignore")',
        f"for epoch in range({params.epochs}):",
        f"    model.partial_fit(scaler.transform(inputs(train[0])), {targets}{classes})",
        *(shrink if params.l1 else []),
    ]


def _measured(task: Task) -> list[str]:
    if task.labels:
        return [
            "sure = model.predict_proba(scaler.transform(inputs(test[0])))",
            f"print('test loss', log_loss(test[1], sure, labels=range({len(task.labels)})))",
            "print('test accuracy', (sure.argmax(axis=1) == test[1]).mean())",
        ]
    return [
        "values = model.predict(scaler.transform(inputs(test[0]))) * spread + centre",
        "print('test loss', (((values - test[1]) / spread) ** 2).mean() / 2)",
        "print('test R2', r2_score(test[1], values))",
    ]
