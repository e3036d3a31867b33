"""Webhooks with the unmodified client, and a receiver that verifies what arrives with MLflow's own code."""

import http.server
import json
import os
import queue
import threading

import mlflow
from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookEvent, WebhookStatus
from mlflow.webhooks.delivery import _generate_hmac_signature
from mlflow.webhooks.types import get_example_payload_for_event, get_payload_class_for_event

from checks import refused

# Of an administrator of the team: addresses of webhooks may hold keys.
os.environ["MLFLOW_TRACKING_TOKEN"] = "admin"
client = MlflowClient()
SECRET = "a secret of mine"
PATIENCE_SECONDS = 60
arrivals = queue.Queue()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        arrivals.put((dict(self.headers.items()), body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/hook"


def arrival():
    """The next delivery, verified."""
    headers, body = arrivals.get(timeout=PATIENCE_SECONDS)
    headers = {name.lower(): value for name, value in headers.items()}
    signed = _generate_hmac_signature(SECRET, headers["x-mlflow-delivery-id"], headers["x-mlflow-timestamp"], body)
    assert headers["x-mlflow-signature"] == signed, (headers, body)
    assert headers["content-type"] == "application/json"
    told = json.loads(body)
    assert sorted(told) == ["action", "data", "entity", "timestamp", "workspace"] and told["workspace"] == "default", told
    event = WebhookEvent(told["entity"], told["action"])
    assert sorted(told["data"]) == sorted(get_payload_class_for_event(event).__annotations__), told
    return str(event), told["data"]


names = [
    "registered_model.created", "model_version.created", "model_version_tag.set", "model_version_tag.deleted", "model_version_alias.created",
    "model_version_alias.deleted", "prompt.created", "prompt_version.created", "prompt_tag.set", "prompt_tag.deleted", "prompt_version_tag.set",
    "prompt_version_tag.deleted", "prompt_alias.created", "prompt_alias.deleted",
]
made = client.create_webhook(name="ci", url=url, events=names, description="tells CI", secret=SECRET)
assert (made.name, made.url, made.description, made.status) == ("ci", url, "tells CI", WebhookStatus.ACTIVE), made
assert [str(event) for event in made.events] == names and made.secret is None
assert client.get_webhook(made.webhook_id).last_updated_timestamp == made.last_updated_timestamp

# An example of each event is MLflow's own.
for name in names:
    event = WebhookEvent.from_str(name)
    result = client.test_webhook(made.webhook_id, event)
    assert (result.success, result.response_status, result.response_body, result.error_message) == (True, 200, "ok", None), result
    assert arrival() == (name, dict(get_example_payload_for_event(event)))
assert client.test_webhook(made.webhook_id).success and arrival()[0] == names[0]

# What happens arrives in order.
client.create_registered_model("churn", tags={"kind": "a"}, description="who leaves")
with mlflow.start_run() as run:
    mlflow.log_text("flavors: {}", "model/MLmodel")
source = run.info.artifact_uri + "/model"
client.create_model_version("churn", source, run_id=run.info.run_id, tags={"q": "1"}, description="first")
client.set_model_version_tag("churn", "1", "checked", "yes")
client.delete_model_version_tag("churn", "1", "checked")
client.set_registered_model_alias("churn", "champion", "1")
client.delete_registered_model_alias("churn", "champion")
expected = [
    ("registered_model.created", {"name": "churn", "tags": {"kind": "a"}, "description": "who leaves"}),
    ("model_version.created", {"name": "churn", "version": "1", "source": source, "run_id": run.info.run_id, "tags": {"q": "1"}, "description": "first"}),
    ("model_version_tag.set", {"name": "churn", "version": "1", "key": "checked", "value": "yes"}),
    ("model_version_tag.deleted", {"name": "churn", "version": "1", "key": "checked"}),
    ("model_version_alias.created", {"name": "churn", "alias": "champion", "version": "1"}),
    ("model_version_alias.deleted", {"name": "churn", "alias": "champion"}),
]
assert [arrival() for _ in expected] == expected

prompt = mlflow.genai.register_prompt(name="greeting", template="Hello {{name}}!", commit_message="first", tags={"task": "greet"})
seen = arrival()
assert seen == ("prompt.created", {"name": "greeting", "tags": {"task": "greet"}, "description": "first"}), seen
event, told = arrival()
assert (event, told["template"], told["description"]) == ("prompt_version.created", "Hello {{name}}!", "first"), told
assert told["tags"]["task"] == "greet" and not any("is_prompt" in key or "prompt_type" in key for key in told["tags"]), told
# The client links the prompt to the experiment by a tag of its own.
event, told = arrival()
assert (event, told["key"]) == ("prompt_tag.set", "_mlflow_experiment_ids"), told
client.set_prompt_tag("greeting", "owner", "ann")
client.delete_prompt_tag("greeting", "owner")
client.set_prompt_version_tag("greeting", "1", "tone", "warm")
client.delete_prompt_version_tag("greeting", "1", "tone")
mlflow.genai.set_prompt_alias("greeting", alias="production", version=1)
mlflow.genai.delete_prompt_alias("greeting", alias="production")
seen = [arrival()[0] for _ in range(6)]
assert seen == names[8:], seen

# Changed, switched off, deleted.
changed = client.update_webhook(made.webhook_id, name="cd", events=["model_version.created"], status="DISABLED")
assert (changed.name, changed.status, [str(event) for event in changed.events]) == ("cd", WebhookStatus.DISABLED, ["model_version.created"])
client.create_model_version("churn", source, run_id=run.info.run_id)
other = client.create_webhook(name="other", url=url, events=["registered_model.created"], secret=SECRET)
assert {one.name for one in client.list_webhooks()} == {"cd", "other"}
first = client.list_webhooks(max_results=1)
assert {one.name for one in first} | {one.name for one in client.list_webhooks(max_results=1, page_token=first.token)} == {"cd", "other"}
client.create_registered_model("last")
assert arrival()[1]["name"] == "last" and arrivals.empty()
client.delete_webhook(other.webhook_id)
refused("RESOURCE_DOES_NOT_EXIST", client.get_webhook, other.webhook_id)
refused("INVALID_PARAMETER_VALUE", client.create_webhook, name="-", url=url, events=names)
refused("INVALID_PARAMETER_VALUE", client.create_webhook, name="x", url="ftp://example.com", events=names)
assert "never happens here" in refused("INVALID_PARAMETER_VALUE", client.create_webhook, name="x", url=url, events=["budget_policy.exceeded"]).message
os.environ["MLFLOW_TRACKING_TOKEN"] = "developer"
refused("PERMISSION_DENIED", client.list_webhooks)
os.environ["MLFLOW_TRACKING_TOKEN"] = os.environ["OTHER_TEAM_TOKEN"]
refused("PERMISSION_DENIED", client.get_webhook, made.webhook_id)
print("webhook client: ok")
