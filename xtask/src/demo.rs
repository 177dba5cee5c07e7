//! The main job, in the terminal, worth watching.

use crate::run::Failed;

pub(crate) fn demo(words: &[String]) -> Result<(), Failed> {
    let _ = words;
    Err("comes with the next commit".into())
}
