//! The threads that work for the window: one acts, one use case after another; one reads and never waits for a server.
//!
//! A Gatefold lives on one thread. It refuses to be shared: work comes to it.

use std::collections::HashMap;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use gatefold_client::{
    ActivationPlan, Checked, ClientError, DeviceName, ElsewherePlan, Gatefold, KeyCheck, KeyGiven, OwnedPlan,
    PreparedErasure, PreparedGrant, PreparedLibrary, PreparedRegistration, PreparedSignIn, PreparedSignOut,
    PreparedTransfer, PreparedTrial, PreparedUpload, RefreshPlan, ReleasePlan, RenamePlan, Review, SeatsPlan,
    TransferQuestion,
};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::bench::Bench;
use crate::dto::Failure;

/// What was prepared and shown, to be sent once, by its number.
pub(crate) enum Prepared {
    Check(Box<KeyCheck>),
    Activation(Box<ActivationPlan>),
    /// What the license key did not open, and the name that was chosen for this computer.
    NotByKey(Box<Checked>, Option<String>),
    Refresh(Box<RefreshPlan>),
    Release(Box<ReleasePlan>),
    Elsewhere(Box<ElsewherePlan>),
    Seats(Box<SeatsPlan>),
    Rename(Box<RenamePlan>),
    ReleaseOfAll(Vec<ReleasePlan>),
    ActivationOfAll(Vec<OwnedPlan>),
    Library(Box<PreparedLibrary>),
    Registration(Box<PreparedRegistration>),
    Trial(Box<PreparedTrial>),
    TransferQuestion(Box<TransferQuestion>),
    Transfer(Box<PreparedTransfer>),
    SignIn(Box<PreparedSignIn>),
    SignOut(Option<Box<PreparedSignOut>>, String),
    Review(Box<Review>),
    Grant(Box<PreparedGrant>),
    Upload(Box<PreparedUpload>),
    Erasure(Box<PreparedErasure>),
}

/// What lies on the desk of the thread that acts.
pub(crate) struct Desk {
    pub(crate) gatefold: Gatefold,
    pub(crate) runtime: Runtime,
    prepared: HashMap<u32, Prepared>,
    last: u32,
    /// The license that was checked last, with its key: who holds its seats may be looked at before it is activated.
    checked: Option<Checked>,
    /// Of the thread that works for support; empty on the others.
    pub(crate) bench: Bench,
}

impl Desk {
    /// Keeps what was prepared, under a number that was never used before.
    pub(crate) fn keep(&mut self, prepared: Prepared) -> u32 {
        self.last += 1;
        self.prepared.insert(self.last, prepared);
        self.last
    }

    /// Takes it for good: nothing is sent twice.
    pub(crate) fn take(&mut self, number: u32) -> Result<Prepared, Failure> {
        self.prepared.remove(&number).ok_or_else(Failure::no_preview)
    }

    /// Remembers the license that was checked last, until another is or it is activated.
    pub(crate) fn remember(&mut self, checked: Option<Checked>) {
        self.checked = checked;
    }

    /// The license that was checked last, if it is this one.
    pub(crate) fn checked(&self, license_id: &str) -> Option<&Checked> {
        self.checked.as_ref().filter(|checked| checked.license().id.to_string() == license_id)
    }

    /// By the key that is kept; where none is, by the one that was checked last.
    pub(crate) fn by_key<T>(
        &self,
        plan: impl Fn(KeyGiven<'_>) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        match plan(KeyGiven::Kept) {
            Err(ClientError::KeyMissing { license_id, has_seat }) => match self.checked(&license_id) {
                Some(checked) => plan(KeyGiven::Checked(checked)),
                None => Err(ClientError::KeyMissing { license_id, has_seat }),
            },
            plan => plan,
        }
    }

    /// What is to be agreed to, left where it lies: a no is not for ever.
    pub(crate) fn review(&self, number: u32) -> Result<Review, Failure> {
        match self.prepared.get(&number) {
            Some(Prepared::Review(review)) => Ok(Review::clone(review)),
            _ => Err(Failure::no_preview()),
        }
    }

    /// What a sign-in may open, left where it lies until somebody is signed in.
    pub(crate) fn not_by_key(&self, number: u32) -> Result<(Checked, Option<String>), Failure> {
        match self.prepared.get(&number) {
            Some(Prepared::NotByKey(checked, name)) => Ok((Checked::clone(checked), name.clone())),
            _ => Err(Failure::no_preview()),
        }
    }

    /// Whose seats the sign-in may show, left where it lies until somebody is signed in.
    pub(crate) fn seats(&self, number: u32) -> Result<&SeatsPlan, Failure> {
        match self.prepared.get(&number) {
            Some(Prepared::Seats(plan)) => Ok(plan),
            _ => Err(Failure::no_preview()),
        }
    }

