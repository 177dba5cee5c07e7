//! The command line of `gatefold-sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;

use gatefold_disclosure::vendor::Origin;
use jiff::Timestamp;

/// A licensing server for trying out and testing. It listens on this computer alone and is never production.
#[derive(Clone, Debug, clap::Parser)]
#[command(name = "gatefold-sandbox", version)]
pub struct Options {
    /// Where keys, licenses and seats are kept from one start to the next.
    #[arg(long, value_name = "DIR")]
    pub data_dir: PathBuf,
    /// The loopback address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// The address that the vendor file names, if something stands in front of the sandbox.
    #[arg(long, value_name = "URL")]
    pub public_url: Option<Origin>,
    /// The manifest to play; without one, the machine-bound demo vendor's.
    #[arg(long = "as", value_name = "VENDOR.toml")]
    pub manifest: Option<PathBuf>,
    /// The minisign secret key, without a password, that signs the vendor file and whose public half it names; made if there is
    /// none. Without it, the worthless demo root: a plug-in that has another one compiled in is not licensed by that.
    #[arg(long, value_name = "FILE")]
    pub root_key: Option<PathBuf>,
    /// Keep each request's raw bytes in this folder.
    #[arg(long, value_name = "DIR")]
    pub record: Option<PathBuf>,
    /// Never answer "too many requests".
    #[arg(long)]
    pub no_throttle: bool,
    /// Let the server's clock start at this time.
    #[arg(long, value_name = "TIME")]
    pub clock: Option<Timestamp>,
    /// Let this file hold the server's time, which can be moved while it runs.
    #[arg(long, value_name = "FILE", conflicts_with = "clock")]
    pub clock_file: Option<PathBuf>,
    /// Sign the host with its port, as foreign clients expect; real servers sign it without.
    #[arg(long)]
    pub sign_with_port: bool,
    /// Where the signed vendor file is written; its signature beside it.
    #[arg(long, value_name = "FILE")]
    pub vendor_out: PathBuf,
}
