"""Traces with the unmodified client. What it prints is the same on a real MLflow server; see `differential` in ../clients.rs."""

import json
import os
import time

import mlflow
from mlflow import MlflowClient
from mlflow.entities import AssessmentSource, SpanType
from mlflow.exceptions import MlflowException

client = MlflowClient()
experiment = mlflow.set_experiment(f"traces-{os.getpid()}-{time.time_ns()}")
here = [experiment.experiment_id]


def show(name, value):
    print(f"{name}: {json.dumps(value, sort_keys=True)}", flush=True)


def refused(call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except MlflowException as error:
        return error.error_code
    raise AssertionError(f"{call} was not refused")


def found(filter_string=None, **more):
    traces = mlflow.search_traces(
        locations=here, filter_string=filter_string, return_type="list", include_spans=False, **more
    )
    return [trace.info.tags.get("mlflow.traceName") for trace in traces]


@mlflow.trace(span_type=SpanType.RETRIEVER)
def retrieve(question):
    return [f"a page about {question}", {"score": 0.5, "none": None}]


@mlflow.trace(span_type=SpanType.CHAT_MODEL, attributes={"model": "small", "temperature": 0.1, "stop": ["a", 1]})
def answer(question, pages):
    span = mlflow.get_current_active_span()
    span.set_attribute("mlflow.chat.tokenUsage", {"input_tokens": 10, "output_tokens": 5, "total_tokens": 15})
    span.add_event(mlflow.entities.SpanEvent("asked", attributes={"pages": len(pages)}))
    return {"choices": [{"message": {"role": "assistant", "content": "forty-two, ünïcode"}}]}


@mlflow.trace(name="agent", span_type=SpanType.AGENT)
def agent(messages):
    mlflow.update_current_trace(
        tags={"stage": "test"}, metadata={"mlflow.trace.session": "s-1", "mlflow.trace.user": "ada"}
    )
    question = messages["messages"][-1]["content"]
    return answer(question, retrieve(question))


@mlflow.trace
def failing(number):
    with mlflow.start_span("inner", span_type=SpanType.TOOL) as span:
        span.set_inputs({"number": number})
        raise ValueError("no such number")


agent({"messages": [{"role": "user", "content": "what is it?"}]})
first = mlflow.get_last_active_trace_id()
try:
    failing(7)
except ValueError:
    pass
second = mlflow.get_last_active_trace_id()
with mlflow.start_run() as run:
    with mlflow.start_span("in a run") as span:
        span.set_inputs("plain text")
        span.set_outputs(5)
third = mlflow.get_last_active_trace_id()
mlflow.flush_trace_async_logging(terminate=False)

trace = mlflow.get_trace(first)
show("state", [trace.info.state, trace.info.request_preview, trace.info.response_preview])
show("tags", {key: value for key, value in trace.info.tags.items() if "user" not in key and "source" not in key and "artifact" not in key})
show("session", [trace.info.trace_metadata.get(f"mlflow.trace.{key}") for key in ("session", "user", "tokenUsage", "infoFinalized")])
show("experiment", trace.info.experiment_id == experiment.experiment_id)
names = {span.span_id: span.name for span in trace.data.spans}
show("spans", [[span.name, names.get(span.parent_id), span.span_type, span.status.status_code] for span in trace.data.spans])
for span in trace.data.spans:
    show(span.name, [span.inputs, span.outputs, {key: value for key, value in span.attributes.items() if key in ("model", "temperature", "stop")}])
    show("events", [[event.name, event.attributes] for event in span.events])
    assert span.trace_id == first and span.end_time_ns >= span.start_time_ns
show("artifact location", trace.info.tags["mlflow.artifactLocation"].endswith(f"/traces/{first}/artifacts"))
assert abs(trace.info.request_time / 1000 - time.time()) < 600 and trace.info.execution_duration >= 0

broken = mlflow.get_trace(second)
show("broken", [broken.info.state, [[span.name, span.status.status_code, span.status.description] for span in broken.data.spans]])
show("exception", [event.attributes["exception.message"] for event in broken.data.spans[-1].events])

for filter_string in (
    None,
    "trace.status = 'ERROR'",
    "attributes.status = 'OK' AND tags.stage = 'test'",
    "tags.stage IS NULL",
    "tags.stage LIKE 't%'",
    "name = 'agent'",
    "status IN ('OK', 'ERROR') AND request_id != 'x'",
    "tags.`mlflow.traceName` RLIKE '^fail'",
    "metadata.`mlflow.trace.session` = 's-1'",
    "metadata.`mlflow.trace.user` != 'ada'",
    f"run_id = '{run.info.run_id}'",
    "timestamp_ms > 0 AND execution_time_ms >= 0",
    "timestamp_ms < 5",
    "span.name = 'retrieve'",
    "span.type = 'CHAT_MODEL' AND span.name = 'answer'",
    "span.type = 'CHAT_MODEL' AND span.name = 'retrieve'",
    "span.status = 'ERROR'",
    "span.attributes.model LIKE '%mall%'",
    "trace.text LIKE '%forty-two%'",
    "trace.text LIKE '%nothing of this%'",
    f"request_id = '{second}'",
):
    show(str(filter_string).replace(run.info.run_id, "RUN").replace(second, "SECOND"), found(filter_string))
show("oldest first", found(order_by=["timestamp_ms ASC"]))
show("by name", found(order_by=["name DESC"]))
for wrong in ("nonsense", "status > 'OK'", "color = 'x'", "tags.a = 5", "feedback.x > 'a'", "span.size = 'a'"):
    show(wrong, refused(found, wrong))

# Pages follow each other.
pages, token = [], None
while True:
    page = client.search_traces(locations=here, max_results=2, page_token=token, include_spans=False)
    pages.extend(trace.info.trace_id for trace in page)
    token = page.token
    if not token:
        break
show("pages", [pages == [third, second, first]])
table = mlflow.search_traces(locations=here)
show("table", [len(table), sorted(column for column in table.columns)[:3]])

# Tags.
client.set_trace_tag(first, "reviewed", "yes")
show("reviewed", found("tags.reviewed = 'yes'"))
client.delete_trace_tag(first, "reviewed")
show("not reviewed", found("tags.reviewed = 'yes'"))
show("missing tag", refused(client.delete_trace_tag, first, "reviewed"))
try:
    client.set_trace_tag(first, "mlflow.trace.spansLocation", "x")
except MlflowException:
    pass  # Clients before 3.17 pass the refusal on.
show("fixed tag", client.get_trace(first).info.tags["mlflow.trace.spansLocation"])
refused(client.set_trace_tag, "tr-nothing", "a", "b")
show("unknown trace", mlflow.get_trace("tr-" + "0" * 32))

# Feedback and expectations.
human = AssessmentSource(source_type="HUMAN", source_id="ada")
given = mlflow.log_feedback(trace_id=first, name="quality", value="good", source=human, rationale="to the point", metadata={"k": "v"})
score = mlflow.log_feedback(trace_id=first, name="score", value=0.75, source=AssessmentSource("LLM_JUDGE", "judge"))
mlflow.log_feedback(trace_id=first, name="right", value=True)
mlflow.log_feedback(trace_id=second, name="judge", error=ValueError("could not judge"))
expected = mlflow.log_expectation(trace_id=first, name="facts", value=["a", {"b": 1}], source=human)
mlflow.log_expectation(trace_id=second, name="answer", value="42", source=human)


def said(trace_id):
    shown = []
    for one in sorted(mlflow.get_trace(trace_id).info.assessments, key=lambda one: (one.name, not one.valid)):
        value = one.feedback.value if one.feedback else one.expectation.value
        error = one.feedback.error.error_message if one.feedback and one.feedback.error else None
        shown.append([one.name, value, error, one.source.source_type, one.source.source_id, one.rationale, one.metadata, one.valid])
    return shown


show("said", said(first))
show("judge", said(second))
read = mlflow.get_assessment(first, given.assessment_id)
show("read", [read.name, read.feedback.value, read.rationale, read.trace_id == first])
mlflow.update_assessment(first, given.assessment_id, mlflow.entities.Feedback(name="quality", value="poor", rationale="on second thought", metadata={"more": "m"}))
show("updated", said(first)[1:3])
better = mlflow.override_feedback(trace_id=first, assessment_id=score.assessment_id, value=0.9, rationale="higher", source=human)
show("overridden", [one for one in said(first) if one[0] == "score"])
for filter_string in (
    "feedback.quality = 'poor'",
    "feedback.score > 0.8",
    "feedback.score < 0.8",
    "feedback.right = 'true'",
    "feedback.quality IS NULL",
    "expectation.answer = '42'",
    "expectation.facts IS NOT NULL",
):
    show(filter_string, found(filter_string))
mlflow.delete_assessment(first, better.assessment_id)
show("restored", [one for one in said(first) if one[0] == "score"])
mlflow.delete_assessment(first, expected.assessment_id)
show("unknown assessment", refused(mlflow.get_assessment, first, expected.assessment_id))

# Links, conversations, and how filters go together.
client.link_traces_to_run([first], run.info.run_id)
show("linked", found(f"run_id = '{run.info.run_id}'"))
store = client._tracing_client.store
result = store.calculate_trace_filter_correlation(here, "tags.stage = 'test'", "span.type = 'AGENT'")
show("correlation", [result.filter1_count, result.filter2_count, result.joint_count, result.total_count, round(result.npmi, 6)])
show("infos", [info.trace_id == second for info in store.batch_get_trace_infos([second, "tr-nothing"])])

# A trace that is begun and ended by hand, and copied.
root = client.start_trace("by hand", inputs={"x": 1}, experiment_id=experiment.experiment_id, tags={"made": "by hand"})
child = client.start_span("child", trace_id=root.trace_id, parent_id=root.span_id, inputs=[1, 2])
client.end_span(child.trace_id, child.span_id, outputs="out", status="OK")
client.end_trace(root.trace_id, outputs={"y": 2}, status="OK")
mlflow.flush_trace_async_logging(terminate=False)
hand = mlflow.get_trace(root.trace_id)
show("by hand", [hand.info.request_preview, hand.info.response_preview, hand.info.tags["made"], [span.name for span in hand.data.spans]])
copied = mlflow.log_trace("logged", request="in", response="out", attributes={"a": "b"})
mlflow.flush_trace_async_logging(terminate=False)
show("logged", [mlflow.get_trace(copied).data.spans[0].outputs])

# Deleting.
show("deleted", client.delete_traces(experiment.experiment_id, trace_ids=[second, "tr-nothing"]))
show("left", sorted(found()))
show("gone", mlflow.get_trace(second))
show("oldest deleted", client.delete_traces(experiment.experiment_id, max_timestamp_millis=int(time.time() * 1000) + 1000, max_traces=1))
show("left after", sorted(found()))
show("all deleted", client.delete_traces(experiment.experiment_id, max_timestamp_millis=int(time.time() * 1000) + 1000))
show("nothing left", found())
show("no way to delete", refused(client.delete_traces, experiment.experiment_id))
