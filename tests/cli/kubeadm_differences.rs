//! What pkigen does where kubeadm does something else: the test that shows it, for each row of the
//! second table of `docs/kubeadm-differences.md`.

use std::collections::BTreeSet;

use crate::{bad_inputs, init, reconcile, refusals, settings, versions};

const SHOWN: &[(&str, fn())] = &[
    (
        "nothing-by-halves",
        refusals::several::a_broken_authority_is_one_problem,
    ),
    (
        "missing-names-refused",
        refusals::leaves::a_name_asked_for_later,
    ),
    (
        "foreign-key-refused",
        refusals::leaves::a_key_of_another_certificate,
    ),
    ("missing-key-refused", refusals::leaves::half_a_pair),
    (
        "expired-leaf-said",
        refusals::leaves::everything_expired_at_once,
    ),
    (
        "other-identity-said",
        refusals::kubeconfigs::another_identity_is_a_warning,
    ),
    (
        "dangling-link-refused",
        bad_inputs::files::each_broken_file_is_refused_with_the_remedy,
    ),
    (
        "missing-authority-refused",
        refusals::authorities::leaves_without_their_authority,
    ),
    (
        "forgotten-authority-refused",
        settings::shared::what_was_forgotten_on_a_further_node_is_not_made,
    ),
    (
        "join-configuration-read",
        settings::configuration::a_join_configuration_names_the_node,
    ),
    (
        "old-versions-read",
        settings::configuration::old_versions_are_read,
    ),
    (
        "written-for-a-version",
        versions::kubeadm_gets_an_api_that_it_reads,
    ),
    (
        "ml-dsa-not-made",
        versions::algorithms_that_are_announced_are_refused_by_name,
    ),
    (
        "contradictions-said",
        settings::configuration::two_places_that_contradict_each_other_are_said,
    ),
    (
        "authority-pair-checked",
        refusals::authorities::keys_of_two_authorities_swapped,
    ),
    (
        "not-an-authority-refused",
        refusals::authorities::a_leaf_in_the_authority_s_place,
    ),
    (
        "expired-authority-refused",
        refusals::authorities::expired_authorities,
    ),
    (
        "unreadable-authority-key-refused",
        bad_inputs::files::each_broken_file_is_refused_with_the_remedy,
    ),
    (
        "p521-authority-refused",
        bad_inputs::files::each_broken_file_is_refused_with_the_remedy,
    ),
    (
        "leaf-ends-with-authority",
        init::authorities::an_authority_near_its_end_shortens_what_it_signs,
    ),
    (
        "leaf-beyond-authority-refused",
        bad_inputs::values::each_flag_checks_its_value,
    ),
    (
        "empty-life-refused",
        bad_inputs::values::each_flag_checks_its_value,
    ),
    (
        "intermediate-in-leaf-files",
        reconcile::authorities::an_intermediate_authority_is_missing_in_a_file,
    ),
    (
        "bundle-in-kubeconfigs",
        reconcile::authorities::a_generation_is_added,
    ),
    (
        "issuing-certificate-by-key",
        init::authorities::in_a_rotation_the_key_decides_who_issues,
    ),
    (
        "kubeconfig-begins-now",
        init::kept::a_new_kubeconfig_begins_now,
    ),
    (
        "kubeconfig-client-checked",
        refusals::kubeconfigs::of_another_cluster,
    ),
    (
        "kubeconfig-trust-anywhere",
        init::kept::a_kubeconfig_may_trust_another_authority_first,
    ),
    (
        "public-key-rebuilt",
        refusals::leaves::a_service_account_key_of_another_cluster,
    ),
    (
        "public-key-checked",
        refusals::leaves::a_service_account_key_of_another_cluster,
    ),
    (
        "public-key-not-replaced",
        refusals::leaves::a_public_service_account_key_alone,
    ),
    (
        "long-label-refused",
        bad_inputs::values::each_flag_checks_its_value,
    ),
    (
        "numeric-name-refused",
        bad_inputs::values::each_flag_checks_its_value,
    ),
    (
        "leading-zero-refused",
        bad_inputs::values::each_flag_checks_its_value,
    ),
    (
        "capitals-folded",
        init::cluster::every_name_is_where_it_belongs,
    ),
    (
        "twice-refused",
        bad_inputs::values::arguments_that_do_not_fit_together,
    ),
    (
        "node-named-as-authority-refused",
        bad_inputs::values::arguments_that_do_not_fit_together,
    ),
];

#[test]
fn every_row_is_shown_by_a_test() {
    let page = include_str!("../../docs/kubeadm-differences.md");
    let (_, table) = page.split_once("## In behaviour").unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows: BTreeSet<&str> = rows.map(|row| row.split('`').next().unwrap()).collect();
    let shown: BTreeSet<&str> = SHOWN.iter().map(|(id, _)| *id).collect();
    assert_eq!(rows, shown);
}
