use super::{
    approvals, check, completions, doctor, env, explain, init, jobs, login, manifest, migrate, open, purge, rollouts,
    run, sign, start, status, webhooks,
};
use crate::failure::{Code, Failure};
use crate::grammar::Verb;
use crate::session::Session;
use std::process::ExitCode;

/// Does what a verb asks.
pub(crate) fn perform(session: &mut Session<'_>, verb: Verb) -> Result<ExitCode, Failure> {
    let code = match verb {
        Verb::Up(arguments) => return Ok(start::up(session, arguments)),
        Verb::Demo(arguments) => return start::demo(session, arguments),
        Verb::Server(arguments) => return start::server(session, arguments),
        Verb::Backup(arguments) => return Ok(start::backup(session, arguments)),
        Verb::Restore(arguments) => return Ok(start::restore(session, arguments)),
        Verb::Init(arguments) => init::init(session, &arguments),
        Verb::Check(arguments) => check::check(session, &arguments.file),
        Verb::Run(arguments) => run::run(session, &arguments),
        Verb::Plan(arguments) => manifest::plan(session, &arguments),
        Verb::Apply(arguments) => manifest::apply(session, &arguments),
        Verb::Deploy(arguments) => rollouts::deploy(session, &arguments),
        Verb::Promote(arguments) => rollouts::act(session, rollouts::Act::Promote, &arguments),
        Verb::Rollback(arguments) => rollouts::act(session, rollouts::Act::Rollback, &arguments),
        Verb::Pause(arguments) => rollouts::act(session, rollouts::Act::Pause, &arguments),
        Verb::Resume(arguments) => rollouts::act(session, rollouts::Act::Resume, &arguments),
        Verb::Approve(arguments) => approvals::approve(session, &arguments),
        Verb::Sign(arguments) => sign::sign(session, &arguments),
        Verb::Test(arguments) => webhooks::test(session, &arguments),
        Verb::Purge(arguments) => purge::purge(session, &arguments),
        Verb::Cancel(arguments) => jobs::cancel(session, &arguments),
        Verb::Logs(arguments) => jobs::logs(session, &arguments),
        Verb::Status(arguments) => status::status(session, arguments.target.as_deref()),
        Verb::Open(arguments) => open::open(session, &arguments),
        Verb::Explain(arguments) => explain::explain(session, &arguments.target),
        Verb::Doctor(arguments) => doctor::doctor(session, arguments.data),
        Verb::Login(arguments) => login::login(session, &arguments),
        Verb::Logout => login::logout(session),
        Verb::Env => env::env(session),
        Verb::Completions(arguments) => completions::completions(session, arguments.shell),
        Verb::Migrate(arguments) => migrate::migrate(session, &arguments),
        Verb::Export(arguments) => migrate::export(session, &arguments),
    };
    code.map(Code::into)
}
