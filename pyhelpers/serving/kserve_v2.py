"""The open inference protocol (KServe V2) over REST: tensors as rows, predictions as a tensor."""

import json
import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from pyhelpers.model.schema import BadValue, Row, Schema
from pyhelpers.serving.body_parsers import parse_json

VERSION = "1"
# As MLServer names the outputs of a scikit-learn model.
OUTPUT, PROBABILITIES = "predict", "predict_proba"
HEADER_LENGTH = "inference-header-content-length"  # of the extension for binary tensors
# Types of elements: codes of struct, little-endian.
CODES = {"BOOL": "?", "FP16": "e", "FP32": "f", "FP64": "d"}
CODES |= {f"INT{8 * 2**n}": code for n, code in enumerate("bhiq")}
CODES |= {f"UINT{8 * 2**n}": code for n, code in enumerate("BHIQ")}
BYTES = "BYTES"


class Tensor:
    """An input tensor: its name, shape and elements in row-major order.

    A missing value is null, or NaN where the elements are binary.
    """

    def __init__(self, name: str, shape: Sequence[int], values: list[Any]) -> None:
        self.name, self.shape, self.values = name, shape, values


def _flat(data: Any, levels: int) -> list[Any]:
    """Return the elements of lists that are nested as deep as a shape, or not at all."""
    for _ in range(levels):
        if not isinstance(data, list) or not any(isinstance(item, list) for item in data):
            break
        data = [v for item in data for v in (item if isinstance(item, list) else [item])]
    return data if isinstance(data, list) else [data]


def _binary(kind: str, data: bytes) -> list[Any]:
    """Return the elements of a binary tensor; texts have their length before them."""
    if kind != BYTES:
        code = CODES[kind]
        if len(data) % struct.calcsize(code):
            raise BadValue(f"{len(data)} bytes do not divide into {kind}")
        found = struct.unpack(f"<{len(data) // struct.calcsize(code)}{code}", data)
        return [None if isinstance(v, float) and math.isnan(v) else v for v in found]
    values, at = [], 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "little")
        text = data[at + 4 : at + 4 + size]
        if len(text) < size:
            raise BadValue("a text is cut short")
        values.append(_text(text))
        at += 4 + size
    return values


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise BadValue("a text is not UTF-8") from None


def _tensor(described: Any, binary: bytes) -> tuple[Tensor, bytes]:
    """Return a tensor, and the binary data that follow its own."""
    if not isinstance(described, dict) or not isinstance(described.get("name"), str):
        raise BadValue('an entry of "inputs" has no "name"')
    name, kind, shape = described["name"], described.get("datatype"), described.get("shape")
    parameters = described.get("parameters")
    size = parameters.get("binary_data_size") if isinstance(parameters, dict) else None
    try:
        if kind != BYTES and kind not in CODES:
            raise BadValue(f"the datatype {json.dumps(kind)} is not known")
        if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
            raise BadValue('"shape" is not a list of whole numbers')
        if size is None:
            values = _flat(described.get("data"), len(shape))
        elif type(size) is int and 0 <= size <= len(binary):
            values, binary = _binary(kind, binary[:size]), binary[size:]
        else:
            raise BadValue('"binary_data_size" does not fit the body')
        if math.prod(shape) != len(values):
            raise BadValue(f"has {len(values)} values, but its shape is {shape}")
    except BadValue as error:
        raise BadValue(str(error), None, name) from None
    return Tensor(name, shape, values), binary


def read_inputs(body: bytes, headers: Mapping[str, str]) -> tuple[dict[str, Any], list[Tensor]]:
    """Return an inference request and its tensors; their data may follow the JSON in binary."""
    length = headers.get(HEADER_LENGTH, str(len(body)))
    if not length.isdecimal() or int(length) > len(body):
        raise BadValue(f"the header {HEADER_LENGTH} does not fit the body")
    document = parse_json(body[: int(length)])
    if not isinstance(document, dict) or not isinstance(document.get("inputs"), list):
        raise BadValue('the body has no "inputs": a list of tensors')
    binary, tensors = body[int(length) :], []
    for described in document["inputs"]:
        tensor, binary = _tensor(described, binary)
        tensors.append(tensor)
    if binary:
        raise BadValue(f"{len(binary)} bytes follow the last tensor")
    return document, tensors


