"""Webhooks: set up, listed, changed and deleted. No address is called: the host has none, or is this machine and refused by both."""

from requests_of import SUFFIX, delete, get, patch, post

HOOK = f"hook-{SUFFIX}"
URL = "https://192.0.43.7/hook"
CREATED = {"entity": "MODEL_VERSION", "action": "CREATED"}


def steps():
    yield post("/webhooks", {"name": HOOK, "url": URL, "events": [CREATED]}, {"w1": ["webhook", "webhook_id"]})
    more = {"description": "words", "secret": "s3cret", "status": "DISABLED"}
    events = [{"entity": "PROMPT_ALIAS", "action": "DELETED"}, {"entity": 3, "action": 4}]
    yield post("/webhooks", {"name": f"{HOOK}.2", "url": URL, "events": events, **more}, {"w2": ["webhook", "webhook_id"]})
    yield from refusals()
    for path in ("/webhooks/{w1}", "/webhooks/{w2}", "/webhooks/nobody", f"/webhooks/{HOOK}"):
        yield get(path)
    for values in ({}, {"max_results": 0}, {"max_results": 1000}, {"max_results": 1001}, {"max_results": -1}, {"max_results": "x"}, {"page_token": "x"}):
        yield get("/webhooks", **values)
    for body in (
        {"name": f"{HOOK}-b"}, {"name": ""}, {"name": "-"}, {"description": "other"}, {"description": ""}, {"url": "https://192.0.43.8/"}, {"url": "ftp://x"}, {"url": ""},
        {"events": [{"entity": "REGISTERED_MODEL", "action": "CREATED"}, CREATED]}, {"events": []}, {"events": [{"entity": "PROMPT", "action": "SET"}]}, {"secret": "x"}, {"secret": ""},
        {"status": "DISABLED"}, {"status": "ACTIVE"}, {"status": "BAD"}, {},
    ):
        yield patch("/webhooks/{w1}", body)
    yield patch("/webhooks/nobody", {"name": "x"})
    yield get("/webhooks")
    for path in ("/webhooks/{w1}", "/webhooks/{w1}", "/webhooks/nobody"):
        yield delete(path)
    yield get("/webhooks/{w1}")
    yield post("/webhooks/{w1}/test", {})
    yield post("/webhooks/nobody/test", {})
    yield delete("/webhooks/{w2}")
    yield get("/webhooks")
    yield post("/webhooks", {"name": HOOK, "url": URL, "events": [{"entity": "BUDGET_POLICY", "action": "EXCEEDED"}]})


def refusals():
    for body in (
        {}, {"name": HOOK}, {"name": HOOK, "url": URL}, {"name": HOOK, "url": URL, "events": []}, {"url": URL, "events": [CREATED]}, {"name": HOOK, "events": [CREATED]},
    ):
        yield post("/webhooks", body)
    for name in ("", " ", "-a", "a-", "a b", "a" * 64, "größe", 5):
        yield post("/webhooks", {"name": name, "url": URL, "events": [CREATED]})
    for url in ("", " ", "example", "http://192.0.43.7/", "ftp://192.0.43.7/", "https://", "https:///x", "https://127.0.0.1/", "https://10.0.0.1/", "https://169.254.169.254/", "https://[::1]/", 5):
        yield post("/webhooks", {"name": HOOK, "url": url, "events": [CREATED]})
    for event in ({"entity": "MODEL_VERSION", "action": "SET"}, {"entity": "MODEL_VERSION"}, {"action": "CREATED"}, {"entity": "BAD", "action": "CREATED"}, {"entity": 99, "action": 1}, {}, "model_version.created"):
        yield post("/webhooks", {"name": HOOK, "url": URL, "events": [event]})
