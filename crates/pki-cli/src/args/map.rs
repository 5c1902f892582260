use clap::{Args, ValueEnum};
use pki_core::cluster::NodeName;

use crate::exit;

/// Forms of the map.
#[derive(Debug, Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum MapFormat {
    /// A list of the paths and a tree of the certificates, 80 columns wide.
    Text,
    /// A picture.
    Svg,
    /// A page to click through, with an explanation of everything on it.
    Html,
    /// A Mermaid flowchart, for Markdown.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
}

/// Whose cluster is drawn where no files are read.
#[derive(Debug, Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum SetupArgument {
    /// As kubeadm sets it up.
    Kubeadm,
    /// With the flags that `pkigen flags --kubelet-serving` prints.
    Pkigen,
}

/// Where etcd is.
#[derive(Debug, Clone, Copy, ValueEnum, PartialEq, Eq)]
pub(crate) enum EtcdArgument {
    /// On every control-plane node.
    Local,
    /// On machines of its own.
    External,
    /// Nowhere.
    None,
}

pub(super) const LONG: &str = "\
Draws who talks to whom, what protects each path, and which authority signs which certificate.

Without --root nothing is read: the map shows a cluster as kubeadm sets it up, or with --defaults \
pkigen as this project's flags do. With --root DIR (or --root / for this machine) it shows what the \
certificates, the static pods in manifests/ and the kubelet's configuration say; what they leave open \
is drawn as kubeadm has it. Nothing is dialled and nothing is written.

Every line has a word and a pattern beside its colour. SVG and HTML are one file each, load nothing, \
and follow the reader's choice of light or dark.

  pkigen map --root / -o html > map.html
  pkigen map --node cp1 --node cp2 --node cp3 -o svg > map.svg";

/// Draw who talks to whom and what protects it.
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(crate) struct MapArguments {
    /// Whose cluster it is, without --root [default: kubeadm].
    #[arg(long, value_name = "WHOSE", value_enum)]
    pub(crate) defaults: Option<SetupArgument>,
    /// Name of a control-plane node; repeatable, for at most 9 in all [default: as the
    /// configuration or the files say].
    #[arg(long = "node", value_name = "NAME")]
    pub(crate) nodes: Vec<NodeName>,
    /// Where etcd is [default: as the configuration or the files say, else local].
    #[arg(long, value_name = "WHERE", value_enum)]
    pub(crate) etcd: Option<EtcdArgument>,
    /// Form of the map.
    #[arg(short, long, value_enum, value_name = "FORMAT", default_value_t = MapFormat::Text)]
    pub(crate) output: MapFormat,
}
