"""What a team writes by hand to serve the same model: FastAPI, ONNX Runtime, a token, one JSON row per request.

MODEL names an ONNX file, TOKEN the bearer token. Run by uvicorn with uvloop and httptools.
"""

import hmac
import os

import numpy
import onnxruntime
from fastapi import FastAPI, HTTPException, Request

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(os.environ["MODEL"], options, providers=["CPUExecutionProvider"])
expected = f"Bearer {os.environ['TOKEN']}"
app = FastAPI()


@app.post("/services/cancer/invocations")
async def predict(request: Request):
    if not hmac.compare_digest(request.headers.get("authorization", ""), expected):
        raise HTTPException(401)
    rows = numpy.asarray((await request.json())["dataframe_split"]["data"], dtype=numpy.float32)
    label = session.run(None, {session.get_inputs()[0].name: rows})[0]
    return {"predictions": label.tolist()}
