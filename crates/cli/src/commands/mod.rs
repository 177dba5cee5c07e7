//! One module a noun. Each verb: open, prepare, show, ask, run, print.

mod account;
mod activate;
mod activate_all;
mod deactivate;
mod diagnostics;
mod for_all;
mod full;
mod ledger;
mod license;
mod machine;
mod owned;
mod refresh;
mod register;
mod seats;
pub(crate) mod signals;
mod transfer;
mod trial;
mod usage;
mod vendor;
mod vendor_check;
mod vendor_gone;
mod vendor_newer;
mod vendor_page;
pub(crate) mod vendor_words;
mod verify;
mod window;

use std::path::Path;

use clap::CommandFactory;
use gatefold_client::{
    ClientError, Clock, Gatefold, Home, InForce, Kept, OpenOptions, Review, Stop, WhyMemory,
};

use crate::args::{Ask, Cli, Global, License, Noun};
use crate::failure::Failure;
use crate::output::{ATTENTION, Output, SOFT, styled, write_out};
use crate::waiting;

/// What every verb is given.
pub(crate) struct Call {
    pub(crate) out: Output,
    global: Global,
    /// The user's word, by Ctrl-C, that nothing more is to be sent.
    stop: Stop,
}

pub(crate) fn run(cli: Cli) -> Result<(), Failure> {
    let (out, global) = (Output { json: cli.global.json }, cli.global.with_environment());
    let call = Call { out, global, stop: Stop::default() };
    if let Ok(home) = call.home() {
        gatefold_client::report_crashes(&home, "cli", Clock::system());
    }
    // These neither send nor ask.
    if !matches!(cli.noun, Noun::Machine { .. } | Noun::Window { .. } | Noun::Completions { .. } | Noun::Man)
    {
        signals::watch(call.out, call.stop.clone());
    }
    match cli.noun {
        Noun::Machine { verb } => machine::run(&call, verb),
        Noun::Vendor { verb } => vendor::run(&call, verb),
        Noun::Account { verb } => account::run(&call, verb),
        Noun::License { verb: License::Verify { file, public_key, license_key, identifier, at } } => {
            let given = verify::Given { public_key, license_key, identifier };
            verify::run(&call, &file, &given, at.as_deref())
        }
        // As root, who has no licenses of their own: no home is opened.
        Noun::License { verb: License::Install { files, yes, .. } } => for_all::run(&call, &files, &yes),
        Noun::License { verb } => license::run(&call, verb),
        Noun::Ledger { verb } => ledger::run(&call, verb),
        Noun::Usage { verb } => usage::run(&call, verb),
        Noun::Diagnostics { verb } => diagnostics::run(&call, verb),
        Noun::Window { what } => window::run(&call, what),
        Noun::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "gatefold", &mut script);
            write_out(&script);
            Ok(())
        }
        Noun::Man => {
            let mut page = Vec::new();
            crate::manual::write(Cli::command(), &mut page).map_err(unwritable)?;
            write_out(&page);
            Ok(())
        }
    }
}

/// Who can hold up a start.
const OTHERS: &str = "another Gatefold, the disk or the keyring";

fn unwritable(error: std::io::Error) -> Failure {
    ClientError::FileUnwritable(error.kind().to_string()).into()
}

impl Call {
    /// Opens the home. Says where secrets are kept when that is not where people expect them.
    pub(crate) fn open(&self) -> Result<Gatefold, ClientError> {
        let options = OpenOptions::of_environment(self.home()?, Clock::system())?;
        let _wait = waiting::on(|| OTHERS);
        let logged = gatefold_client::log_to(&options.home, Clock::system());
        let mut gatefold = Gatefold::open(options)?;
        gatefold.stopped_by(self.stop.clone());
        gatefold.trailed_by(signals::trail().clone());
        self.say_unlogged(logged);
        self.say_damaged(&gatefold)?;
        Ok(gatefold)
    }

    /// [`Call::open`] for a verb that only reads: a full or read-only disk is said, and reading goes on. So is a home in which
    /// nothing can be found, for it is new.
    pub(crate) fn open_to_read(&self) -> Result<Gatefold, ClientError> {
        let options = OpenOptions::of_environment(self.home()?, Clock::system())?;
        let anew = options.home.is_named_anew().then(|| options.home.place().display().to_string());
        let _wait = waiting::on(|| OTHERS);
        let logged = gatefold_client::log_to(&options.home, Clock::system());
        let gatefold = Gatefold::open_to_read(options)?;
        if let Some(place) = anew {
            self.out.say(styled(SOFT, format!("{place} is a new home: nothing was kept there before.")));
        }
        match gatefold.unwritable() {
            Some(why) => {
                let text = format!("{} Reading goes on.", why.advice().message);
                self.out.say(styled(ATTENTION, text));
            }
            None => self.say_unlogged(logged),
        }
        self.say_damaged(&gatefold)?;
        Ok(gatefold)
    }

    /// What cannot be read any more of the user's choices and of open requests: said, and no other work is kept from.
    fn say_damaged(&self, gatefold: &Gatefold) -> Result<(), ClientError> {
        for error in gatefold.damaged_notes()? {
            self.out.say(styled(ATTENTION, format!("{} ({error})", error.advice().message)));
            self.out.say(error.advice().hint);
        }
        Ok(())
    }

