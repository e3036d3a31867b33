"""Converts an XGBoost classifier to ONNX for the peer. Usage: convert.py MODEL.json MODEL.onnx"""

import sys

import xgboost
from onnxmltools.convert import convert_xgboost
from onnxmltools.convert.common.data_types import FloatTensorType

model = xgboost.XGBClassifier()
model.load_model(sys.argv[1])
booster = model.get_booster()
columns = booster.num_features()
# The converter knows columns by place only.
booster.feature_names = [f"f{place}" for place in range(columns)]
converted = convert_xgboost(model, initial_types=[("input", FloatTensorType([None, columns]))])
with open(sys.argv[2], "wb") as file:
    file.write(converted.SerializeToString())
