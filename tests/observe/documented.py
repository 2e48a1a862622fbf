"""The metrics that kube-state-metrics documents for the kinds served here, without its name's beginning "kube_KIND_".

Left out: what it shows by allow-list or opt-in only (labels, annotations, node selectors, CSI attributes), and two that are new
there and not served here yet: the topology spread of a Deployment's template, and a claim's ModifyVolume status.
"""

CONTAINER = (
    "info status_waiting status_waiting_reason status_running status_terminated status_terminated_reason "
    "status_last_terminated_reason status_ready status_restarts_total resource_requests resource_limits"
)
DOCUMENTED = {
    "configmap": "info created metadata_resource_version",
    "cronjob": "info created next_schedule_time status_active status_last_schedule_time status_last_successful_time spec_suspend "
    "spec_starting_deadline_seconds metadata_resource_version spec_successful_job_history_limit spec_failed_job_history_limit",
    "daemonset": "created deletion_timestamp status_current_number_scheduled status_desired_number_scheduled "
    "status_number_available status_number_misscheduled status_number_ready status_number_unavailable "
    "status_observed_generation status_updated_number_scheduled metadata_generation",
    "deployment": "created deletion_timestamp status_replicas status_replicas_ready status_replicas_available "
    "status_replicas_unavailable status_replicas_updated status_terminating_replicas status_observed_generation "
    "status_condition spec_replicas spec_paused spec_strategy_rollingupdate_max_unavailable "
    "spec_strategy_rollingupdate_max_surge metadata_generation",
    "endpoint": "info created ports address",
    "endpointslice": "info created ports endpoints endpoints_hints",
    "horizontalpodautoscaler": "info created metadata_generation spec_max_replicas spec_min_replicas spec_target_metric "
    "status_target_metric status_condition status_current_replicas status_desired_replicas",
    "job": "info owner created spec_parallelism spec_completions spec_active_deadline_seconds status_active status_ready "
    "status_succeeded status_failed status_start_time status_completion_time complete failed status_suspended",
    "lease": "owner renew_time",
    "limitrange": "- created",
    "namespace": "created status_phase status_condition",
    "node": "info created deletion_timestamp role spec_unschedulable spec_taint status_condition status_capacity "
    "status_allocatable status_addresses volumes_in_use_count volumes_attached_count",
    "persistentvolume": "info created deletion_timestamp capacity_bytes status_phase claim_ref volume_mode access_mode",
    "persistentvolumeclaim": "info created deletion_timestamp access_mode resource_requests_storage_bytes status_condition "
    "status_condition_last_transition_timestamp_seconds status_phase volume_attributes_class "
    "status_current_volume_attributes_class",
    "pod": "info ips start_time completion_time owner created deletion_timestamp restart_policy service_account scheduler "
    "status_phase status_qos_class status_ready status_scheduled status_reason status_scheduled_time status_unscheduled_time "
    "status_initialized_time status_ready_time status_container_ready_time status_unschedulable tolerations "
    "overhead_cpu_cores overhead_memory_bytes runtimeclass_name_info spec_volumes_persistentvolumeclaims_info "
    "spec_volumes_persistentvolumeclaims_readonly",
    "pod_container": f"{CONTAINER} state_started status_last_terminated_exitcode status_last_terminated_timestamp",
    "pod_init_container": CONTAINER,
    "poddisruptionbudget": "created deletion_timestamp status_current_healthy status_desired_healthy "
    "status_pod_disruptions_allowed status_expected_pods status_observed_generation",
    "replicaset": "created status_replicas status_fully_labeled_replicas status_ready_replicas status_terminating_replicas "
    "status_observed_generation spec_replicas metadata_generation owner",
    "resourcequota": "- created",
    "secret": "info type created metadata_resource_version owner",
    "service": "info created spec_type spec_external_ip status_load_balancer_ingress ports",
    "statefulset": "created deletion_timestamp status_replicas status_replicas_available status_replicas_current "
    "status_replicas_ready status_replicas_updated status_observed_generation replicas ordinals_start metadata_generation "
    "persistentvolumeclaim_retention_policy status_current_revision status_update_revision",
    "storageclass": "info created",
    "volumeattachment": "info created spec_source_persistentvolume status_attached status_attachment_metadata",
}
NAMES = {
    f"kube_{kind}" if name == "-" else f"kube_{kind}_{name}"
    for kind, names in DOCUMENTED.items()
    for name in names.split()
}
