use super::Plan;
use super::order::Cursor;
use crate::traces::assessment::{Assessment, Said};
use crate::traces::model::{NAME_TAG, SESSION, State, Trace};
use crate::traces::store::SpanColumns;
use serde_json::json;
use std::cmp::Ordering;
use std::collections::BTreeMap;

fn trace(id: &str, started_ms: i64, duration_ms: Option<i64>) -> Trace {
    Trace {
        trace_id: id.to_owned(),
        experiment: 1,
        experiment_id: 0,
        started_ms,
        duration_ms,
        state: State::Ok,
        client_request_id: None,
        request_preview: None,
        response_preview: None,
        tags: BTreeMap::from([(NAME_TAG.to_owned(), "answer".to_owned()), ("env".to_owned(), "prod".to_owned())]),
        metadata: BTreeMap::from([(SESSION.to_owned(), "s-1".to_owned())]),
        finalized: true,
    }
}

fn said(name: &str, said: Said) -> Assessment {
    Assessment {
        assessment_id: format!("a-{name}"),
        name: name.to_owned(),
        span_id: None,
        source_type: "HUMAN".to_owned(),
        source_id: "me".to_owned(),
        created_ms: 1,
        updated_ms: 1,
        said,
        rationale: None,
        metadata: BTreeMap::new(),
        overrides: None,
        valid: true,
    }
}

#[test]
fn clauses_about_traces_decide() {
    let trace = trace("tr-1", 1000, Some(50));
    for (filter, holds) in [
        ("", true),
        ("status = 'OK'", true),
        ("trace.status = 'ERROR'", false),
        ("attributes.status IN ('ERROR', 'OK')", true),
        ("timestamp_ms > 999 AND timestamp < 1001", true),
        ("execution_time_ms >= 50.5", false),
        ("end_time = 1050", true),
        ("name = 'answer'", true),
        ("tags.`mlflow.traceName` LIKE 'ans%'", true),
        ("tags.env RLIKE '^pr.d$'", true),
        ("tag.env != 'prod'", false),
        ("tags.missing != 'x'", false),
        ("tags.missing IS NULL AND tags.env IS NOT NULL", true),
        ("metadata.`mlflow.trace.session` = 's-1'", true),
        ("request_metadata.\"mlflow.trace.session\" = 's-2'", false),
        ("request_id = 'tr-1' AND client_request_id = 'x'", false),
    ] {
        assert_eq!(Plan::parse(filter, &[]).unwrap().fits(&trace), holds, "{filter}");
    }
}

#[test]
fn clauses_about_assessments_and_spans_decide() {
    let all = [
        said("quality", Said::Feedback { value: json!("good"), error: None }),
        said("score", Said::Feedback { value: json!(0.8), error: None }),
        said("right", Said::Feedback { value: json!(true), error: None }),
        said("answer", Said::Expectation { value: json!("42") }),
        Assessment { valid: false, ..said("old", Said::Feedback { value: json!("x"), error: None }) },
    ];
    for (filter, holds) in [
        ("feedback.quality = 'good'", true),
        ("feedback.quality LIKE 'b%'", false),
        ("feedback.score > 0.5", true),
        ("feedback.score = '0.8'", true),
        ("feedback.right = 'true'", true),
        ("expectation.answer = '42'", true),
        ("feedback.answer IS NULL AND expectation.answer IS NOT NULL", true),
        ("feedback.old = 'x'", false),
    ] {
        assert_eq!(Plan::parse(filter, &[]).unwrap().fits_assessments(&all), holds, "{filter}");
    }
    let span = |name: &str, kind: &str| SpanColumns { name: name.into(), kind: kind.into(), status: "OK".into() };
    let spans = [span("chat", "LLM"), span("look", "TOOL")];
    for (filter, holds) in [
        ("span.name = 'chat' AND span.type = 'LLM'", true),
        ("span.name = 'chat' AND span.type = 'TOOL'", false),
        ("span.status IN ('OK')", true),
    ] {
        assert_eq!(Plan::parse(filter, &[]).unwrap().fits_columns(&spans), holds, "{filter}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    for filter in [
        "status > 'OK'",
        "timestamp_ms = 'x'",
        "timestamp_ms IS NULL",
        "unknown = 'x'",
        "tags.a > 'b'",
        "tags.a = 5",
        "span.size = 'x'",
        "span.attributes. = 'x'",
        "span.content = 'x'",
        "feedback.score > 'x'",
        "feedback.score = 5",
        "prompt = 'a'",
        "prompt LIKE 'a/1'",
        "issue.name = 'x'",
        "tags.a RLIKE '('",
        "metrics.a > 1",
        "status = 'OK' OR status = 'ERROR'",
    ] {
        assert!(Plan::parse(filter, &[]).is_err(), "{filter} was taken");
    }
    for order in ["", "span.name", "feedback.x", "unknown DESC", "timestamp_ms sideways"] {
        assert!(Plan::parse("", &[order.to_owned()]).is_err(), "{order} was taken");
    }
    assert!(Plan::parse("", &["timestamp".to_owned(), "timestamp_ms DESC".to_owned()]).is_err());
    assert!(Cursor::parse(Some("!")).is_err() && Cursor::parse(Some("e30=")).is_err());
}

#[test]
fn orders_put_what_is_missing_last_and_tokens_come_back() {
    let plan = |order: &str| Plan::parse("", &[order.to_owned()]).unwrap();
    let (a, b) = (trace("tr-a", 1, Some(9)), trace("tr-b", 2, None));
    for (order, wanted) in [
        ("execution_time DESC", Ordering::Less),
        ("execution_time ASC", Ordering::Less),
        ("request_id DESC", Ordering::Greater),
        ("timestamp_ms", Ordering::Less),
        ("tags.env", Ordering::Greater),
    ] {
        let plan = plan(order);
        assert_eq!(plan.in_order(&plan.keys(&a), &plan.keys(&b)), wanted, "{order}");
    }
    assert!(plan("timestamp DESC").is_by_start() && !plan("name").is_by_start());
    let keys = plan("execution_time").keys(&b);
    assert_eq!(Cursor::parse(Some(&Cursor(keys.clone()).to_string())).unwrap(), Some(Cursor(keys)));
}