    /// The name that the user typed for this computer. None where they left it empty and the vendor asks for none.
    pub(crate) fn chosen_name(&self, number: u32, typed: &str) -> Result<Option<DeviceName>, Failure> {
        match self.prepared.get(&number) {
            Some(Prepared::Activation(plan)) if typed.trim().is_empty() && !plan.wants_name() => Ok(None),
            Some(Prepared::Activation(_)) => Ok(Some(DeviceName::chosen(typed)?)),
            _ => Err(Failure::no_preview()),
        }
    }

    /// Which seat of the vendor's list is given back, left where it lies until the user has said yes.
    pub(crate) fn elsewhere(&self, number: u32) -> Option<&ElsewherePlan> {
        match self.prepared.get(&number) {
            Some(Prepared::Elsewhere(plan)) => Some(plan),
            _ => None,
        }
    }

    /// What is asked before a license is given away, which is left where it lies until the user has said yes.
    pub(crate) fn asked_of_transfer(&self, number: u32) -> Result<(String, String), Failure> {
        let Some(Prepared::Transfer(transfer)) = self.prepared.get(&number) else {
            return Err(Failure::no_preview());
        };
        let (product, to) = (&transfer.license().product, transfer.recipient());
        let words = format!("{product} is then the license of {to}. It cannot be taken back here.");
        Ok((format!("Give {product} away?"), words))
    }

    /// What is asked before usage is shared: the very text that the record will say was shown. It is left where it lies until the
    /// user has said yes.
    pub(crate) fn asked_of_grant(&self, number: u32) -> Result<(String, String), Failure> {
        let Some(Prepared::Grant(grant)) = self.prepared.get(&number) else {
            return Err(Failure::no_preview());
        };
        let title = format!("Share usage with {}?", grant.vendor().called());
        Ok((title, grant.notice().text.trim_end().to_owned()))
    }

    /// How many licenses a release of all is about, left where it lies until the user has said yes.
    pub(crate) fn count_of_all(&self, number: u32) -> Result<usize, Failure> {
        match self.prepared.get(&number) {
            Some(Prepared::ReleaseOfAll(plans)) => Ok(plans.len()),
            _ => Err(Failure::no_preview()),
        }
    }

    /// Forgets it.
    pub(crate) fn discard(&mut self, number: u32) {
        self.prepared.remove(&number);
    }
}

type Job = Box<dyn FnOnce(&mut Desk) + Send>;

/// A worker: a thread with a desk.
#[derive(Clone)]
pub(crate) struct Worker(mpsc::Sender<Job>);

impl Worker {
    /// Starts the thread. `open` opens its Gatefold there.
    ///
    /// # Errors
    /// What opening says, or the system that gives no thread.
    pub(crate) fn start(
        open: impl FnOnce() -> Result<Gatefold, ClientError> + Send + 'static,
    ) -> Result<Self, Failure> {
        let (jobs, inbox) = mpsc::channel::<Job>();
        let (opened, is_open) = mpsc::channel();
        let work = move || {
            let runtime = Builder::new_current_thread().enable_all().build();
            let desk = match (runtime, open()) {
                (Ok(runtime), Ok(gatefold)) => Ok(Desk {
                    gatefold,
                    runtime,
                    prepared: HashMap::new(),
                    last: 0,
                    checked: None,
                    bench: Bench::default(),
                }),
                (Err(_), _) => Err(Failure::no_thread()),
                (_, Err(error)) => Err(error.into()),
            };
            match desk {
                Ok(mut desk) => {
                    let _ = opened.send(Ok(()));
                    for job in inbox {
                        job(&mut desk);
                    }
                }
                Err(failure) => drop(opened.send(Err(failure))),
            }
        };
        thread::Builder::new().spawn(work).map_err(|_| Failure::no_thread())?;
        is_open.recv().map_err(|_| Failure::no_thread())??;
        Ok(Self(jobs))
    }

    /// Waits until what was asked for is done, but no longer than `at_most`.
    pub(crate) fn finish(&self, at_most: Duration) {
        let (done, is_done) = mpsc::channel();
        let last: Job = Box::new(move |_| {
            let _ = done.send(());
        });
        if self.0.send(last).is_ok() {
            // Too late or just in time: the program ends either way.
            let _ = is_done.recv_timeout(at_most);
        }
    }

    /// Has some work done, and does not wait for it.
    ///
    /// # Errors
    /// If the thread is gone.
    pub(crate) fn begin(&self, work: impl FnOnce(&mut Desk) + Send + 'static) -> Result<(), Failure> {
        self.0.send(Box::new(work)).map_err(|_| Failure::no_thread())
    }

    /// Has some work done; what was asked for before comes first.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Desk) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (reply, done) = oneshot::channel();
        self.begin(move |desk| drop(reply.send(work(desk))))?;
        done.await.map_err(|_| Failure::no_thread())?
    }
}
