//! The project's own commands. No dependencies, so that it builds in a second on a fresh machine.

mod bench;
mod build;
mod demo;
mod fuzz;
mod hosts;
mod package;
mod plugins;
mod run;
mod sdk;
mod setup;
mod tests;
mod ui;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  demo [--yes] [--keep]       play the main job in the terminal, against sandboxes of the two demo vendors, and open the
                              window on them where there is a screen
  test [FILTER]               everything: build, lints, unit tests, tests across crates; one summary
  bench [--json] [--quick] [append|ledger|activation|license|library|sdk|usage|diagnostics|window]
                              ratios against floors taken in the same run
  fuzz [SECONDS] [TARGET]     what reads license files, vendor files and signed answers (read), and what a plug-in finds
                              on a shelf (shelf), for 60 seconds each (Linux)
  package                     both programs as people get them, in a .deb and an .rpm
  setup [--yes]               install what building and testing need (Debian), or name it (elsewhere); hosts that are
                              Python packages go into target/hosts
  build-test-programs         the programs that single tests need, with crash points and a settable clock
  build-ui, check-ui          the window's page: build it; its types and component tests
  sdk [--for-tests]           what a plug-in links, in target/sdk: library, header, pkg-config and CMake package; or
                              what tests link, in target/test-sdk (Linux)
  plugins [--yes|--for-tests] the sample plug-ins as CLAP, VST3 and LV2, installed for this user; or what tests load, in
                              target/test-plugins; --install FOLDER installs what is laid out there (Linux)
  privacy, types, notices, schema, header
                              write PRIVACY.md, the page's types, the third-party notices, the JSON Schema of vendor
                              files or the SDK's header anew
  pictures                    take the README's pictures anew, in the real window
";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let rest: Vec<String> = words.collect();
    let done = match command.as_str() {
        "demo" => demo::demo(&rest),
        "test" => tests::test(&rest),
        "bench" => bench::bench(&rest),
        "fuzz" => fuzz::fuzz(&rest),
        "package" => package::package(&rest),
        "setup" => setup::setup(setup::EVERYTHING, &rest).and_then(|()| hosts::install()),
        "build-ui" => ui::build(),
        "check-ui" => ui::check(),
        "build-test-programs" => build::for_tests(),
        "pictures" => tests::take_pictures(),
        "types" => tests::write_types(),
        "privacy" => tests::write_privacy(),
        "notices" => tests::write_notices(),
        "schema" => tests::write_schema(),
        "header" => tests::write_header(),
        "sdk" => sdk::sdk(&rest),
        "plugins" => plugins::plugins(&rest),
        _ => {
            print!("{HELP}");
            return if matches!(command.as_str(), "" | "help" | "--help") {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(2)
            };
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cargo xtask {command}: {error}");
            ExitCode::FAILURE
        }
    }
}
