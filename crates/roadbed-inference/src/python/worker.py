"""Answers predictions of an MLflow model over a socket: one Python worker of a Roadbed service.

Started as `worker.py MODEL_DIRECTORY MAX_FRAME_BYTES` with a connected stream socket as the descriptor that ROADBED_WORKER_FD names, else as
standard input. A frame is the magic `RBW1`, the
length of a JSON header (u32), the length of a body (u64), both little-endian, then header and body. The body holds the tensors named in the
header one after the other, raw and little-endian in row-major order; BYTES elements are a u32 length and the bytes. The worker speaks first
(`ready` or `failed`), then answers each `predict` with `result` or `error`, and ends when the socket closes. A byte that arrives while it is
busy asks for a dump of all stacks to the log: the kernel turns it into a signal, whose handler needs no interpreter.
"""

import faulthandler
import fcntl
import json
import os
import signal
import socket
import struct
import sys
import traceback

PREFIX = struct.Struct("<4sIQ")
MAGIC = b"RBW1"
PROTOCOL = 1
DATATYPES = {
    "BOOL": "?", "INT8": "i1", "INT16": "<i2", "INT32": "<i4", "INT64": "<i8", "UINT8": "u1", "UINT16": "<u2", "UINT32": "<u4",
    "UINT64": "<u8", "FP16": "<f2", "FP32": "<f4", "FP64": "<f8",
}
NAMES = {dtype.lstrip("<"): name for name, dtype in DATATYPES.items()}
COLUMN_TYPES = {"boolean": "?", "integer": "i4", "long": "i8", "float": "f4", "double": "f8"}


class BadInput(Exception):
    """The caller's fault; the text says what is expected."""


class Channel:
    def __init__(self, connection, max_bytes):
        self.connection = connection
        self.max_bytes = max_bytes
        faulthandler.register(signal.SIGIO, all_threads=True)
        fcntl.fcntl(connection, fcntl.F_SETOWN, os.getpid())
        self.calm = fcntl.fcntl(connection, fcntl.F_GETFL)

    def dump_when_disturbed(self, on):
        fcntl.fcntl(self.connection, fcntl.F_SETFL, self.calm | fcntl.FASYNC if on else self.calm)

    def read_exactly(self, size):
        buffer = bytearray(size)
        view = memoryview(buffer)
        while view:
            count = self.connection.recv_into(view)
            if count == 0:
                return None
            view = view[count:]
        return buffer

    def receive(self):
        """The next header and body, or None when the other side has gone."""
        prefix = self.read_exactly(PREFIX.size)
        if prefix is None:
            return None
        magic, header_bytes, body_bytes = PREFIX.unpack(prefix)
        if magic != MAGIC or header_bytes + body_bytes > self.max_bytes:
            raise RuntimeError("the other side does not speak this protocol")
        header = self.read_exactly(header_bytes)
        body = self.read_exactly(body_bytes)
        if header is None or body is None:
            return None
        return json.loads(header), body

    def send(self, header, parts=()):
        text = json.dumps(header).encode()
        body_bytes = sum(len(part) for part in parts)
        if len(text) + body_bytes > self.max_bytes:
            text = json.dumps({"type": "error", "kind": "model", "message": f"the answer has {body_bytes} bytes, the limit is {self.max_bytes}"}).encode()
            parts, body_bytes = (), 0
        self.connection.sendall(b"".join([PREFIX.pack(MAGIC, len(text), body_bytes), text, *parts]))


def take_socket():
    """Moves the socket away from where user code may find it, and standard output to the log: user code may read and print what it likes."""
    inherited = int(os.environ.get("ROADBED_WORKER_FD", "0"))
    connection = socket.socket(fileno=os.dup(inherited))
    if inherited > 2:
        os.close(inherited)
    connection.setblocking(True)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return connection


def read_tensor(numpy, spec, body, start):
    """An array out of the body; BYTES become an object array of bytes."""
    part = body[start : start + spec["bytes"]]
    if spec["datatype"] != "BYTES":
        return numpy.frombuffer(part, DATATYPES[spec["datatype"]]).reshape(spec["shape"])
    items, at = [], 0
    while at < len(part):
        (length,) = struct.unpack_from("<I", part, at)
        items.append(bytes(part[at + 4 : at + 4 + length]))
        at += 4 + length
    array = numpy.empty(len(items), dtype=object)
    array[:] = items
    return array.reshape(spec["shape"])


