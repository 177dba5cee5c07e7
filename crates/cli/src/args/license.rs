//! The verbs of `license`, and their flags. It decides nothing.

use std::path::PathBuf;

use clap::Subcommand;

use super::Ask;

#[derive(Debug, Subcommand)]
pub(crate) enum License {
    /// Activate a license on this computer
    #[command(
        after_help = "Examples:\n  gatefold license activate SLEEVE-7H3K-…\n  pbpaste | gatefold license activate - --yes\n  gatefold license activate --all      every product of your accounts that has no license here"
    )]
    Activate {
        /// The license key, or - to read it from standard input
        #[arg(conflicts_with = "all")]
        key: Option<String>,
        /// One license of each product of the accounts you are signed in to that has none on this computer; one vendor's
        /// with --vendor
        #[arg(long)]
        all: bool,
        /// As --all, and also the licenses that are not needed here: ended, suspended, or another one of a product
        #[arg(long, conflicts_with = "key")]
        spare: bool,
        /// The name the vendor shall know this computer by
        #[arg(long, value_name = "NAME")]
        device_name: Option<String>,
        /// Where all seats are taken, give this one back and go on: its machine id, as `license seats` shows it, or its
        /// beginning
        #[arg(long, value_name = "MACHINE_ID", requires = "key", conflicts_with = "all")]
        release: Option<String>,
        #[command(flatten)]
        yes: Ask,
    },
    /// Register a product that you bought for the account you are signed in to
    #[command(
        after_help = "Examples:\n  gatefold license register --serial 1234… --unlock-code 5678…   what the vendor asks for: gatefold vendor show\n  printf '%s\\n' 1234… 5678… | gatefold license register --serial - --unlock-code - --yes\n  gatefold license register --product example-drums"
    )]
    Register {
        /// The serial number that came with it, or - to read it from standard input
        #[arg(long, value_name = "SERIAL")]
        serial: Option<String>,
        /// The code that came with the serial number, or - to read it from standard input, after the serial number
        #[arg(long, value_name = "CODE")]
        unlock_code: Option<String>,
        /// The product, by its code or name in the vendor's file
        #[arg(long, value_name = "PRODUCT")]
        product: Option<String>,
        #[command(flatten)]
        yes: Ask,
    },
    /// Try a product for the days that its vendor gives; one trial each, and it begins now
    #[command(
        after_help = "Examples:\n  gatefold license trial halo-plate          what can be tried: gatefold vendor show\n  gatefold license trial \"Halo Plate\" --vendor sleeve"
    )]
    Trial {
        /// The product, by its code or name in the vendor's file
        product: String,
        /// A name for this computer in the vendor's list; the default is this computer's own, where the vendor requires one
        #[arg(long, value_name = "NAME")]
        device_name: Option<String>,
        #[command(flatten)]
        yes: Ask,
    },
    /// Give a license to somebody else, as its vendor allows it: whether that is possible is asked first
    #[command(
        after_help = "Examples:\n  gatefold license transfer 5a4db0c5                            whether it can be given away\n  gatefold license transfer 5a4db0c5 --to friend@example.com    and to whom; where the vendor wants a message, it is written"
    )]
    Transfer {
        /// The license, as `license list` or `account licenses` names it; of one that is here the beginning of its id is enough
        license: String,
        /// The e-mail address of the account that gets it: another person's
        #[arg(long, value_name = "EMAIL")]
        to: Option<String>,
        #[command(flatten)]
        yes: Ask,
    },
    /// List the licenses on this computer; sends nothing
    #[command(after_help = "Example:\n  gatefold license list --json")]
    List,
    /// Ask for the standing of the licenses here, and fetch their files again
    #[command(
        after_help = "Examples:\n  gatefold license refresh              all of them\n  gatefold license refresh 5a4db0c5     one, as `license list` names it"
    )]
    Refresh {
        /// Only this license; the beginning of its id is enough
        license_id: Option<String>,
        #[command(flatten)]
        yes: Ask,
    },
    /// Ask which computers hold the seats of a license
    #[command(
        after_help = "Examples:\n  gatefold license seats 5a4db0c5       a license of this computer, as `license list --json` names it\n  pbpaste | gatefold license seats -    by its key"
    )]
    Seats {
        /// The license key, or - to read it from standard input; or the id of a license that is known here
        #[arg(value_name = "KEY|LICENSE_ID")]
        license: String,
        #[command(flatten)]
        yes: Ask,
    },
    /// Give a computer another name in the vendor's list
    #[command(
        after_help = "Example:\n  gatefold license rename 64bfcd1a \"old laptop\"   as `license seats` shows it"
    )]
    Rename {
        /// The machine id, as `license seats` or `license list` shows it, or its beginning; or the computer's name in a list
        /// that was read
        #[arg(value_name = "MACHINE_ID")]
        machine_id: String,
        /// The name that the vendor, and everybody who has the license key, shall see
        #[arg(value_name = "NAME")]
        name: String,
        /// The license key, or - to read it from standard input, where it is not kept here
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
        #[command(flatten)]
        yes: Ask,
    },
    /// Give a seat back: this computer's, whose license file is removed, or another one's, also one that is no more
    #[command(
        after_help = "Examples:\n  gatefold license deactivate 64bfcd1a   as `license list` or `license seats` shows it; its beginning is enough\n  gatefold license deactivate --all      before you sell this computer"
    )]
    Deactivate {
        /// The machine id, as `license list` or `license seats` shows it, or its beginning; or the computer's name in a list
        /// that was read; for a license without seats, the license id
        #[arg(value_name = "MACHINE_ID")]
        machine_id: Option<String>,
        /// Every license and every seat of this computer, one after another
        #[arg(long, conflicts_with = "machine_id")]
        all: bool,
        /// Remove it here without asking the vendor, who refuses or is gone; the seat stays taken there
        #[arg(long)]
        local_only: bool,
        /// The license key, or - to read it from standard input, for another computer's seat of a license whose key is not
        /// kept here
        #[arg(long, value_name = "KEY", conflicts_with_all = ["all", "local_only"])]
        key: Option<String>,
        #[command(flatten)]
        yes: Ask,
    },
    /// Install licenses of yours for all users of this computer, as root; sends nothing
    #[command(
        after_help = "Examples:\n  sudo gatefold license install FILE.lic --all-users      where each file is: gatefold license list --json"
    )]
    Install {
        /// Installed license files, each with what unlocks it beside it
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// For every user; there is no other way yet
        #[arg(long, required = true)]
        all_users: bool,
        #[command(flatten)]
        yes: Ask,
    },
    /// Verify what is installed, or any license or machine file by itself; sends nothing
    #[command(
        after_help = "Examples:\n  gatefold license verify 5a4db0c5                                        what is installed, as `license list` names it\n  gatefold license verify file.lic --vendor sleeve --license-key - < key.txt      a file, as one of this computer\n  gatefold license verify file.lic --public-key e860… --license-key - --identifier gf1-… < key.txt"
    )]
    Verify {
        /// A license or a seat of this computer, by the beginning of its id; or a file
        #[arg(value_name = "ID|FILE")]
        file: PathBuf,
        /// The server's Ed25519 key, 64 hex digits; without it, those of the vendor
        #[arg(long, value_name = "HEX")]
        public_key: Option<String>,
        /// The license key, or - to read it from standard input; without it, that of what is installed
        #[arg(long, value_name = "KEY")]
        license_key: Option<String>,
        /// The identifier of the computer, for a machine file; without it and --public-key, this one's
        #[arg(long, value_name = "ID", requires = "license_key")]
        identifier: Option<String>,
        /// The time to judge the standing at, instead of now: 2050-01-01, or 2050-01-01T10:42:07Z
        #[arg(long, value_name = "TIME")]
        at: Option<String>,
    },
}
