//! `pkigen bundle`: what control-plane nodes share.

use pki_core::cluster::Etcd;
use pki_core::config::EtcdSettings;
use pki_core::key::FastKeys;
use pki_core::{Part, Provider, RowId, SystemRandom};
use pki_layout::Root;
use pki_layout::bundle::{
    BundleError, BundleReport, CapiCluster, CertificateKey, Opener, Sealer, Shared, from_capi,
    from_kubeadm, open, seal, to_capi, to_kubeadm,
};
use pki_layout::identities::{hand_out, read_handed};
use time::OffsetDateTime;

use super::{Setting, existing_root, file_settings, located, not_there, setting, writing};
use crate::args::{
    BundleArguments, BundleCommand, BundleExportArguments, BundleImportArguments, Global,
    ReportFormat,
};
use crate::exit::{CliError, ExitStatus};
use crate::printer::Printer;
use crate::render;

/// `pkigen bundle`.
pub(crate) fn run(
    global: &Global,
    arguments: &BundleArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    match &arguments.command {
        BundleCommand::Export(arguments) => export(global, arguments, now, printer),
        BundleCommand::Import(arguments) => import(global, arguments, now, printer),
    }
}

fn export(
    global: &Global,
    arguments: &BundleExportArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    not_there("--to", &arguments.to)?;
    let settings = file_settings(global, printer)?;
    let root = existing_root(global, &settings)?;
    let observation = root.observe_to_write();
    let settings = settings.over_tree(observation.settings());
    let etcd = match settings.etcd.map(|etcd| etcd.value) {
        Some(EtcdSettings::External {
            endpoints,
            ca_file,
            cert_file,
            key_file,
        }) => Etcd::External {
            endpoints: endpoints.into_iter().map(|one| one.value).collect(),
            ca_file: ca_file.map(|one| one.value),
            client_pair: cert_file
                .zip(key_file)
                .map(|(one, other)| (one.value, other.value)),
        },
        _ => Etcd::Local,
    };
    let form = &arguments.form;
    let passphrase = form.passphrase()?;
    let passphrase = passphrase
        .as_ref()
        .map(pki_layout::PassphraseSource::read)
        .transpose()?;
    let shared = observation.shared(&etcd, now)?;
    let mut expires = None;
    let mut new_key = None;
    let text: Vec<u8> = match (&form.capi, &passphrase, arguments.recipients.as_slice()) {
        _ if form.kubeadm_secret => {
            let key = if let Some(source) = form.certificate_key()? {
                CertificateKey::read(source.read()?.as_octets())?
            } else {
                let key = CertificateKey::draw(&SystemRandom)?;
                new_key = Some(key.text());
                key
            };
            to_kubeadm(&shared, &key, &SystemRandom)?
                .as_bytes()
                .to_vec()
        }
        (Some(cluster), ..) => {
            let cluster = CapiCluster::new(cluster, form.namespace.clone());
            let admin = RowId::AdminConf.part(Part::Kubeconfig);
            let admin = root.path(admin);
            let admin = if admin.exists() {
                Some(read_handed(&admin)?)
            } else {
                printer.note(&format!(
                    "{} is not there: no Secret {}-kubeconfig was made",
                    admin.display(),
                    cluster.name
                ));
                None
            };
            let admin = admin.as_ref().map(|text| text.as_slice());
            to_capi(&shared, admin, &cluster)?.as_bytes().to_vec()
        }
        (None, passphrase, recipients) => {
            let sealer = match (passphrase, recipients) {
                (Some(passphrase), []) => Sealer::Passphrase(passphrase),
                (None, [_, ..]) => Sealer::Recipients(recipients.to_vec()),
                (Some(_), _) => {
                    return Err(CliError::Missing(
                        "--recipient and --passphrase exclude each other: age takes one or the other"
                            .to_owned(),
                    ));
                }
                (None, []) => {
                    return Err(CliError::Missing(
                        "nobody is named who can open it: say --recipient age1..., or --passphrase \
                         file:PATH; --kubeadm-secret and --capi are other forms"
                            .to_owned(),
                    ));
                }
            };
            expires = Some(now.saturating_add(arguments.expires.duration()));
            seal(&shared, &sealer, arguments.expires, now)?
        }
    };
    hand_out(&arguments.to, &text)?;
    let report = BundleReport::new(&shared, arguments.to.display().to_string(), expires);
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => render::bundle::exported(&report, printer)?,
    }
    if let Some(key) = new_key {
        printer.note("its certificate key, for `kubeadm join --control-plane --certificate-key`:");
        printer.secret(format!("{}\n", *key).as_bytes())?;
    }
    Ok(ExitStatus::Done)
}

