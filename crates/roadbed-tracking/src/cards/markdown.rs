//! A card as a page in Markdown.

use super::card::{Card, CardApproval, CardOrigin};
use super::quote::{code, prose, quoted};
use crate::artifacts::SignatureColumn;
use std::fmt::{Display, Write as _};

/// Rows of a table that are shown.
const ROWS: usize = 200;

/// Writing to a text cannot fail.
struct Page(String);

impl Page {
    fn line(&mut self, text: impl Display) {
        let _ = writeln!(self.0, "{text}");
    }

    fn heading(&mut self, text: &str) {
        self.line(format_args!("\n## {text}\n"));
    }

    fn fact(&mut self, name: &str, value: Option<String>) {
        if let Some(value) = value {
            self.line(format_args!("- **{name}:** {value}"));
        }
    }

    /// A table, or a sentence when it has no rows.
    fn table(&mut self, columns: &[&str], none: &str, rows: &[Vec<String>]) {
        if rows.is_empty() {
            return self.line(none);
        }
        self.line(format_args!("| {} |", columns.join(" | ")));
        self.line(format_args!("|{}", "---|".repeat(columns.len())));
        for row in rows.iter().take(ROWS) {
            self.line(format_args!("| {} |", row.join(" | ")));
        }
        if rows.len() > ROWS {
            self.line(format_args!("\n{} more are left out here.", rows.len() - ROWS));
        }
    }
}

fn list(names: &[String]) -> Option<String> {
    let names: Vec<String> = names.iter().map(|name| code(name)).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The page; it ends with a line break.
pub(super) fn page(card: &Card) -> String {
    let mut page = Page(String::new());
    page.line(format_args!("# Model card: {}\n", prose(&format!("{}/{}", card.model, card.version))));
    page.line("Made by Roadbed from what it knows about this version. Text in quotes was written by people.");
    for note in &card.notes {
        page.line(format_args!("\nFrom the {}:\n\n{}", note.from, quoted(&note.text)));
    }
    about(&mut page, card);
    origin(&mut page, &card.origin);
    columns(&mut page, card);
    measured(&mut page, card);
    governed(&mut page, card);
    page.heading("Limits");
    for limit in &card.limits {
        page.line(format_args!("- {limit}"));
    }
    page.0
}

fn about(page: &mut Page, card: &Card) {
    page.heading("Version");
    page.fact("Aliases", list(&card.aliases));
    page.fact("License", card.license.as_deref().map(code));
    page.fact("Registered by", card.registered_by.as_deref().map(prose));
    page.fact("Registered at", Some(card.registered_at.clone()));
    page.fact("Digest of its files", card.digest.as_deref().map(code));
    page.fact("Files", Some(format!("{} with {} bytes", card.file_count, card.bytes)));
    page.fact("Flavors", list(&card.flavors));
    page.fact("Python", card.python_version.as_deref().map(code));
    page.fact("MLflow", card.mlflow_version.as_deref().map(code));
}

fn origin(page: &mut Page, origin: &CardOrigin) {
    page.heading("Where it comes from");
    let name = origin.run_name.as_deref().map(|name| format!(" ({})", prose(name))).unwrap_or_default();
    page.fact("Run", origin.run.as_deref().map(|run| code(run) + &name));
    page.fact("Job", origin.job.as_deref().map(code));
    page.fact("Commit", origin.commit.as_deref().map(code));
    page.fact("Repository", origin.repository.as_deref().map(code));
    page.fact("Source", origin.source.as_deref().map(code));
    page.line("");
    let row = |data: &super::card::CardDataset| {
        vec![code(&data.name), code(&data.digest), data.context.as_deref().map(code).unwrap_or_default()]
    };
    let rows: Vec<Vec<String>> = origin.datasets.iter().map(row).collect();
    page.table(&["Dataset", "Digest", "Used for"], "No data was logged as its input.", &rows);
}

fn columns(page: &mut Page, card: &Card) {
    page.heading("What it takes and gives");
    let row = |side: &str, column: &SignatureColumn| {
        let shape = column.shape.as_ref().map(|shape| format!(" {shape:?}")).unwrap_or_default();
        let name = column.name.as_deref().map(code).unwrap_or_default();
        let need = if column.required { "" } else { "optional" };
        vec![side.to_owned(), name, code(&format!("{}{shape}", column.kind)), need.to_owned()]
    };
    let (inputs, outputs) = (card.inputs.iter().flatten(), card.outputs.iter().flatten());
    let rows: Vec<Vec<String>> =
        inputs.map(|column| row("in", column)).chain(outputs.map(|column| row("out", column))).collect();
    page.table(&["Way", "Name", "Type", ""], "No signature was logged with it.", &rows);
}

fn measured(page: &mut Page, card: &Card) {
    page.heading("Parameters");
    let rows: Vec<Vec<String>> = card.parameters.iter().map(|(name, value)| vec![code(name), code(value)]).collect();
    page.table(&["Name", "Value"], "No parameters were logged.", &rows);
    page.heading("Metrics");
    let value = |value: &Option<f64>| value.map_or_else(|| "no number".to_owned(), |value| value.to_string());
    let rows: Vec<Vec<String>> = card.metrics.iter().map(|(name, known)| vec![code(name), value(known)]).collect();
    page.table(&["Name", "Latest value"], "No metrics were logged.", &rows);
}

fn governed(page: &mut Page, card: &Card) {
    page.heading("Approvals");
    let row = |one: &CardApproval| {
        let state =
            one.revoked_because.as_deref().map_or_else(|| "given".to_owned(), |why| format!("ended: {}", prose(why)));
        vec![code(&one.alias), prose(&one.person), one.given_at.clone(), state, prose(&one.comment)]
    };
    let rows: Vec<Vec<String>> = card.approvals.iter().map(row).collect();
    page.table(&["Alias", "Person", "Given", "State", "Comment"], "Nobody approved it.", &rows);
    page.heading("In production");
    let row = |one: &super::card::CardPeriod| {
        vec![
            one.kind.to_owned(),
            code(&one.name),
            one.from.clone(),
            one.until.clone().unwrap_or_else(|| "now".to_owned()),
        ]
    };
    let rows: Vec<Vec<String>> = card.production.iter().map(row).collect();
    page.table(&["What", "Name", "From", "Until"], "No alias named it and no service served it.", &rows);
    page.heading("Signature and scan");
    let signature = card.signature.as_ref().map(|signature| {
        let fits = if signature.fits { "fits its files" } else { "does not fit its files" };
        let by = prose(&signature.signed_by);
        format!("{fits}; given by {by} at {} with the key {}", signature.signed_at, code(&signature.key))
    });
    page.fact("Signature", Some(signature.unwrap_or_else(|| "none".to_owned())));
    page.fact(
        "Scan of pickles",
        card.scan.as_ref().map(|scan| {
            let counts =
                format!("{} imports not of known libraries in {} files with pickles", scan.findings, scan.scanned);
            format!("{}; {counts}; {} not read to their end", scan.severity, scan.unread)
        }),
    );
}
