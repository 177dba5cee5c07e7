//! Running other programs, and saying which.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

/// Why a command of ours failed, in words.
pub(crate) type Failed = String;

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// Runs a command to its end, saying which.
pub(crate) fn run(command: &mut Command) -> Result<(), Failed> {
    let line = say(command);
    ended(&line, command.status())
}

/// Likewise, and reads each line that it prints, which is printed here as it comes.
pub(crate) fn run_and_read(command: &mut Command, mut read: impl FnMut(&str)) -> Result<(), Failed> {
    let line = say(command);
    let ran = command.stdout(Stdio::piped()).spawn().and_then(|mut child| {
        let mut printed = child.stdout.take().expect("it is a pipe");
        let mut chunk = [0; 4096];
        let mut unread = Vec::new();
        loop {
            let count = printed.read(&mut chunk)?;
            if count == 0 {
                break;
            }
            // Not by lines: tests show that they go on by a dot each.
            std::io::stdout().write_all(&chunk[..count])?;
            std::io::stdout().flush()?;
            unread.extend_from_slice(&chunk[..count]);
            while let Some(end) = unread.iter().position(|byte| *byte == b'\n') {
                let whole: Vec<u8> = unread.drain(..=end).collect();
                read(String::from_utf8_lossy(&whole).trim_end());
            }
        }
        child.wait()
    });
    ended(&line, ran)
}

/// Says which command runs now, as one would type it.
fn say(command: &Command) -> String {
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let program = words.first().and_then(|word| word.rsplit('/').next()).unwrap_or_default().to_owned();
    let line = std::iter::once(program).chain(words.iter().skip(1).cloned()).collect::<Vec<_>>().join(" ");
    eprintln!("$ {line}");
    line
}

fn ended(line: &str, status: std::io::Result<ExitStatus>) -> Result<(), Failed> {
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{line}` ended with {status}")),
        Err(error) => Err(format!("`{line}` could not be started: {error}")),
    }
}

/// Whether a program is on the PATH.
pub(crate) fn has(program: &str) -> bool {
    std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(program).is_file()))
}
