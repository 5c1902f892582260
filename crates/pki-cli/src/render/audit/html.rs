use pki_core::report::AuditReport;
use time::OffsetDateTime;

pub(crate) fn html(_report: &AuditReport, _now: OffsetDateTime) -> String {
    String::new()
}
