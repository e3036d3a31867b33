"""Traces by OTLP and as a whole, what is said about them, their metrics, and how filters go together."""

import json

from requests_of import API_3, SUFFIX, Raw, experiment, post, run

BEGIN = 1_700_000_000_000
MINUTE = 60_000


def trace_id(number):
    return f"{SUFFIX}{number:024x}"


def span(trace, number, start_ms, milliseconds, parent=None, name="work", status=0, **attributes):
    of = lambda value: {"stringValue": value if isinstance(value, str) else json.dumps(value)}
    told = {
        "traceId": trace_id(trace), "spanId": f"{number:016x}", "name": name,
        "startTimeUnixNano": str(start_ms * 1_000_000 + 300_000), "endTimeUnixNano": str((start_ms + milliseconds) * 1_000_000 + 700_000),
        "status": {"code": status},
        "attributes": [{"key": key.replace("__", "."), "value": of(value)} for key, value in attributes.items()],
    }
    return told if parent is None else {**told, "parentSpanId": f"{parent:016x}"}


def export(spans, headers):
    body = {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}
    return "POST", "/v1/traces", Raw(json.dumps(body), headers=headers), {}


def tell(number, minute, seconds, state="OK", tags=None, metadata=None):
    info = {
        "trace_id": f"tr-{trace_id(number)}", "trace_location": {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": "{e}"}},
        "request_time": f"2023-11-14T22:{13 + minute}:20.500Z", "execution_duration": f"{seconds}s", "state": state,
        "tags": tags or {}, "trace_metadata": metadata or {},
    }
    return post("/traces", {"trace": {"trace_info": info}}, api=API_3)


def said(number, name, value, kind="feedback", keep=None, **more):
    body = {"assessment_name": name, "trace_id": f"tr-{trace_id(number)}", "source": {"source_type": "HUMAN", "source_id": "me"}, kind: {"value": value}, **more}
    return post(f"/traces/tr-{trace_id(number)}/assessments", {"assessment": body}, keep, api=API_3)


def metrics(view, metric, *aggregations, **more):
    told = [{"aggregation_type": "PERCENTILE", "percentile_value": one} if isinstance(one, (int, float)) else {"aggregation_type": one} for one in aggregations]
    body = {"experiment_ids": ["{e}"], "view_type": view, "metric_name": metric, "aggregations": told, **more}
    return post("/traces/metrics", {key: value for key, value in body.items() if value is not None}, api=API_3)


def steps():
    yield experiment("traces", "e")
    yield experiment("traces-empty", "f")
    yield run("{e}", "r")
    here = {"X-Mlflow-Experiment-Id": "{e}"}
    llm = {"mlflow__spanType": "LLM", "mlflow__llm__model": "big", "mlflow__llm__provider": "inc"}
    usage = lambda i, o: {"mlflow__chat__tokenUsage": {"input_tokens": i, "output_tokens": o, "total_tokens": i + o}}
    cost = lambda i, o: {"mlflow__llm__cost": {"input_cost": i, "output_cost": o, "total_cost": i + o}}
    yield export([span(1, 1, BEGIN, 120, session__id="s1"), span(1, 2, BEGIN + 5, 40, 1, "ask", **llm, **usage(3, 5), **cost(0.1, 0.2))], here)
    yield export([span(2, 1, BEGIN + 2 * MINUTE, 75, status=2, session__id="s1", mlflow__traceTag__color="red"),
                  span(2, 2, BEGIN + 2 * MINUTE + 1, 7, 1, "ask", 1, **{**llm, "mlflow__llm__model": "small"}, **usage(10, 2), **cost(0.01, 0.3))],
                 {**here, "X-Mlflow-Run-Id": "{r}"})
    yield export([span(3, 2, BEGIN + 3 * MINUTE, 9, 1, "lonely", mlflow__spanType="TOOL")], here)
    yield tell(4, 4, "2.5", "OK", {"mlflow.traceName": "chat", "env": "prod"}, {"mlflow.trace.session": "s2", "mlflow.sourceRun": "{r}"})
    yield tell(5, 4, "0.25", "ERROR", {"mlflow.traceName": "chat"}, {"mlflow.trace.tokenUsage": json.dumps({"input_tokens": 7, "output_tokens": 1, "total_tokens": 8, "cache_read_input_tokens": 2})})
    yield tell(6, 9, "1.001", "IN_PROGRESS", {"mlflow.traceName": "größe", "env": "dev"})
    for value in (True, "yes", "No ", 0.5, 3, "words", "größe", {"a": [1, 2]}, None):
        yield said(4, "good", value)
    yield said(5, "good", False)
    yield said(5, "right", "no", "expectation")
    yield said(6, "other", 2, keep={"a": ["assessment", "assessment_id"]})
    yield said(6, "other", 4, overrides="{a}")
    yield from of_traces()
    yield from of_spans()
    yield from of_assessments()
    yield from refusals()
    yield from correlations()
    yield post("/traces/delete-traces", {"experiment_id": "{e}", "max_timestamp_millis": BEGIN + 99 * MINUTE})
    yield metrics("TRACES", "trace_count", "COUNT")


TIME = {"start_time_ms": BEGIN, "end_time_ms": BEGIN + 5 * MINUTE}


def of_traces():
    for more in ({}, {"dimensions": ["trace_name"]}, {"dimensions": ["trace_status"]}, {"dimensions": ["trace_status", "trace_name"]}, TIME, {**TIME, "time_interval_seconds": 60},
                 {**TIME, "time_interval_seconds": 120, "dimensions": ["trace_status"]}, {"max_results": 0}, {"max_results": 1}, {"dimensions": ["trace_status"], "max_results": 2},
                 {"dimensions": ["trace_status"], "max_results": -1}, {"dimensions": ["trace_status"], "max_results": 1, "page_token": "x"}, {"time_interval_seconds": 0},
                 {"start_time_ms": str(BEGIN)}, {"end_time_ms": BEGIN}, {"start_time_ms": BEGIN + 1}, {"experiment_ids": ["{f}"]}, {"experiment_ids": ["{f}"], "dimensions": ["trace_name"]},
                 {"experiment_ids": ["{e}", "{f}"]}, {"experiment_ids": ["999999"]}, {"experiment_ids": ["x"]}, {**TIME, "time_interval_seconds": 86400}, {**TIME, "time_interval_seconds": -60}):
        yield metrics("TRACES", "trace_count", "COUNT", **more)
    for text in ("trace.status = 'OK'", "trace.status = 'ERROR'", "trace.status='none'", "trace.tag.env = 'prod'", "trace.tag.`mlflow.traceName` = 'chat'", "trace.tag.color = 'red'",
                 "trace.metadata.`mlflow.trace.session` = 's1'", "trace.metadata.mlflow.sourceRun = '{r}'", "trace.metadata.nothing = ''", 'trace.tag."env" = \'dev\''):
        yield metrics("TRACES", "trace_count", "COUNT", filters=[text])
    yield metrics("TRACES", "trace_count", "COUNT", filters=["trace.status = 'OK'", "trace.tag.env = 'prod'"])
    yield metrics(1, "trace_count", "COUNT", "COUNT")
    for more in ({}, TIME, {**TIME, "time_interval_seconds": 60}, {"experiment_ids": ["{f}"]}, {"filters": ["trace.status = 'ERROR'"]}, {"max_results": 0}):
        yield metrics("TRACES", "session_count", "COUNT", **more)
    for more in ({}, {"dimensions": ["trace_name"]}, {**TIME, "time_interval_seconds": 60}, {"experiment_ids": ["{f}"]}):
        yield metrics("TRACES", "latency", "AVG", "MIN", "MAX", 0, 50, 99.9, 100, 12.5, **more)
    for name in ("input_tokens", "output_tokens", "total_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"):
        yield metrics("TRACES", name, "SUM", "AVG", "MIN", "MAX", 75)
        yield metrics("TRACES", name, "SUM", dimensions=["trace_name"])


def of_spans():
    for more in ({}, {"dimensions": ["span_name"]}, {"dimensions": ["span_type"]}, {"dimensions": ["span_status", "span_name"]}, {"dimensions": ["span_model_name"]},
                 {"dimensions": ["span_model_provider", "span_type"]}, {"start_time_ms": BEGIN, "end_time_ms": BEGIN}, {**TIME, "time_interval_seconds": 60, "dimensions": ["span_name"]}):
        yield metrics("SPANS", "span_count", "COUNT", **more)
    for text in ("span.name = 'ask'", "span.type = 'LLM'", "span.type = 'UNKNOWN'", "span.status = 'OK'", "span.status = 'UNSET'", "span.status = 'ERROR'", "trace.status = 'ERROR'"):
        yield metrics("SPANS", "span_count", "COUNT", filters=[text])
    for more in ({}, {"dimensions": ["span_name"]}, {"dimensions": ["span_status"]}):
        yield metrics("SPANS", "latency", "AVG", "MIN", "MAX", 50, **more)
    for name in ("input_cost", "output_cost", "total_cost"):
        for more in ({}, {"dimensions": ["span_model_name"]}, {"dimensions": ["span_model_provider"]}, {"start_time_ms": BEGIN + 5, "end_time_ms": BEGIN + 5}, {"end_time_ms": BEGIN + 4},
                     {**TIME, "time_interval_seconds": 60}, {"filters": ["trace.status = 'ERROR'"]}):
            yield metrics("SPANS", name, "SUM", "AVG", "MIN", "MAX", 50, **more)


def of_assessments():
    for more in ({}, {"dimensions": ["assessment_name"]}, {"dimensions": ["assessment_value"]}, {"dimensions": ["assessment_name", "assessment_value"]}, {**TIME, "time_interval_seconds": 60},
                 {"filters": ["assessment.name = 'good'"]}, {"filters": ["assessment.type = 'expectation'"]}, {"filters": ["trace.status = 'ERROR'"]}, {"filters": ["trace.tag.env = 'dev'"]}):
        yield metrics("ASSESSMENTS", "assessment_count", "COUNT", **more)
    for more in ({}, {"dimensions": ["assessment_name"]}, {"filters": ["assessment.name = 'good'"]}, {**TIME, "time_interval_seconds": 60}):
        yield metrics("ASSESSMENTS", "assessment_value", "AVG", "MIN", "MAX", 50, 90, **more)


def refusals():
    for more in ({"experiment_ids": None}, {"experiment_ids": "{e}"}, {"experiment_ids": []}, {"view_type": None}, {"view_type": "BAD"}, {"view_type": 9}, {"metric_name": None}, {"metric_name": ""},
                 {"metric_name": "bad"}, {"metric_name": 5}, {"aggregations": None}, {"aggregations": []}, {"aggregations": [{}]}, {"aggregations": [{"aggregation_type": "BAD"}]}, {"aggregations": ["COUNT"]},
                 {"aggregations": [{"aggregation_type": "AVG"}]}, {"aggregations": [{"aggregation_type": "COUNT", "percentile_value": 5}]}, {"dimensions": ["bad"]}, {"dimensions": ["span_name", "trace_name"]},
                 {"time_interval_seconds": 60}, {"time_interval_seconds": 60, "start_time_ms": 1}, {"time_interval_seconds": "x"}, {"start_time_ms": "x"}, {"max_results": "x"}, {"page_token": 5}):
        yield metrics("TRACES", "trace_count", "COUNT", **more) if "aggregations" not in more else metrics("TRACES", "trace_count", **more)
    for one in (101, -1):
        yield metrics("TRACES", "latency", one)
    yield metrics("TRACES", "latency", "SUM")
    yield metrics("TRACES", "latency", dimensions=["trace_status"], aggregations=[{"aggregation_type": "AVG"}])
    yield metrics("TRACES", "latency", aggregations=[{"aggregation_type": "PERCENTILE"}])
    yield metrics("TRACES", "span_count", "COUNT")
    for text in ("", "x", "status = 'OK'", "trace.status", "trace.bad = 'x'", "trace.tag = 'x'", "trace.status.x = 'OK'", "trace.status != 'OK'", "trace.status = OK", "trace.status = 5", "bad.status = 'OK'",
                 "span.name = 'x'", "assessment.name = 'x'", "trace.status = 'OK' AND trace.status = 'OK'", "trace.status IN ('OK')", "trace.tag.x IS NULL", "trace.status LIKE 'O%'", "span.bad = 'x'"):
        yield metrics("TRACES", "trace_count", "COUNT", filters=[text])
    yield metrics("SPANS", "span_count", "COUNT", filters=["assessment.name = 'x'"])
    yield metrics("ASSESSMENTS", "assessment_count", "COUNT", filters=["span.name = 'x'"])


def correlations():
    pairs = (("status = 'OK'", "name = 'chat'"), ("status = 'ERROR'", "status = 'OK'"), ("status = 'none'", "status = 'OK'"), ("name = 'chat'", "name = 'chat'"), ("span.name = 'ask'", "status = 'ERROR'"),
             ("tags.env = 'prod'", "run_id = '{r}'"), ("feedback.good = 'true'", "name = 'chat'"), ("execution_time_ms > 100", "timestamp_ms > 1700000000000"))
    for first, second in pairs:
        for base in (None, "status != 'IN_PROGRESS'", f"timestamp_ms >= {BEGIN + MINUTE}", "status = 'none'", ""):
            body = {"experiment_ids": ["{e}"], "filter_string1": first, "filter_string2": second, "base_filter": base}
            yield post("/traces/calculate-filter-correlation", {key: value for key, value in body.items() if value is not None}, api=API_3)
    good = {"experiment_ids": ["{e}"], "filter_string1": "status = 'OK'", "filter_string2": "status = 'ERROR'"}
    for more in ({"experiment_ids": ["{f}"]}, {"experiment_ids": ["{e}", "{f}"]}, {"experiment_ids": []}, {"experiment_ids": ["999999"]}, {"experiment_ids": None}, {"filter_string1": None}, {"filter_string2": ""},
                 {"filter_string1": "bad"}, {"filter_string1": "bad = 'x'"}, {"filter_string2": "status > 'x'"}, {"base_filter": "bad"}, {"base_filter": 5}, {"filter_string1": 5}):
        yield post("/traces/calculate-filter-correlation", {key: value for key, value in {**good, **more}.items() if value is not None}, api=API_3)