def wanted_outputs(asked: Mapping[str, Any], classes: Sequence[object] | None) -> list[str]:
    """Return the outputs that a request names, or the predictions where it names none."""
    known = [OUTPUT] if classes is None else [OUTPUT, PROBABILITIES]
    listed = asked.get("outputs") or []
    if not isinstance(listed, list):
        raise BadValue('"outputs" is not a list')
    names: list[Any] = [one.get("name") if isinstance(one, dict) else None for one in listed]
    wrong = next((name for name in names if name not in known), OUTPUT)
    if wrong == PROBABILITIES:
        raise BadValue("the model predicts numbers; probabilities are for classes")
    if wrong != OUTPUT:
        raise BadValue(f"the outputs are: {', '.join(known)}")
    return list(dict.fromkeys(names)) or [OUTPUT]


def rows_of_tensors(schema: Schema, tensors: Sequence[Tensor]) -> list[Row]:
    """Return the rows of one tensor a field, of shape [rows] or [rows, 1], or of one for all.

    The one for all has the shape [rows, fields], its columns in the model's order.
    """
    named = {tensor.name: tensor for tensor in tensors}
    width = len(schema.names)
    if len(tensors) == 1 and (width > 1 or schema.names[0] not in named):
        (tensor,) = tensors
        if len(tensor.shape) != 2 or tensor.shape[1] != width:
            what = f"its shape is {tensor.shape}; [rows, {width}] is needed, or a tensor a field"
            raise BadValue(what, None, tensor.name)
        rows = range(tensor.shape[0])
        return [
            schema.row_of_list(tensor.values[width * row : width * (row + 1)], row) for row in rows
        ]
    for name in schema.names:
        if name not in named:
            raise BadValue("is missing among the inputs", None, name)
        if len(named[name].shape) > 2 or named[name].shape[1:] not in ([], [1]):
            raise BadValue(f"its shape is {named[name].shape}, not [rows]", None, name)
        if len(named[name].values) != len(named[schema.names[0]].values):
            raise BadValue("has another number of rows than the other fields", None, name)
    columns = zip(*(named[name].values for name in schema.names), strict=True)
    return [schema.row_of_list(values, row) for row, values in enumerate(columns)]


def output_type(classes: Sequence[object] | None) -> str:
    """Return the type of predictions: numbers, or classes."""
    if classes is not None and any(isinstance(one, str) for one in classes):
        return BYTES
    whole = classes is not None and all(isinstance(one, int) for one in classes)
    return "INT64" if whole else "FP64"


def prediction_tensor(classes: Sequence[object] | None, answers: Sequence[Any]) -> dict[str, Any]:
    """Return the predictions as a tensor."""
    kind = output_type(classes)
    data = [str(one) for one in answers] if kind == BYTES else list(answers)
    return {"name": OUTPUT, "datatype": kind, "shape": [len(data)], "data": data}


def probability_tensor(
    classes: Sequence[object], shares: Sequence[Sequence[float]]
) -> dict[str, Any]:
    """Return each row's probability of each class as a tensor."""
    shape, data = [len(shares), len(classes)], [share for row in shares for share in row]
    return {"name": PROBABILITIES, "datatype": "FP64", "shape": shape, "data": data}


def response(
    name: str, asked: Mapping[str, Any], outputs: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the response to an inference request."""
    identity = {"id": asked["id"]} if isinstance(asked.get("id"), str) else {}
    return {"model_name": name, "model_version": VERSION, **identity, "outputs": outputs}


def server_metadata(version: str) -> dict[str, Any]:
    """Return the metadata of the server."""
    return {"name": "beachhead", "version": version, "extensions": ["binary_tensor_data"]}


def model_metadata(name: str, schema: Schema, classes: Sequence[object] | None) -> dict[str, Any]:
    """Return the metadata of the model: a tensor a field, predictions and probabilities."""
    kinds = ((one.name, "FP64" if one.kind == "number" else BYTES) for one in schema.features)
    inputs = [{"name": field, "datatype": kind, "shape": [-1]} for field, kind in kinds]
    outputs = [{"name": OUTPUT, "datatype": output_type(classes), "shape": [-1]}]
    if classes is not None:
        shape = [-1, len(classes)]
        outputs.append({"name": PROBABILITIES, "datatype": "FP64", "shape": shape})
    found = {"name": name, "versions": [VERSION], "platform": "beachhead"}
    return found | {"inputs": inputs, "outputs": outputs}
