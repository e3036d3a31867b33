//! Makes a card of what is known.

use super::card::{Card, CardApproval, CardDataset, CardOrigin, CardPeriod, CardScan, CardSignature, Note};
use crate::approvals::{self, Approval};
use crate::facts::Facts;
use crate::mlflow::{Call, MlflowError, Tracking, rfc3339};
use crate::production::{self, Period};
use crate::scans::{self, Scan};
use crate::signatures::{self, FileHashes};
use roadbed_store::Reader;

/// The tag people write their own part of a card in.
const CARD_TAG: &str = "model.card";

pub(super) async fn card(
    tracking: &Tracking,
    hashes: &FileHashes,
    call: &Call,
    (name, number): (&str, &str),
) -> Result<Card, MlflowError> {
    let facts = Facts::of_version(tracking, call, (name, number)).await?;
    let frozen = facts.registered.frozen();
    let version = (frozen.name.as_str(), frozen.version);
    let key = (frozen.model, frozen.version);
    let given = tracking.context.store.read(move |r: &mut Reader<'_>| approvals::approvals_of(r, key.0, key.1)).await?;
    let periods = production::periods(tracking, call.team, version, facts.registered.version.created_ms).await?;
    let signature = signatures::find((tracking, hashes), call.team, &frozen, false).await?;
    let signature = signature.map(|shown| CardSignature {
        fits: shown.checked.fits(),
        signed_by: shown.signed_by,
        signed_at: rfc3339(shown.signed_ms),
        key: shown.key,
    });
    let scan = scans::scan_files(tracking, &frozen.files).await?;
    let services = periods.services.into_iter().map(|period| of_period("service", period));
    let production = periods.aliases.into_iter().map(|period| of_period("alias", period)).chain(services).collect();
    let limits = limits(&facts, signature.as_ref(), &scan);
    Ok(Card {
        approvals: given.into_iter().map(CardApproval::from).collect(),
        production,
        signature,
        scan: (!frozen.files.is_empty()).then(|| CardScan::from(&scan)),
        limits,
        ..of_facts(facts)
    })
}

fn of_period(kind: &'static str, period: Period) -> CardPeriod {
    CardPeriod { kind, name: period.name, from: rfc3339(period.from_ms), until: period.until_ms.map(rfc3339) }
}

impl From<Approval> for CardApproval {
    fn from(one: Approval) -> Self {
        let Approval { alias, person, comment, given_ms, revoked_because, .. } = one;
        Self { alias, person, comment, given_at: rfc3339(given_ms), revoked_because }
    }
}

impl From<&Scan> for CardScan {
    fn from(scan: &Scan) -> Self {
        Self {
            severity: scan.worst(),
            findings: scan.finding_count(),
            scanned: scan.scanned(),
            unread: scan.unread().count(),
        }
    }
}

fn notes(facts: &Facts) -> Vec<Note> {
    let (model, version) = (&facts.registered.model, &facts.registered.version);
    let all = [
        ("description of the model", Some(&model.description)),
        ("description of the version", version.description.as_ref()),
        ("tag model.card of the model", model.tags.get(CARD_TAG)),
        ("tag model.card of the version", version.tags.get(CARD_TAG)),
    ];
    let note = |(from, text): (&'static str, Option<&String>)| {
        let text = text?.trim();
        (!text.is_empty()).then(|| Note { from, text: text.to_owned() })
    };
    all.into_iter().filter_map(note).collect()
}

fn of_facts(facts: Facts) -> Card {
    let (notes, license, repository) = (notes(&facts), facts.license().map(str::to_owned), facts.repository());
    let Facts { registered, described, origin, parameters, metrics, .. } = facts;
    let version = registered.version;
    Card {
        model: registered.model.name,
        version: version.version,
        notes,
        aliases: registered.aliases,
        license,
        registered_by: version.created_by,
        registered_at: rfc3339(version.created_ms),
        digest: version.digest.map(|digest| digest.to_string()),
        source: version.source,
        file_count: registered.files.len(),
        bytes: registered.files.iter().map(|file| file.bytes).sum(),
        flavors: described.flavors,
        python_version: described.python_version,
        mlflow_version: described.mlflow_version,
        inputs: described.inputs,
        outputs: described.outputs,
        origin: origin.map(|origin| of_origin(origin, repository)).unwrap_or_default(),
        parameters,
        metrics: metrics
            .into_iter()
            .map(|(name, value)| (name, Some(value).filter(|value| value.is_finite())))
            .collect(),
        ..Card::default()
    }
}

fn of_origin(origin: crate::runs::Origin, repository: Option<String>) -> CardOrigin {
    let dataset = |input: crate::inputs::DatasetInput| CardDataset {
        context: input.context().map(str::to_owned),
        name: input.dataset.name,
        digest: input.dataset.digest,
    };
    CardOrigin {
        run: Some(origin.run_id),
        run_name: Some(origin.name).filter(|name| !name.is_empty()),
        job: origin.job,
        commit: origin.commit,
        repository,
        source: origin.source,
        datasets: origin.datasets.into_iter().map(dataset).collect(),
    }
}

/// What the card cannot vouch for. Names of files are left to the scan itself: these sentences are ours.
fn limits(facts: &Facts, signature: Option<&CardSignature>, scan: &Scan) -> Vec<String> {
    let registered = &facts.registered;
    let (origin, has_files) = (facts.origin.as_ref(), !registered.files.is_empty());
    let unread = scan.unread().count();
    let sentences = [
        (!has_files, "Its files lie outside this server: nobody here knows whether they changed.".to_owned()),
        (has_files && signature.is_none(), "Nobody signed its files.".to_owned()),
        (signature.is_some_and(|signature| !signature.fits), "Its signature does not fit its files.".to_owned()),
        (origin.is_none(), "No run is known that made it: code, data and measurements are not known.".to_owned()),
        (origin.is_some_and(|origin| origin.commit.is_none()), "The commit of its code is not known.".to_owned()),
        (origin.is_some_and(|origin| origin.datasets.is_empty()), "No data was logged as input of its run.".to_owned()),
        (facts.metrics.is_empty(), "Nothing was measured on it.".to_owned()),
        (facts.described.inputs.is_none(), "It has no signature of inputs and outputs: callers find out by trying.".to_owned()),
        (unread > 0, format!("The scan did not read {unread} files to their end: roadbed get scan says which and why.")),
        (true, "Metrics and parameters are what the code of the run reported. The scan is a hint: what it does not find is not \
                thereby safe."
            .to_owned()),
    ];
    sentences.into_iter().filter(|(applies, _)| *applies).map(|(_, sentence)| sentence).collect()
}