fn opened(arguments: &BundleImportArguments, now: OffsetDateTime) -> Result<Shared, CliError> {
    let form = &arguments.form;
    let what = arguments.file.display().to_string();
    let bytes = read_handed(&arguments.file)?;
    let text = || {
        std::str::from_utf8(&bytes).map_err(|_| BundleError::NotABundle {
            what: what.clone(),
            reason: "it is not text".to_owned(),
        })
    };
    if form.kubeadm_secret {
        let source = form.certificate_key()?.ok_or_else(|| {
            CliError::Missing(
                "the Secret's key is not given: say where it is with --certificate-key file:PATH"
                    .to_owned(),
            )
        })?;
        let key = CertificateKey::read(source.read()?.as_octets())?;
        return Ok(from_kubeadm(text()?, &what, &key)?);
    }
    if let Some(cluster) = &form.capi {
        let cluster = CapiCluster::new(cluster, form.namespace.clone());
        return Ok(from_capi(text()?, &what, &cluster)?);
    }
    let passphrase = form.passphrase()?;
    let passphrase = passphrase
        .as_ref()
        .map(pki_layout::PassphraseSource::read)
        .transpose()?;
    Ok(match (&passphrase, &arguments.identity) {
        (Some(passphrase), _) => open(&bytes, &what, &Opener::Passphrase(passphrase), now)?,
        (None, Some(identity)) => {
            let identity = read_handed(identity)?;
            open(&bytes, &what, &Opener::Identities(&identity), now)?
        }
        (None, None) => {
            return Err(CliError::Missing(
                "nothing is given that opens it: say --identity FILE, or --passphrase file:PATH; a \
                 Secret is taken with --kubeadm-secret or --capi CLUSTER"
                    .to_owned(),
            ));
        }
    })
}

fn import(
    global: &Global,
    arguments: &BundleImportArguments,
    now: OffsetDateTime,
    printer: &Printer,
) -> Result<ExitStatus, CliError> {
    let shared = opened(arguments, now)?;
    let writing = writing(global, &arguments.writing)?;
    let Setting {
        observation,
        cluster,
        node,
        flags,
        places,
        ..
    } = setting(global, &arguments.cluster, printer, |directories, _| {
        let root = Root::new(global.root(), directories)?;
        Ok(root.with_writing(writing).observe_to_write())
    })?;
    let root = observation.root().clone();
    let node = node.for_join(arguments.for_join);
    let provider = Provider::new(&FastKeys, &SystemRandom);
    let result = if arguments.dry_run {
        root.rehearse_bundle(&shared, now)
    } else {
        root.import_bundle(&shared, (cluster, node), &flags, now, &provider)
    };
    let result = result.map_err(|error| located(&places, error))?;
    let words = |remedy: &_| printer.typed().words(remedy);
    let report = result.report(&root, &words);
    match arguments.output {
        ReportFormat::Json => printer.data(&render::json(&report)?)?,
        ReportFormat::Text => {
            render::bundle::imported(&report, printer)?;
            if let Some(own) = &result.own {
                let flags = arguments.cluster.words();
                render::init::print(own, &root, None, (&flags, false), printer)?;
            }
        }
    }
    Ok(if report.outcome == "refused" {
        ExitStatus::Findings
    } else {
        ExitStatus::Done
    })
}