    /// A log is nobody's reason to come: without one the work goes on.
    fn say_unlogged(&self, logged: Result<(), ClientError>) {
        if let Err(error) = logged {
            self.out.say(styled(SOFT, format!("This run is not logged: {error}.")));
        }
    }

    fn home(&self) -> Result<Home, ClientError> {
        match &self.global.home {
            Some(dir) => Ok(Home::at(dir)),
            None => Home::user(),
        }
    }

    /// [`Call::open`] for a verb that keeps a secret.
    pub(crate) fn open_to_keep(&self) -> Result<Gatefold, ClientError> {
        let gatefold = self.open()?;
        gatefold.secrets_unlocked()?;
        if let Kept::Memory(why) = gatefold.secrets_kept() {
            let why = match why {
                WhyMemory::NoKeyring => "There is no keyring",
                WhyMemory::NoPassphrase => "With a home of its own no keyring is used",
            };
            let text = format!(
                "{why}: keys and sign-ins are kept in memory for this run alone. Set GATEFOLD_PASSPHRASE to keep them."
            );
            self.out.say(styled(SOFT, text));
        }
        Ok(gatefold)
    }

    /// Between two parts of one verb: nothing is begun after the user's word to stop.
    pub(crate) fn go_on(&self) -> Result<(), ClientError> {
        if self.stop.is_said() { Err(ClientError::Stopped) } else { Ok(()) }
    }

    /// What sending showed of this computer: how far its clock is off, and that its record was cut. Never in the way:
    /// whatever was asked for goes on.
    pub(crate) fn say_shown(&self, gatefold: &Gatefold) {
        if let Some(words) = gatefold.clock_words() {
            self.out.say(styled(ATTENTION, words));
        }
        if gatefold.ledger_was_cut() {
            let text =
                "The record of what was sent was cut: it does not begin and end where it was remembered to.";
            self.out.say(styled(ATTENTION, text));
            self.out.say("See what is missing with: gatefold ledger check");
        }
    }

    /// Where to see what this call sent, once it is done.
    pub(crate) fn say_sent(&self) {
        if let Some(sent) = crate::output::sent(&signals::trail().entries()) {
            self.out.line(styled(SOFT, sent));
        }
    }

    /// A list that leaves something out says so.
    pub(crate) fn say_only(&self, vendor: &str) {
        self.out.say(styled(SOFT, format!("Of {vendor} alone, as --vendor or GATEFOLD_VENDOR says.")));
    }

    /// The vendor file or id that the call names.
    pub(crate) fn named_vendor(&self) -> Option<&Path> {
        self.global.vendor.as_deref()
    }

    /// The vendor that the call sends to, and agrees to if it is a file: what there is to know of it is said first.
    pub(crate) fn vendor_to_use(&self, gatefold: &Gatefold, yes: &Ask) -> Result<Review, ClientError> {
        self.agree(gatefold, gatefold.review_for_call(self.named_vendor())?, yes)
    }

    /// [`Call::vendor_to_use`] for a license key: where none is named, the key tells.
    pub(crate) fn vendor_of_key(
        &self,
        gatefold: &Gatefold,
        key: &str,
        yes: &Ask,
    ) -> Result<Review, ClientError> {
        let review = self.agree(gatefold, gatefold.review_for_key(self.named_vendor(), key)?, yes)?;
        let others = gatefold.others_of_key(&review.in_force, key)?;
        if yes.shows() && !others.is_empty() {
            let others: Vec<String> = others.iter().map(InForce::called).collect();
            self.out.say(styled(ATTENTION, vendor::same_key(&review.in_force.called(), &others)));
        }
        Ok(review)
    }

    fn agree(&self, gatefold: &Gatefold, review: Review, yes: &Ask) -> Result<Review, ClientError> {
        vendor::say_given(self, &review, yes);
        gatefold.note_shown(&review)?;
        gatefold.refuse_early(&review)?;
        Ok(review)
    }

    /// Every vendor that was added, where none is named and several may be meant. Those that cannot be read are said.
    pub(crate) fn several(&self, gatefold: &Gatefold) -> Result<Option<Vec<InForce>>, ClientError> {
        if self.named_vendor().is_some() {
            return Ok(None);
        }
        let (vendors, damaged) = (gatefold.vendors()?, gatefold.damaged_vendors()?);
        if vendors.len() + damaged.len() < 2 {
            return Ok(None);
        }
        damaged.iter().for_each(|damaged| vendor::say_damaged(self, damaged));
        Ok(Some(vendors))
    }

    /// The vendor that the call is about.
    pub(crate) fn vendor(&self, gatefold: &Gatefold) -> Result<InForce, ClientError> {
        let vendor = gatefold.vendor_for_call(self.named_vendor())?;
        if !vendor.is_signed() {
            self.out.say(styled(
                ATTENTION,
                format!("{} is not signed. Plug-ins will not believe it.", vendor.called()),
            ));
        }
        Ok(vendor)
    }
}

/// Runs what waits for the network.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> Result<T, ClientError> {
    let _wait = waiting::on(|| match signals::trail().awaits_another() {
        true => "another Gatefold",
        false => "the vendor's server",
    });
    let _sending = signals::Sending::begins();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|_| ClientError::network_unusable())?;
    let result = runtime.block_on(future);
    // Quit means quit: a sending task gets two seconds; its entry else becomes unknown at the next start.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    Ok(result)
}
