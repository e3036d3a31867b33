"""Makes the model folders that the inference tests load: logged by mlflow, with the answers of the native libraries.

Usage: make_models.py OUTPUT_FOLDER. Each case is OUTPUT_FOLDER/<name>/{model/, case.json}. A case says which tensors to send and what
`pyfunc.load_model(...).predict(...)` answered (first output) and, for classifiers, what `predict_proba` answered (`probabilities`).
Missing values are null.
"""

import json
import logging
import math
import os
import shutil
import sys
import warnings
from pathlib import Path

import lightgbm
import mlflow
import numpy as np
import onnx
import pandas as pd
import xgboost
from mlflow.models import infer_signature
from onnx import TensorProto, helper, numpy_helper
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
ROOT = Path(sys.argv[1])
REQUIREMENTS = ["numpy", "pandas"]

DATATYPES = {
    "bool": "BOOL", "int8": "INT8", "int16": "INT16", "int32": "INT32", "int64": "INT64", "uint8": "UINT8", "uint16": "UINT16",
    "uint32": "UINT32", "uint64": "UINT64", "float16": "FP16", "float32": "FP32", "float64": "FP64",
}


def generator(seed=7):
    return np.random.default_rng(seed)


def values(array):
    return [None if isinstance(v, float) and math.isnan(v) else v for v in array.ravel().tolist()]


def tensor(name, array):
    array = np.asarray(array)
    datatype = DATATYPES.get(array.dtype.name, "BYTES")
    return {"name": name, "datatype": datatype, "shape": list(array.shape), "data": values(array)}


def columns(frame):
    return [tensor(str(name), frame[name].to_numpy()) for name in frame.columns]


def save_case(name, form, inputs, outputs, tolerance=1e-6):
    case = {"form": form, "inputs": inputs, "outputs": outputs, "tolerance": tolerance}
    (ROOT / name / "case.json").write_text(json.dumps(case))


def folder(name):
    target = ROOT / name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    return target / "model"


def predict(path, frame):
    return np.asarray(mlflow.pyfunc.load_model(str(path)).predict(frame))


def frame_of(rows, count, missing=0.0, seed=7):
    rng = generator(seed)
    data = rng.normal(size=(rows, count))
    if missing:
        data[rng.random(data.shape) < missing] = np.nan
    return pd.DataFrame(data, columns=[f"f{i}" for i in range(count)])


def labels(frame, classes=2):
    score = np.nan_to_num(frame["f0"]) + np.nan_to_num(frame["f1"]) * np.nan_to_num(frame["f2"])
    return np.digitize(score, np.quantile(score, np.linspace(0, 1, classes + 1)[1:-1]))


def xgb_sklearn(name, model, frame, target, probe=None, proba=True, **options):
    path = folder(name)
    model.fit(frame, target)
    probe = frame.head(64) if probe is None else probe
    signature = infer_signature(probe, model.predict(probe))
    mlflow.xgboost.save_model(model, str(path), signature=signature, input_example=probe.head(2), pip_requirements=REQUIREMENTS, **options)
    outputs = [tensor("output-0", predict(path, probe))]
    if proba:
        outputs.append(tensor("probabilities", model.predict_proba(probe)))
    save_case(name, "table", columns(probe), outputs)


def xgb_booster(name, parameters, frame, target, rounds=20, probe=None, signature=True, **data):
    path = folder(name)
    booster = xgboost.train(parameters, xgboost.DMatrix(frame, target, **data), rounds)
    probe = frame.head(64) if probe is None else probe
    answer = booster.predict(xgboost.DMatrix(probe, **data))
    signature = infer_signature(probe, answer) if signature else None
    mlflow.xgboost.save_model(booster, str(path), signature=signature, pip_requirements=REQUIREMENTS)
    save_case(name, "table", columns(probe), [tensor("output-0", answer)])


