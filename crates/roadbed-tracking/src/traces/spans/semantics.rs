//! What programs without MLflow's client call things: conventions of OpenTelemetry for generative AI and of OpenInference are also told
//! under the names that MLflow's pages and clients look for.

use super::content::Content;
use crate::traces::otlp::Any;

pub(super) const INPUTS: &str = "mlflow.spanInputs";
pub(super) const OUTPUTS: &str = "mlflow.spanOutputs";
pub(super) const KIND: &str = "mlflow.spanType";
pub(super) const USAGE: &str = "mlflow.chat.tokenUsage";
pub(super) const COST: &str = "mlflow.llm.cost";
const MODEL: &str = "mlflow.llm.model";
const PROVIDER: &str = "mlflow.llm.provider";

/// MLflow's name, and the names others use for the same, the first that is there counts.
const SAME: &[(&str, &[&str])] = &[
    (INPUTS, &["gen_ai.input.messages", "gen_ai.tool.call.arguments", "input.value"]),
    (OUTPUTS, &["gen_ai.output.messages", "gen_ai.tool.call.result", "output.value"]),
    (MODEL, &["gen_ai.response.model", "gen_ai.request.model", "llm.model_name"]),
    (PROVIDER, &["gen_ai.provider.name", "gen_ai.system", "llm.provider"]),
];

const INPUT_TOKENS: &[&str] = &["gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens", "llm.token_count.prompt"];
const OUTPUT_TOKENS: &[&str] =
    &["gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens", "llm.token_count.completion"];

/// Values of `gen_ai.operation.name` and `openinference.span.kind`, and MLflow's types.
const KINDS: &[(&str, &str)] = &[
    ("chat", "CHAT_MODEL"),
    ("generate_content", "LLM"),
    ("text_completion", "LLM"),
    ("embeddings", "EMBEDDING"),
    ("execute_tool", "TOOL"),
    ("create_agent", "AGENT"),
    ("invoke_agent", "AGENT"),
    ("LLM", "LLM"),
    ("CHAIN", "CHAIN"),
    ("TOOL", "TOOL"),
    ("AGENT", "AGENT"),
    ("RETRIEVER", "RETRIEVER"),
    ("EMBEDDING", "EMBEDDING"),
    ("RERANKER", "RERANKER"),
];

/// Adds MLflow's names to a span that has only others.
pub(super) fn translate(span: &mut Content) {
    for (ours, theirs) in SAME {
        if span.attribute(ours).is_none()
            && let Some(value) = theirs.iter().find_map(|key| span.attribute(key))
        {
            let value = value.to_owned();
            span.set_attribute(ours, value);
        }
    }
    if span.attribute(KIND).is_none() {
        let told = ["gen_ai.operation.name", "openinference.span.kind"];
        let told = told.iter().find_map(|key| span.plain_attribute(key));
        let kind = told.and_then(|told| KINDS.iter().find(|(theirs, _)| *theirs == told)).map(|(_, ours)| *ours);
        if let Some(kind) = kind {
            span.set_attribute(KIND, Any::Text(kind.to_owned()).to_json());
        }
    }
    if span.attribute(USAGE).is_none() {
        let count = |keys: &[&str]| keys.iter().find_map(|key| Any::of_json(span.attribute(key)?).as_number());
        if let (Some(input), Some(output)) = (count(INPUT_TOKENS), count(OUTPUT_TOKENS)) {
            #[expect(clippy::cast_possible_truncation, reason = "counts of tokens are whole and far below 2^53")]
            let whole = |value: f64| Any::Int(value as i64);
            let pairs = [("input_tokens", input), ("output_tokens", output), ("total_tokens", input + output)];
            let usage = Any::Map(pairs.iter().map(|(key, value)| ((*key).to_owned(), whole(*value))).collect());
            span.set_attribute(USAGE, usage.to_json());
        }
    }
}
