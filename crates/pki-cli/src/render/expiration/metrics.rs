//! The report for node-exporter's textfile collector.

use pki_layout::report::ExpirationReport;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::exit::CliError;

/// Which certificate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Labels {
    certificate: String,
    authority: String,
    path: String,
    renewed_by: String,
}

/// Which file could not be read, or is not there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct FileLabels {
    certificate: String,
    path: String,
}

/// `OpenMetrics` text: gauges only, no timestamps, ended by `# EOF`.
pub(crate) fn open_metrics(report: &ExpirationReport) -> Result<String, CliError> {
    let not_after = Family::<Labels, Gauge>::default();
    let not_before = Family::<Labels, Gauge>::default();
    let unreadable = Family::<FileLabels, Gauge>::default();
    let record = |labels: Labels, state: &str, dates: [Option<&str>; 2]| {
        if state != "missing" && state != "no certificate" {
            let file = FileLabels {
                certificate: labels.certificate.clone(),
                path: labels.path.clone(),
            };
            let is_unreadable = i64::from(state == "unreadable");
            unreadable.get_or_create(&file).set(is_unreadable);
        }
        let [before, after] = dates;
        for (family, instant) in [(&not_before, before), (&not_after, after)] {
            if let Some(seconds) = instant.and_then(seconds) {
                family.get_or_create(&labels).set(seconds);
            }
        }
    };
    let missing = Family::<FileLabels, Gauge>::default();
    let rows = report.certificates.iter();
    for row in rows.chain(&report.certificate_authorities) {
        if row.needed {
            let file = FileLabels {
                certificate: row.name.clone(),
                path: row.path.clone(),
            };
            missing.get_or_create(&file).set(i64::from(row.missing));
        }
        let labels = Labels {
            certificate: row.name.clone(),
            authority: row.ca_name.clone().unwrap_or_default(),
            path: row.path.clone(),
            renewed_by: "operator".to_owned(),
        };
        let dates = [row.not_before.as_deref(), row.expiration_date.as_deref()];
        record(labels, row.state, dates);
    }
    // What nobody checks is no reason to be woken.
    let others = report.other_certificates.iter();
    for other in others.filter(|other| other.state != "not checked") {
        if other.state == "missing" {
            let file = FileLabels {
                certificate: other.name.clone(),
                path: other.path.clone(),
            };
            missing.get_or_create(&file).set(1);
        }
        let labels = Labels {
            certificate: other.name.clone(),
            authority: String::new(),
            path: other.path.clone(),
            renewed_by: other.renewed_by.to_owned(),
        };
        let dates = [
            other.not_before.as_deref(),
            other.expiration_date.as_deref(),
        ];
        record(labels, other.state, dates);
    }
    let mut registry = Registry::with_prefix("pkigen");
    for (name, help, family) in [
        (
            "certificate_not_before_timestamp_seconds",
            "First second of the certificate's validity",
            not_before,
        ),
        (
            "certificate_not_after_timestamp_seconds",
            "Last second of the certificate's validity",
            not_after,
        ),
    ] {
        registry.register(name, help, family);
    }
    registry.register(
        "certificate_unreadable",
        "Whether the certificate's file cannot be read",
        unreadable,
    );
    registry.register(
        "certificate_missing",
        "Whether a file is not there that this node cannot do without",
        missing,
    );
    let pending = Gauge::<i64>::default();
    pending.set(i64::from(report.pending_transaction.is_some()));
    registry.register(
        "transaction_pending",
        "Whether a change of the files was interrupted and waits for pkigen recover",
        pending,
    );
    let mut text = String::new();
    encode(&mut text, &registry)
        .map_err(|error| CliError::Output(std::io::Error::other(error.to_string())))?;
    Ok(sorted(&text))
}

/// The encoder writes the samples of a metric in the order of a hash map; two runs on the same
/// node should write the same file.
fn sorted(text: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    for samples in lines.chunk_by_mut(|one, other| !one.starts_with('#') && !other.starts_with('#'))
    {
        samples.sort_unstable();
    }
    lines.join("\n") + "\n"
}

fn seconds(instant: &str) -> Option<i64> {
    let instant = OffsetDateTime::parse(instant, &Rfc3339).ok()?;
    Some(instant.unix_timestamp())
}
