//! Requests of MLflow 3 clients; tags, links and deletes are those of old clients too.

use super::views::{FullView, InfoView, TraceView};
use crate::mlflow::{Call, Empty, Fields, Measure, MlflowError, Tracking, missing};
use crate::traces::assessment::Assessment;
use crate::traces::model::State;
use crate::traces::moment::Moment;
use crate::traces::operations::{self, Doomed, Search, Told};
use serde::Serialize;

/// Traces per search without `max_results`.
pub(super) const SEARCH_DEFAULT: i64 = 100;

#[derive(Debug, Serialize)]
pub(super) struct TraceAnswer<T> {
    trace: T,
}

#[derive(Debug, Serialize)]
pub(super) struct ManyAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    traces: Vec<FullView>,
}

#[derive(Debug, Serialize)]
pub(super) struct InfosAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trace_infos: Vec<InfoView>,
}

#[derive(Debug, Serialize)]
pub(super) struct SearchAnswer {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    traces: Vec<InfoView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct DeleteAnswer {
    traces_deleted: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct CorrelationAnswer {
    /// Left out when it is not defined.
    #[serde(skip_serializing_if = "Measure::is_nan")]
    npmi: Measure,
    #[serde(skip_serializing_if = "Measure::is_nan")]
    npmi_smoothed: Measure,
    filter1_count: usize,
    filter2_count: usize,
    joint_count: usize,
    total_count: usize,
}

fn inside(fields: &Fields, name: &str) -> Result<Fields, MlflowError> {
    fields.object(name)?.ok_or_else(|| missing(name))
}

/// The experiment of a `TraceLocation`.
fn experiment_of(location: &Fields) -> Result<Option<String>, MlflowError> {
    let Some(experiment) = location.object("mlflow_experiment")? else { return Ok(None) };
    Ok(experiment.text("experiment_id")?.map(str::to_owned))
}

fn text(fields: &Fields, name: &str) -> Result<Option<String>, MlflowError> {
    Ok(fields.text(name)?.map(str::to_owned))
}

pub(super) async fn tell(tracking: Tracking, call: Call) -> Result<TraceAnswer<TraceView>, MlflowError> {
    let info = inside(&inside(&call.fields, "trace")?, "trace_info")?;
    let now = tracking.context.clock.now().as_millis();
    let assessments = info.objects("assessments")?;
    let assessments = assessments.iter().map(|said| Assessment::read(said, &fresh_id(&tracking), now));
    let told = Told {
        trace_id: info.required("trace_id")?.to_owned(),
        experiment_id: experiment_of(&inside(&info, "trace_location")?)?.ok_or_else(|| missing("trace_location"))?,
        started_ms: Moment::of(&info, "request_time")?.unwrap_or(0),
        duration_ms: Moment::duration(&info, "execution_duration")?,
        state: info.choice("state", State::CHOICES)?.unwrap_or(State::Unspecified),
        client_request_id: info.nonempty("client_request_id")?.map(str::to_owned),
        request_preview: text(&info, "request_preview")?,
        response_preview: text(&info, "response_preview")?,
        tags: info.map("tags")?,
        metadata: info.map("trace_metadata")?,
        assessments: assessments.collect::<Result<_, _>>()?,
        whole: true,
    };
    let judged = operations::tell(&tracking, &call, told).await?;
    Ok(TraceAnswer { trace: TraceView { trace_info: judged.into() } })
}

/// The id of an assessment whose client gave none.
pub(super) fn fresh_id(tracking: &Tracking) -> String {
    format!("a-{}", tracking.next_hex())
}

pub(super) async fn info(tracking: Tracking, call: Call) -> Result<TraceAnswer<TraceView>, MlflowError> {
    let judged = operations::find(&tracking, &call, call.fields.required("trace_id")?).await?;
    Ok(TraceAnswer { trace: TraceView { trace_info: judged.into() } })
}

pub(super) async fn get(tracking: Tracking, call: Call) -> Result<TraceAnswer<FullView>, MlflowError> {
    let partial = call.fields.boolean("allow_partial")?.unwrap_or(false);
    let full = operations::with_spans(&tracking, &call, call.fields.required("trace_id")?, partial).await?;
    Ok(TraceAnswer { trace: full.into() })
}

/// The traces a batch names, and the experiments it is kept to.
async fn named(tracking: &Tracking, call: &Call) -> Result<Vec<crate::traces::assessment::Judged>, MlflowError> {
    let ids = call.fields.texts("trace_ids")?;
    if ids.is_empty() {
        return Err(missing("trace_ids"));
    }
    let experiments = call.fields.value("experiment_ids").map(|_| call.fields.texts("experiment_ids")).transpose()?;
    operations::many(tracking, call, &ids, experiments.as_deref()).await
}

pub(super) async fn batch(tracking: Tracking, call: Call) -> Result<ManyAnswer, MlflowError> {
    let traces = named(&tracking, &call).await?;
    let full = operations::with_spans_of(&tracking, &call, traces, false).await?;
    Ok(ManyAnswer { traces: full.into_iter().map(FullView::from).collect() })
}

pub(super) async fn batch_infos(tracking: Tracking, call: Call) -> Result<InfosAnswer, MlflowError> {
    let traces = named(&tracking, &call).await?;
    Ok(InfosAnswer { trace_infos: traces.into_iter().map(InfoView::from).collect() })
}

pub(super) async fn search(tracking: Tracking, call: Call) -> Result<SearchAnswer, MlflowError> {
    let locations = call.fields.objects("locations")?;
    if locations.is_empty() {
        return Err(missing("locations"));
    }
    let ids = locations.iter().filter_map(|location| experiment_of(location).transpose());
    let wanted = Search {
        experiment_ids: Some(ids.collect::<Result<_, _>>()?),
        filter: call.fields.text_or_empty("filter")?.to_owned(),
        order_by: call.fields.texts("order_by")?,
        limit: call.fields.integer("max_results")?.unwrap_or(SEARCH_DEFAULT),
        token: call.fields.nonempty("page_token")?.map(str::to_owned),
    };
    let found = operations::search(&tracking, &call, wanted).await?;
    Ok(SearchAnswer {
        traces: found.traces.into_iter().map(InfoView::from).collect(),
        next_page_token: found.next.map(|cursor| cursor.to_string()),
    })
}

/// Experiments that must be named, though there may be none of them.
pub(super) fn experiment_ids(fields: &Fields) -> Result<Vec<String>, MlflowError> {
    if fields.has("experiment_ids") { fields.texts("experiment_ids") } else { Err(missing("experiment_ids")) }
}

pub(super) async fn correlate(tracking: Tracking, call: Call) -> Result<CorrelationAnswer, MlflowError> {
    let ids = experiment_ids(&call.fields)?;
    let filters = (
        call.fields.text_or_empty("base_filter")?,
        call.fields.required("filter_string1")?,
        call.fields.required("filter_string2")?,
    );
    let found = operations::correlate(&tracking, &call, &ids, filters).await?;
    Ok(CorrelationAnswer {
        npmi: Measure::new(found.npmi),
        npmi_smoothed: Measure::new(found.npmi_smoothed),
        filter1_count: found.first,
        filter2_count: found.second,
        joint_count: found.joint,
        total_count: found.total,
    })
}

pub(super) async fn delete(tracking: Tracking, call: Call) -> Result<DeleteAnswer, MlflowError> {
    let fields = &call.fields;
    let doomed = Doomed::new(
        fields.integer("max_timestamp_millis")?,
        fields.integer("max_traces")?,
        fields.texts("request_ids")?,
    )?;
    let traces_deleted = operations::delete(&tracking, &call, fields.required("experiment_id")?, doomed).await?;
    Ok(DeleteAnswer { traces_deleted })
}

pub(super) async fn set_tag(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let tag = (call.fields.required("key")?.to_owned(), call.fields.text_or_empty("value")?.to_owned());
    operations::set_tag(&tracking, &call, call.fields.required("trace_id")?, tag).await?;
    Ok(Empty {})
}

pub(super) async fn delete_tag(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let key = call.fields.required("key")?.to_owned();
    operations::delete_tag(&tracking, &call, call.fields.required("trace_id")?, key).await?;
    Ok(Empty {})
}

pub(super) async fn link_to_run(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let ids = call.fields.texts("trace_ids")?;
    operations::link_to_run(&tracking, &call, call.fields.required("run_id")?, ids).await?;
    Ok(Empty {})
}

pub(super) async fn link_prompts(tracking: Tracking, call: Call) -> Result<Empty, MlflowError> {
    let prompt = |version: Fields| Ok(format!("{}/{}", version.required("name")?, version.required("version")?));
    let prompts = call.fields.objects("prompt_versions")?.into_iter().map(prompt);
    let prompts = prompts.collect::<Result<Vec<_>, MlflowError>>()?;
    operations::link_prompts(&tracking, &call, call.fields.required("trace_id")?, prompts).await?;
    Ok(Empty {})
}