def write_tensor(numpy, name, values):
    """The header's entry and the raw bytes of an output."""
    array = numpy.asarray(values)
    if array.ndim == 0:
        array = array.reshape(1)
    kind = array.dtype.newbyteorder("<").str.lstrip("<|")
    kind = {"b1": "?"}.get(kind, kind)
    if kind in NAMES:
        raw = numpy.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<")).tobytes()
        return {"name": name, "datatype": NAMES[kind], "shape": array.shape, "bytes": len(raw)}, raw
    if array.dtype.kind not in "OUSMm":
        raise TypeError(f"output {name!r} has the type {array.dtype}, which has no form on the wire")
    items = [text_of(item) for item in array.astype(object).ravel()]
    raw = b"".join(struct.pack("<I", len(item)) + item for item in items)
    return {"name": name, "datatype": "BYTES", "shape": array.shape, "bytes": len(raw)}, raw


def text_of(item):
    if isinstance(item, bytes):
        return item
    if isinstance(item, str):
        return item.encode()
    if hasattr(item, "isoformat"):
        return item.isoformat().encode()
    return json.dumps(item, default=str).encode()


class Model:
    def __init__(self, directory):
        import mlflow
        import numpy
        import pandas

        self.numpy, self.pandas = numpy, pandas
        self.pyfunc = mlflow.pyfunc.load_model(directory)
        metadata = self.pyfunc.metadata
        self.inputs = metadata.get_input_schema()
        outputs = metadata.get_output_schema()
        names = outputs.input_names() if outputs is not None and outputs.has_input_names() else []
        self.output_name = str(names[0]) if len(names) == 1 else "output-0"
        self.output_names = [str(name) for name in names]
        self.raw = None
        flavor = metadata.flavors.get("python_function", {})
        plain = flavor.get("loader_module") in ("mlflow.sklearn", "mlflow.xgboost", "mlflow.lightgbm")
        if plain and flavor.get("predict_fn", "predict") == "predict":
            raw = self.pyfunc.get_raw_model()
            self.raw = raw if hasattr(raw, "predict_proba") else None

    def column_specs(self):
        """Name and type of each column; None when the signature is not one of columns."""
        if self.inputs is None or self.inputs.is_tensor_spec():
            return None
        named = self.inputs.has_input_names()
        specs = self.inputs.inputs
        return {str(s.name) if named else str(i): (s, s.name if named else i) for i, s in enumerate(specs)}

    def column(self, name, array, spec):
        array = array.reshape(len(array)) if array.ndim > 1 else array
        kind = getattr(spec.type, "name", None) if spec is not None else None
        if array.dtype == object:
            if kind == "binary":
                return array
            texts = [item.decode() for item in array]
            if kind in COLUMN_TYPES:
                raise BadInput(f"column {name!r} is BYTES; expected {kind}")
            if kind == "datetime":
                return self.pandas.to_datetime(texts)
            if spec is not None and kind is None:
                return [json.loads(text) for text in texts]
            return texts
        if kind == "string":
            raise BadInput(f"column {name!r} is a number; expected BYTES (text)")
        if kind not in COLUMN_TYPES:
            return array
        wanted = self.numpy.dtype(COLUMN_TYPES[kind])
        if wanted.kind in "iu?" and array.dtype.kind == "f":
            if self.numpy.isnan(array).any() and spec.required is False:
                return array
            if not (array == self.numpy.floor(array)).all():
                raise BadInput(f"column {name!r} has values that are no whole numbers; expected {kind}")
        return array.astype(wanted)

    def frame(self, tensors):
        specs = self.column_specs()
        if specs is not None and len(tensors) == 1:
            (name, array), = tensors.items()
            if array.ndim == 2 and (name not in specs or len(specs) > 1):
                if array.shape[1] != len(specs):
                    raise BadInput(f"input {name!r} has {array.shape[1]} columns; expected {len(specs)}: {', '.join(specs)}")
                tensors = {key: array[:, i] for i, key in enumerate(specs)}
        for name, array in tensors.items():
            if array.ndim > 2 or (array.ndim == 2 and array.shape[1] != 1):
                raise BadInput(f"column {name!r} has the shape {list(array.shape)}; expected [{len(array)}]")
        if specs is None:
            columns = {name: self.column(name, array, None) for name, array in tensors.items()}
            return self.pandas.DataFrame(columns)
        missing = [name for name, (spec, _) in specs.items() if spec.required and name not in tensors]
        if missing:
            extra = [name for name in tensors if name not in specs]
            unknown = f"; not columns of the model: {', '.join(extra)}" if extra else ""
            raise BadInput(f"columns are missing: {', '.join(missing)}{unknown}; expected {', '.join(specs)}")
        chosen = {key: self.column(name, tensors[name], spec) for name, (spec, key) in specs.items() if name in tensors}
        return self.pandas.DataFrame(chosen)

    def arrays(self, tensors):
        """What pyfunc takes for a signature of tensors, or without one."""
        specs = list(self.inputs.inputs) if self.inputs is not None else []
        named = {spec.name: spec for spec in specs if spec.name}
        for name, array in tensors.items():
            if array.dtype == object:
                tensors[name] = self.numpy.array([item.decode() for item in array.ravel()]).reshape(array.shape)
                continue
            spec = named.get(name) or (specs[0] if len(specs) == 1 else None)
            if spec is not None and spec.type.kind in "biuf" and self.numpy.can_cast(array.dtype, spec.type, "same_kind"):
                tensors[name] = array.astype(spec.type)
        if named:
            if len(tensors) == 1 and len(named) == 1:
                return dict(zip(named, tensors.values()))
            missing = [name for name in named if name not in tensors]
            if missing:
                raise BadInput(f"inputs are missing: {', '.join(missing)}; expected {', '.join(named)}")
            return tensors
        return next(iter(tensors.values())) if len(tensors) == 1 else tensors

    def data(self, form, tensors):
        table = form == "table" or (self.inputs is not None and not self.inputs.is_tensor_spec())
        if not table:
            return self.arrays(tensors)
        if self.inputs is not None and self.inputs.is_tensor_spec():
            return self.arrays(self.stacked(tensors))
        return self.frame(tensors)

    def stacked(self, tensors):
        """Columns for a model that wants one tensor: side by side, in the order given."""
        if len(self.inputs.inputs) == 1 and len(tensors) > 1:
            return {"input-0": self.numpy.column_stack(list(tensors.values()))}
        return tensors

    def predict(self, form, tensors, parameters, wanted):
        data = self.data(form, tensors)
        answer = self.pyfunc.predict(data, params=parameters) if parameters else self.pyfunc.predict(data)
        outputs = dict(self.outputs(answer))
        if self.raw is not None and (not wanted or "probabilities" in wanted):
            outputs["probabilities"] = self.raw.predict_proba(data)
        if wanted:
            unknown = [name for name in wanted if name not in outputs]
            if unknown:
                raise BadInput(f"there is no output {unknown[0]!r}; the model gives {', '.join(outputs)}")
            outputs = {name: outputs[name] for name in wanted}
        return [write_tensor(self.numpy, name, values) for name, values in outputs.items()]

    def outputs(self, answer):
        if isinstance(answer, self.pandas.DataFrame):
            if len(answer.columns) == 1:
                return [(self.output_name, answer.iloc[:, 0].to_numpy())]
            return [(str(name), answer[name].to_numpy()) for name in answer.columns]
        if isinstance(answer, dict):
            return [(str(name), values) for name, values in answer.items()]
        if isinstance(answer, self.pandas.Series):
            return [(self.output_name, answer.to_numpy())]
        if hasattr(answer, "toarray"):
            answer = answer.toarray()
        if isinstance(answer, (list, tuple)) and any(isinstance(item, (dict, str)) for item in answer):
            array = self.numpy.empty(len(answer), dtype=object)
            array[:] = list(answer)
            answer = array
        return [(self.output_name, answer)]


