//! `pkigen kubeconfig`.

use pki_core::cluster::Endpoint;
use pki_layout::identities::{Destination, remake_kubeconfig};
use pki_layout::kubeconfig::{Data, Edit};

use super::not_there;
use crate::args::KubeconfigArguments;
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;

/// `pkigen kubeconfig`.
pub(crate) fn run(
    arguments: &KubeconfigArguments,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let mut edit = Edit::default();
    edit.context.clone_from(&arguments.context);
    edit.server = arguments.server.as_deref().map(server).transpose()?;
    edit.user.clone_from(&arguments.user);
    edit.cluster_name.clone_from(&arguments.cluster_name);
    edit.user_name.clone_from(&arguments.user_name);
    edit.context_name.clone_from(&arguments.context_name);
    edit.minify = arguments.minify;
    if let Some(directory) = &arguments.files {
        not_there("--files", directory)?;
        // Whoever reads the kubeconfig may be anywhere.
        let whole = std::path::absolute(directory).map_err(|error| CliError::Value {
            place: "--files".to_owned(),
            problem: error.to_string(),
        })?;
        edit.data = Data::Files(whole.display().to_string());
    } else if arguments.embed {
        edit.data = Data::Embedded;
    }
    let to = match (&arguments.to, &arguments.merge_into) {
        (Some(path), _) => {
            not_there("--to", path)?;
            Destination::New(path.clone())
        }
        (None, Some(path)) => Destination::Merged {
            path: path.clone(),
            replace: arguments.replace,
            make_current: arguments.make_current,
        },
        (None, None) => Destination::Given,
    };
    if let Some(text) = remake_kubeconfig(&arguments.file, &edit, &to)? {
        printer.secret(text.as_bytes())?;
    } else if let Some(path) = arguments.to.as_ref().or(arguments.merge_into.as_ref()) {
        printer.note(&format!("written to {}", path.display()));
    }
    Ok(ExitStatus::Done)
}

/// A URL, as it is or of a host.
fn server(text: &str) -> Result<String, CliError> {
    let wrong = |problem: String| CliError::Value {
        place: format!("--server {text}"),
        problem,
    };
    let host = match text.split_once("://") {
        None => text,
        Some(("https", rest)) => rest.split(['/', '?', '#']).next().unwrap_or_default(),
        Some((scheme, _)) => {
            return Err(wrong(format!(
                "it is {scheme}, and an API server is dialled by https"
            )));
        }
    };
    let endpoint: Endpoint = host
        .parse()
        .map_err(|error: pki_core::ClusterError| wrong(error.to_string()))?;
    if text.contains("://") {
        return Ok(text.to_owned());
    }
    let port = endpoint.port().unwrap_or(6443);
    let whole = match endpoint.host().to_string() {
        host if host.contains(':') => format!("https://[{host}]:{port}"),
        host => format!("https://{host}:{port}"),
    };
    Ok(whole)
}
