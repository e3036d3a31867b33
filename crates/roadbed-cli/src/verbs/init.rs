use crate::failure::{Code, Failure};
use crate::grammar::InitArguments;
use crate::session::Session;
use crate::templates::{Filling, TEMPLATES, Template, project_name};
use roadbed_core::Name;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

pub(super) fn init(session: &mut Session<'_>, arguments: &InitArguments) -> Result<Code, Failure> {
    let template = template(&arguments.template)?;
    let folder = session.folder.join(&arguments.folder);
    let name = name(&folder, arguments.name.as_deref())?;
    let taken: Vec<&str> = template
        .files
        .iter()
        .map(|(file, _)| *file)
        .filter(|file| folder.join(file).symlink_metadata().is_ok())
        .collect();
    if !taken.is_empty() {
        let detail = format!("{} already has {}; nothing was written", folder.display(), taken.join(", "));
        return Err(Failure::failed(detail, "choose an empty folder: roadbed init DIR"));
    }
    let place = folder.display();
    if arguments.dry_run {
        session.terminal.say(&format!("would make the project {name} in {place} from the template {}", template.name));
        return list(session, template);
    }
    let filling = Filling { project: &name, team: None, parameters: &BTreeMap::new() };
    let files = template.fill(&filling).map_err(|errors| {
        let detail = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        Failure::Usage { detail, fix: None }
    })?;
    std::fs::create_dir_all(&folder).map_err(Failure::file(&folder, "created"))?;
    for file in files {
        write_new(&folder.join(file.path), &file.text)?;
    }
    session.terminal.say(&format!("made the project {name} in {place}: {}", template.about));
    let enter = if arguments.folder == Path::new(".") {
        String::new()
    } else {
        format!("cd {} && ", arguments.folder.display())
    };
    session.terminal.say(&format!("next: {enter}roadbed run {}", template.first_job));
    list(session, template)
}

/// Paths of the files, for scripts.
fn list(session: &mut Session<'_>, template: &Template) -> Result<Code, Failure> {
    if !session.format().is_for_people() {
        let text: String = template.files.iter().map(|(file, _)| format!("{file}\n")).collect();
        session.terminal.data(&text)?;
    }
    Ok(Code::Done)
}

fn template(name: &str) -> Result<&'static Template, Failure> {
    let known = || {
        TEMPLATES
            .iter()
            .map(|template| format!("{} ({})", template.name, template.about))
            .collect::<Vec<_>>()
            .join(", ")
    };
    Template::named(name)
        .ok_or_else(|| Failure::usage(format!("there is no template {name:?}"), format!("choose one of: {}", known())))
}

fn name(folder: &Path, given: Option<&str>) -> Result<Name, Failure> {
    if let Some(given) = given {
        return given
            .parse()
            .map_err(|error: roadbed_core::InvalidName| Failure::Usage { detail: error.to_string(), fix: None });
    }
    let absolute = std::path::absolute(folder).map_err(Failure::file(folder, "resolved"))?;
    let last = absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    project_name(&last).ok_or_else(|| {
        Failure::usage(format!("no project name can be made of the folder's name {last:?}"), "give one with --name")
    })
}

/// Never over a file that appeared meanwhile.
fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(Failure::file(path, "written"))
}