def resident_bytes():
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def reason(error):
    """The last line of a traceback and the place in user code it came from."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"[:4000]


def answer(channel, model, header, body):
    tensors, at = {}, 0
    for spec in header["inputs"]:
        tensors[spec["name"]] = read_tensor(model.numpy, spec, body, at)
        at += spec["bytes"]
    channel.dump_when_disturbed(True)
    try:
        outputs = model.predict(header["form"], tensors, header["parameters"], header["outputs"])
    except BadInput as error:
        return channel.send({"type": "error", "kind": "bad_input", "message": str(error)})
    except Exception as error:
        traceback.print_exc()
        kind = "bad_input" if type(error).__module__.startswith("mlflow") and getattr(error, "error_code", "") in ("BAD_REQUEST", "INVALID_PARAMETER_VALUE") else "model"
        return channel.send({"type": "error", "kind": kind, "message": reason(error)})
    finally:
        channel.dump_when_disturbed(False)
    specs = [spec for spec, _ in outputs]
    channel.send({"type": "result", "outputs": specs, "resident_bytes": resident_bytes()}, [raw for _, raw in outputs])


def main():
    faulthandler.enable()
    channel = Channel(take_socket(), int(sys.argv[2]))
    try:
        model = Model(sys.argv[1])
    except BaseException as error:
        traceback.print_exc()
        channel.send({"type": "failed", "message": reason(error)})
        return 1
    version = ".".join(str(part) for part in sys.version_info[:3])
    channel.send({"type": "ready", "protocol": PROTOCOL, "python": version, "resident_bytes": resident_bytes()})
    while True:
        frame = channel.receive()
        if frame is None:
            return 0
        header, body = frame
        answer(channel, model, header, body)


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    # User threads must not keep a worker alive whose platform is gone.
    os._exit(status)
