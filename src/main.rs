//! The program: one command each, over the library.

mod cli;

use std::{
    io::{self, BufWriter, Write as _},
    path::Path,
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::Parser as _;
use taskwire::{
    app,
    auth::{Grant, Keys},
    config::{self, Config},
    demo::DemoSecret,
    domain::{Clock as _, SystemClock},
    http, protocol, telemetry,
};

use cli::{Cli, Command, Token};

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve { source, demo } => serve(source.config.as_deref(), demo),
        Command::Token(token) => print_token(token),
        Command::Export(source) => export(source.config.as_deref()),
        Command::Import(source) => import(source.config.as_deref()),
        Command::CheckConfig(source) => check_config(source.config.as_deref()),
        Command::Healthcheck(source) => healthcheck(source.config.as_deref()),
        Command::Openapi => print_openapi(),
        Command::Asyncapi => print(&format!("{:#}\n", protocol::asyncapi())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("taskwire: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn load(file: Option<&Path>) -> anyhow::Result<Config> {
    Ok(Config::load(file, config::environment())?)
}

fn serve(file: Option<&Path>, demo: bool) -> anyhow::Result<()> {
    let (env, ignored) = if demo {
        app::without_outside(config::environment())
    } else {
        (config::environment().collect(), Vec::new())
    };
    let config = Config::load(file, env)?;
    telemetry::init(&config.log)?;
    let runtime = runtime()?;
    let served = if demo {
        runtime.block_on(app::serve_demo(config, &ignored))
    } else {
        runtime.block_on(app::serve(config))
    };
    // What blocks a thread by now does not keep the process from its end.
    runtime.shutdown_timeout(Duration::from_millis(500));
    Ok(served?)
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("cannot start the runtime")
}

fn export(file: Option<&Path>) -> anyhow::Result<()> {
    let config = load(file)?;
    telemetry::init(&config.log)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let count = runtime()?.block_on(app::export(&config, &mut out))?;
    eprintln!("taskwire: exported {count} tasks");
    Ok(())
}

fn import(file: Option<&Path>) -> anyhow::Result<()> {
    let config = load(file)?;
    telemetry::init(&config.log)?;
    let mut lines = io::stdin().lock();
    let refuse = |line, rule: &str| eprintln!("taskwire: line {line} is refused: {rule}");
    let done = runtime()?.block_on(app::import(&config, &mut lines, refuse))?;
    let app::ImportSummary { new, known, refused } = done;
    eprintln!("taskwire: imported {new} tasks; {known} were here already; refused {refused} lines");
    if refused > 0 {
        bail!("not everything was imported");
    }
    Ok(())
}

fn print_token(token: Token) -> anyhow::Result<()> {
    let mut config = load(token.source.config.as_deref())?;
    if config.auth.jwt_secret.is_none()
        && let Some(secret) = DemoSecret::kept(&config.server.data_dir)?
    {
        config.auth.jwt_secret = Some(secret.value().clone());
        eprintln!(
            "taskwire: signed with the secret of the demo in {}",
            config.server.data_dir.display()
        );
    }
    let keys = Keys::from_config(&config.auth)?;
    let grant = Grant {
        sub: token.sub,
        name: token.name,
        roles: token.roles.into_iter().map(Into::into).collect(),
        teams: token.teams.into_iter().collect(),
        ttl: token.ttl,
    };
    print(&format!("{}\n", keys.sign(&grant, SystemClock.now())))
}

fn check_config(file: Option<&Path>) -> anyhow::Result<()> {
    print(&config::redacted_toml(file, config::environment())?)?;
    if let Err(missing) = Keys::from_config(&load(file)?.auth) {
        eprintln!("taskwire: serve would not start: {missing}");
    }
    Ok(())
}

fn healthcheck(file: Option<&Path>) -> anyhow::Result<()> {
    app::probe(&load(file)?.server).context("the server does not answer")
}

fn print_openapi() -> anyhow::Result<()> {
    print(&format!("{}\n", http::openapi().to_pretty_json()?))
}

fn print(text: &str) -> anyhow::Result<()> {
    io::stdout().write_all(text.as_bytes()).context("cannot write to stdout")
}
