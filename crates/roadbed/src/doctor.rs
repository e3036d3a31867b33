//! `roadbed doctor`: what this machine offers and what it lacks.

use crate::server_file::ServerFile;
use crate::settings::{Asked, Settings};
use roadbed_cli::{DoctorFinding, DoctorLevel};
use roadbed_compute::{Finding, FindingState, LocalEngine, LocalEngineConfig};
use roadbed_core::SystemClock;
use std::path::Path;
use std::sync::Arc;

/// Looks at the machine and at the data directory.
pub(crate) fn examine(data: Option<&Path>) -> Vec<DoctorFinding> {
    let asked = Asked { data: data.map(Path::to_path_buf), ..Asked::default() };
    let settings = match Settings::load(asked) {
        Ok(settings) => settings,
        Err(error) => return vec![found("settings", DoctorLevel::Failed, format!("{error:#}"))],
    };
    let mut findings = vec![found("data directory", DoctorLevel::Ok, settings.data.display().to_string())];
    findings.push(match ServerFile::read(&settings.data) {
        Some(file) if crate::probe::is_ready(&file.url) => {
            found("server", DoctorLevel::Ok, format!("ready at {}", file.url))
        }
        Some(file) => {
            found("server", DoctorLevel::Warning, format!("{} does not answer; start it with: roadbed up", file.url))
        }
        None => found("server", DoctorLevel::Warning, "not running here; start it with: roadbed up".to_owned()),
    });
    findings.extend(machine(&settings));
    findings
}

fn machine(settings: &Settings) -> Vec<DoctorFinding> {
    let config = LocalEngineConfig {
        data_directory: settings.data.clone(),
        cache_directory: settings.data.clone(),
        supervisor_program: std::env::current_exe().unwrap_or_default(),
        supervisor_arguments: vec!["supervisor".into()],
        uv: settings.uv.clone(),
        locate_code: None,
        clock: Arc::new(SystemClock),
    };
    LocalEngine::examine(&config).into_iter().map(of_engine).collect()
}

/// A finding of the engine in the words of the command line.
pub(crate) fn of_engine(finding: Finding) -> DoctorFinding {
    let level = match finding.state {
        FindingState::Good => DoctorLevel::Ok,
        FindingState::Limited => DoctorLevel::Warning,
        FindingState::Missing => DoctorLevel::Failed,
    };
    found(finding.name, level, finding.detail)
}

fn found(check: &str, level: DoctorLevel, detail: String) -> DoctorFinding {
    DoctorFinding { check: check.to_owned(), level, detail, fix: None }
}