def make_xgboost():
    frame = frame_of(4000, 30, missing=0.05)
    binary = labels(frame)
    for kind in ("ubj", "json"):
        model = xgboost.XGBClassifier(n_estimators=100, max_depth=6)
        xgb_sklearn(f"xgb_binary_{kind}", model, frame, binary, model_format=kind)
    frame = frame_of(800, 8, missing=0.05)
    xgb_sklearn("xgb_multiclass", xgboost.XGBClassifier(n_estimators=20, max_depth=4), frame, labels(frame, 4))
    xgb_sklearn("xgb_forest", xgboost.XGBRFClassifier(n_estimators=30, max_depth=5), frame, labels(frame))
    xgb_sklearn("xgb_softmax", xgboost.XGBClassifier(n_estimators=9, objective="multi:softmax"), frame, labels(frame, 3))
    xgb_sklearn("xgb_regression", xgboost.XGBRegressor(n_estimators=30), frame, frame["f1"].fillna(0) * 100 + 1000, proba=False)
    xgb_sklearn("xgb_absolute", xgboost.XGBRegressor(n_estimators=9, objective="reg:absoluteerror"), frame, frame["f1"].fillna(0), proba=False)
    xgb_sklearn("xgb_targets", xgboost.XGBRegressor(n_estimators=9), frame, np.stack([frame["f1"].fillna(0), frame["f2"].fillna(1) * 9], 1), proba=False)
    xgb_sklearn("xgb_multilabel", xgboost.XGBClassifier(n_estimators=9), frame, np.stack([labels(frame), 1 - labels(frame)], 1))
    xgb_sklearn("xgb_deep", xgboost.XGBClassifier(n_estimators=11, max_depth=14, min_child_weight=0.01), frame, labels(frame))
    model = xgboost.XGBClassifier(n_estimators=200, early_stopping_rounds=3, learning_rate=0.5)
    path = folder("xgb_best_iteration")
    model.fit(frame[:400], labels(frame)[:400], eval_set=[(frame[400:], labels(frame)[400:])], verbose=False)
    assert model.best_iteration + 1 < model.get_booster().num_boosted_rounds()
    mlflow.xgboost.save_model(model, str(path), signature=infer_signature(frame, model.predict(frame)), pip_requirements=REQUIREMENTS)
    probe = frame.head(64)
    save_case("xgb_best_iteration", "table", columns(probe), [tensor("output-0", predict(path, probe)), tensor("probabilities", model.predict_proba(probe))])
    xgb_booster("xgb_booster", {"objective": "binary:logistic", "max_depth": 5}, frame, labels(frame))
    xgb_booster("xgb_booster_unsigned", {"objective": "binary:logistic"}, frame.astype("float32"), labels(frame), signature=False)
    xgb_booster("xgb_booster_softmax", {"objective": "multi:softmax", "num_class": 3}, frame, labels(frame, 3))
    xgb_booster("xgb_booster_softprob", {"objective": "multi:softprob", "num_class": 3}, frame, labels(frame, 3))
    xgb_booster("xgb_poisson", {"objective": "count:poisson"}, frame, labels(frame, 6))
    xgb_booster("xgb_tweedie", {"objective": "reg:tweedie"}, frame, labels(frame, 6))
    xgb_booster("xgb_logitraw", {"objective": "binary:logitraw"}, frame, labels(frame))
    xgb_booster("xgb_hinge", {"objective": "binary:hinge"}, frame, labels(frame))
    xgb_booster("xgb_quantile", {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.9]}, frame, labels(frame, 9))
    xgb_booster("xgb_linear", {"booster": "gblinear", "objective": "reg:squarederror"}, frame.fillna(0), labels(frame, 9))
    dart = {"booster": "dart", "objective": "binary:logistic", "rate_drop": 0.3, "seed": 3}
    xgb_booster("xgb_dart", dart, frame, labels(frame))
    rng = generator(3)
    coded = frame_of(1200, 3, missing=0.02)
    coded["c0"] = rng.integers(0, 3, len(coded)).astype("float64")
    coded["c1"] = rng.integers(0, 40, len(coded)).astype("float64")
    coded.loc[rng.random(len(coded)) < 0.05, "c1"] = np.nan
    target = ((coded["c1"].fillna(0) * 7919) % 13 > 6) ^ (coded["c0"] == 1)
    types = {"feature_types": ["q", "q", "q", "c", "c"], "enable_categorical": True}
    xgb_booster("xgb_categorical", {"objective": "binary:logistic", "max_cat_to_onehot": 4}, coded, target.astype(int), probe=coded.head(200), **types)


def lgb_booster(name, parameters, frame, target, rounds=20, categories="auto", probe=None):
    path = folder(name)
    parameters = {"verbose": -1, "min_data_in_leaf": 5, "seed": 1, **parameters}
    booster = lightgbm.train(parameters, lightgbm.Dataset(frame, target, categorical_feature=categories), rounds)
    probe = frame.head(64) if probe is None else probe
    answer = booster.predict(probe)
    mlflow.lightgbm.save_model(booster, str(path), signature=infer_signature(probe, answer), pip_requirements=REQUIREMENTS)
    save_case(name, "table", columns(probe), [tensor("output-0", answer)])


