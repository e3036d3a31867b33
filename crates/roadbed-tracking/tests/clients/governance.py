"""A version as other tools see it: `model-signing` checks its signature, CycloneDX's own validator its bill of materials."""

import json
import os
import pathlib
import subprocess
import sys
import urllib.error
import urllib.request

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

SERVER = os.environ["MLFLOW_TRACKING_URI"]
VERSION = "/api/v1/models/churn/versions/1"
FILES = {
    "MLmodel": "flavors:\n  sklearn: {code: null}\nsignature:\n  inputs: '[{\"type\": \"double\", \"name\": \"age\"}]'\n",
    "requirements.txt": "mlflow==3.17.2\nscikit-learn==1.7.1\nnumpy>=2\ntorch==2.9.0+cpu\n",
    "data/weights.bin": "1234",
    "data.d/ümläut and space.txt": "",
    ".gitignore": "*.tmp\n",
}


def call(method, path, body=None, accept="application/json"):
    headers = {"Authorization": f"Bearer {os.environ['MLFLOW_TRACKING_TOKEN']}", "Accept": accept}
    content = None
    if body is not None:
        content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(SERVER + path, content, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode()


def mlflow(path, body):
    return json.loads(call("POST", f"/api/2.0/mlflow/{path}", body))


def register():
    """Version 1 of `churn`, from a run with code, data, parameters and metrics."""
    tags = {"mlflow.source.git.commit": "c0ffee", "mlflow.source.git.repoURL": "https://ann:secret@git.example/x.git"}
    tags = [{"key": key, "value": value} for key, value in tags.items()]
    made = mlflow("runs/create", {"experiment_id": "0", "run_name": "train", "start_time": 5, "tags": tags})
    run = made["run"]["info"]["run_id"]
    for path, content in FILES.items():
        call("PUT", f"/api/2.0/mlflow-artifacts/artifacts/0/{run}/artifacts/model/{urllib.request.quote(path)}", content)
    data = [{"dataset": {"name": name, "digest": "abc", "source_type": "local", "source": "{}"}} for name in ("a", "b <&>")]
    mlflow("runs/log-inputs", {"run_id": run, "datasets": data})
    mlflow("runs/log-parameter", {"run_id": run, "key": "depth", "value": "4"})
    for key, value in (("auc", 0.93), ("broken", "NaN")):
        mlflow("runs/log-metric", {"run_id": run, "key": key, "value": value, "timestamp": 1, "step": 1})
    call("POST", "/api/v1/models/churn/versions", {"run": run, "path": "model", "description": "Who <b>leaves</b>"})


def download(folder):
    for path in FILES:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(call("GET", f"{VERSION}/files/{urllib.request.quote(path)}"), encoding="utf-8")


def verify(folder, signature, key):
    """The unmodified tool: its exit code and what it said."""
    command = [sys.executable, "-m", "model_signing", "verify", "key", str(folder), "--signature", str(signature)]
    done = subprocess.run([*command, "--public_key", str(key)], capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def refused(status, *args):
    try:
        call(*args)
    except urllib.error.HTTPError as error:
        assert error.code == status, (error.code, error.read())
        return json.loads(error.read())["code"]
    raise AssertionError(f"{args} was not refused")


def validated(text):
    # Strict: keys that the schema does not know are errors.
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert fault is None, fault
    return json.loads(text)


register()
here = pathlib.Path.cwd()
folder = here / "downloaded"
download(folder)

# Signed, checked with nothing but the public key, wherever the signature lies.
assert refused(404, "GET", f"{VERSION}/signature") == "signatures.unsigned"
signed = json.loads(call("POST", f"{VERSION}/signature"))
assert signed["fits"] and signed["files"] == len(FILES) - 1 and signed["unsigned"] == [".gitignore"], signed
key, beside, inside = here / "team.pem", here / "beside.sig", folder / "model.sig"
key.write_text(call("GET", f"/api/v1/signing-keys/{signed['key']}/pem"))
assert key.read_text() == call("GET", "/api/v1/signing-keys/current/pem")
for signature in (beside, inside):
    signature.write_text(call("GET", f"{VERSION}/signature/bundle"))
    code, said = verify(folder, signature, key)
    assert code == 0 and "Verification succeeded" in said, said
assert json.loads(call("GET", f"{VERSION}/signature?read=true"))["fits"]

# One byte is enough; so is a file more or less, another key, or a changed signature.
weights = folder / "data/weights.bin"
weights.write_text("1235")
code, said = verify(folder, beside, key)
assert code != 0 and "Hash mismatch for 'data/weights.bin'" in said, said
weights.write_text("1234")
(folder / "new.txt").write_text("")
assert verify(folder, beside, key)[0] != 0
(folder / "new.txt").unlink()
(folder / "requirements.txt").rename(here / "kept.txt")
assert verify(folder, beside, key)[0] != 0
(here / "kept.txt").rename(folder / "requirements.txt")
bundle = json.loads(beside.read_text())
bundle["dsseEnvelope"]["signatures"][0]["sig"] = bundle["dsseEnvelope"]["signatures"][0]["sig"][::-1]
(here / "forged.sig").write_text(json.dumps(bundle))
assert verify(folder, here / "forged.sig", key)[0] != 0

# A new key signs from now on, and what the old one signed stays good.
os.environ["MLFLOW_TRACKING_TOKEN"] = "boss"
made = json.loads(call("POST", "/api/v1/signing-keys", {"name": "2027"}))
newer = here / "2027.pem"
newer.write_text(made["public_key"])
assert verify(folder, beside, key)[0] == 0 and verify(folder, beside, newer)[0] != 0
assert json.loads(call("POST", f"{VERSION}/signature"))["key"] == made["id"]
inside.write_text(call("GET", f"{VERSION}/signature/bundle"))
assert verify(folder, inside, newer)[0] == 0 and verify(folder, inside, key)[0] != 0

# The bill of materials is one for CycloneDX.
text = call("GET", f"{VERSION}/bom")
bom = validated(text)
assert text == call("GET", f"{VERSION}/bom") and "secret" not in text
purls = {component.get("purl") for component in bom["components"]}
assert {"pkg:pypi/scikit-learn@1.7.1", "pkg:pypi/numpy", "pkg:pypi/torch@2.9.0%2Bcpu"} <= purls, purls
for value in ("Apache-2.0", "Our own terms <x>"):
    mlflow("model-versions/set-tag", {"name": "churn", "version": "1", "key": "license", "value": value})
    validated(call("GET", f"{VERSION}/bom"))

card = call("GET", f"{VERSION}/card", accept="text/markdown")
assert card.startswith("# Model card: churn/1\n") and "| `auc` | 0.93 |" in card and "&lt;b>" in card, card
print("ok")