def make_lightgbm():
    frame = frame_of(1000, 8, missing=0.05)
    lgb_booster("lgb_binary", {"objective": "binary"}, frame, labels(frame), rounds=100)
    lgb_booster("lgb_multiclass", {"objective": "multiclass", "num_class": 4}, frame, labels(frame, 4))
    lgb_booster("lgb_one_versus_all", {"objective": "multiclassova", "num_class": 3}, frame, labels(frame, 3))
    lgb_booster("lgb_regression", {"objective": "regression"}, frame, np.nan_to_num(frame["f1"]) * 50)
    lgb_booster("lgb_square_root", {"objective": "regression", "reg_sqrt": True}, frame, np.nan_to_num(frame["f1"]) * 50)
    lgb_booster("lgb_poisson", {"objective": "poisson"}, frame, labels(frame, 5))
    lgb_booster("lgb_cross_entropy", {"objective": "cross_entropy"}, frame, labels(frame))
    lgb_booster("lgb_dart", {"objective": "binary", "boosting": "dart"}, frame, labels(frame))
    lgb_booster("lgb_forest", {"objective": "binary", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.7}, frame, labels(frame))
    lgb_booster("lgb_linear_tree", {"objective": "regression", "linear_tree": True}, frame, np.nan_to_num(frame["f1"]) * 50)
    sparse = frame.fillna(0).mask(generator(1).random(frame.shape) < 0.4, 0.0)
    lgb_booster("lgb_zero_missing", {"objective": "binary", "zero_as_missing": True}, sparse, labels(sparse))
    lgb_booster("lgb_no_missing", {"objective": "binary", "use_missing": False}, sparse, labels(sparse), probe=frame.head(64))
    # Thresholds between neighbouring float32 values: only a 64-bit comparison tells the rows apart.
    fine = pd.DataFrame({"f0": 1.0 + generator(2).random(600) * 1e-9, "f1": generator(3).random(600)})
    lgb_booster("lgb_fine", {"objective": "regression"}, fine, (fine["f0"] - 1.0) * 1e9, probe=fine.head(200))
    rng = generator(5)
    coded = frame_of(1200, 3, missing=0.02)
    coded["c1"] = rng.integers(0, 40, len(coded)).astype("float64")
    target = ((coded["c1"] * 7919) % 13 > 6).astype(int)
    probe = coded.head(200).copy()
    probe.loc[0:9, "c1"] = [np.nan, -1.0, 41.0, 1e6, 3.7, -0.5, 39.0, 0.0, 64.0, 4e9]
    lgb_booster("lgb_categorical", {"objective": "binary", "min_data_per_group": 5}, coded, target, categories=["c1"], probe=probe)
    path = folder("lgb_classifier")
    names = np.array(["stay", "leave", "unsure"])[labels(frame, 3)]
    model = lightgbm.LGBMClassifier(n_estimators=15, verbose=-1).fit(frame, names)
    signature = infer_signature(frame, model.predict(frame))
    mlflow.lightgbm.save_model(model, str(path), signature=signature, pip_requirements=REQUIREMENTS)
    probe = frame.head(64)
    save_case("lgb_classifier", "table", columns(probe), [tensor("output-0", predict(path, probe)), tensor("probabilities", model.predict_proba(probe))])


def save_onnx(name, model, example, tolerance=1e-5):
    import onnxruntime

    path = folder(name)
    session = onnxruntime.InferenceSession(model.SerializeToString())
    answers = session.run(None, example)
    frame = {key: array for key, array in example.items()}
    lone = next(iter(frame.values())) if len(frame) == 1 else frame
    signature = infer_signature(frame, {o.name: a for o, a in zip(session.get_outputs(), answers)})
    mlflow.onnx.save_model(model, str(path), signature=signature, input_example=lone, pip_requirements=REQUIREMENTS, save_as_external_data=False)
    outputs = [tensor(o.name, a) for o, a in zip(session.get_outputs(), answers)]
    save_case(name, "tensors", [tensor(k, v) for k, v in example.items()], outputs, tolerance)


def onnx_model(nodes, inputs, outputs, weights=(), extra=()):
    graph = helper.make_graph(nodes, "graph", inputs, outputs, [numpy_helper.from_array(v, k) for k, v in weights])
    opsets = [helper.make_opsetid("", 17), *extra]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def make_onnx():
    rng = generator(11)
    sizes = [30, 128, 64, 2]
    nodes, weights, last = [], [], "x"
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        weights += [(f"w{i}", (rng.normal(size=(a, b)) * 0.2).astype("float32")), (f"b{i}", rng.normal(size=b).astype("float32"))]
        nodes.append(helper.make_node("Gemm", [last, f"w{i}", f"b{i}"], [f"h{i}"]))
        last = f"h{i}"
        if i < len(sizes) - 2:
            nodes.append(helper.make_node("Relu", [last], [f"r{i}"]))
            last = f"r{i}"
    nodes += [helper.make_node("Softmax", [last], ["probabilities"]), helper.make_node("ArgMax", ["probabilities"], ["label"], axis=1, keepdims=0)]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 30])
    label = helper.make_tensor_value_info("label", TensorProto.INT64, [None])
    probabilities = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, 2])
    example = {"x": rng.normal(size=(5, 30)).astype("float32")}
    save_onnx("onnx_mlp", onnx_model(nodes, [x], [label, probabilities], weights), example)
    double = [helper.make_tensor_value_info(n, TensorProto.DOUBLE, [None, 3]) for n in ("x", "y")]
    nodes = [helper.make_node("Add", ["x", "one"], ["y"])]
    save_onnx("onnx_double", onnx_model(nodes, double[:1], double[1:], [("one", np.ones(3))]), {"x": rng.normal(size=(4, 3))})
    linear = helper.make_node(
        "LinearRegressor", ["x"], ["y"], domain="ai.onnx.ml", coefficients=[0.5, -1.0, 2.0], intercepts=[0.25], targets=1
    )
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 3])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])
    model = onnx_model([linear], [x], [y], extra=[helper.make_opsetid("ai.onnx.ml", 3)])
    save_onnx("onnx_linear", model, {"x": rng.normal(size=(4, 3)).astype("float32")})
    x = helper.make_tensor_value_info("x", TensorProto.UINT8, [1, 1, 4, 4])
    y = helper.make_tensor_value_info("y", TensorProto.INT32, [1, 1, 4, 4])
    nodes = [helper.make_node("ConvInteger", ["x", "w", "zero"], ["y"], pads=[1, 1, 1, 1], kernel_shape=[3, 3])]
    weights = [("w", rng.integers(0, 9, size=(1, 1, 3, 3)).astype("uint8")), ("zero", np.uint8(3))]
    save_onnx("onnx_padded", onnx_model(nodes, [x], [y], weights), {"x": rng.integers(0, 9, size=(1, 1, 4, 4)).astype("uint8")})


TROUBLE = '''
import os, time
import mlflow

class Trouble(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        first = float(model_input["x"].iloc[0])
        print("a model may write to standard output")
        if first == 13: raise ValueError("thirteen is not accepted")
        if first == 666: os._exit(9)
        if first == 999: time.sleep(3600)
        if first == 7: return [1.0, 2.0, 3.0]
        return model_input["x"] * 2 + (params or {}).get("add", 0)

mlflow.models.set_model(Trouble())
'''


def make_python():
    rng = generator(9)
    frame = pd.DataFrame({"city": rng.choice(["Bern", "Zürich", "Basel"], 300), "age": rng.integers(18, 90, 300), "income": rng.normal(size=300)})
    target = np.where((frame["city"] == "Bern") ^ (frame["age"] > 50), "leave", "stay")
    steps = ColumnTransformer([("city", OneHotEncoder(handle_unknown="ignore"), ["city"]), ("rest", StandardScaler(), ["age", "income"])])
    model = make_pipeline(steps, LogisticRegression()).fit(frame, target)
    path = folder("sklearn_strings")
    probe = frame.head(20)
    mlflow.sklearn.save_model(model, str(path), signature=infer_signature(probe, model.predict(probe)), input_example=probe.head(2), pip_requirements=REQUIREMENTS)
    outputs = [tensor("output-0", predict(path, probe)), tensor("probabilities", model.predict_proba(probe))]
    save_case("sklearn_strings", "table", columns(probe), outputs)
    path = folder("pyfunc_trouble")
    code = ROOT / "pyfunc_trouble" / "trouble.py"
    code.write_text(TROUBLE)
    example = pd.DataFrame({"x": [1.0, 2.5]})
    signature = infer_signature(example, example["x"], params={"add": 0.0})
    mlflow.pyfunc.save_model(str(path), python_model=str(code), signature=signature, pip_requirements=REQUIREMENTS)
    save_case("pyfunc_trouble", "table", columns(example), [tensor("x", example["x"].to_numpy() * 2)])


def main():
    ROOT.mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT)
    for make in (make_xgboost, make_lightgbm, make_onnx, make_python):
        make()
    (ROOT / "complete").write_text("ready\n")


main()
