"""The register

Revision: 0001, after None.
"""

import sqlalchemy as sa
from alembic import op

import adapter.ground.store.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=True),
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("created_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("revoked_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
    )
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_log_at"), ["at"], unique=False)

    op.create_table(
        "budgets",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("tranche", sa.Text(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint("position", name=op.f("uq_budgets_position")),
    )
    with op.batch_alter_table("budgets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budgets_year"), ["year"], unique=False)

    op.create_table(
        "cohort_members",
        sa.Column("cohort", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("cohort", "user_id", name=op.f("pk_cohort_members")),
    )
    op.create_table(
        "commitments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("trajectory_id", sa.Text(), nullable=False),
        sa.Column("course_ids", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("hours", adapter.ground.store.columns.Hours(), nullable=True),
        sa.Column("work_time_share", adapter.ground.store.columns.Hours(), nullable=False),
        sa.Column("costs_cents", sa.BigInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("terms", adapter.ground.store.columns.Json(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitments")),
        sa.UniqueConstraint("reference", name=op.f("uq_commitments_reference")),
    )
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitments_employee_id"), ["employee_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_commitments_state"), ["state"], unique=False)

    op.create_table(
        "consents",
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("consented_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("employee_id", "course_id", name=op.f("pk_consents")),
    )
    op.create_table(
        "courses",
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("idnumber", sa.Text(), nullable=False),
        sa.Column("shortname", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("visible", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("hours", adapter.ground.store.columns.Hours(), nullable=True),
        sa.Column("costs_cents", sa.BigInteger(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("trajectory", sa.Text(), nullable=True),
        sa.Column("in_company", sa.Integer(), nullable=False),
        sa.Column("out_of_scope", sa.Integer(), nullable=False),
        sa.Column("enrolment_methods", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("problems", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("seen_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("gone_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_courses")),
    )
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_courses_idnumber"), ["idnumber"], unique=False)
        batch_op.create_index(batch_op.f("ix_courses_trajectory"), ["trajectory"], unique=False)

    op.create_table(
        "employees",
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name_prefix", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("department", sa.Text(), nullable=True),
        sa.Column("manager_id", sa.Text(), nullable=True),
        sa.Column("modified_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column(
            "first_seen_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column(
            "last_seen_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column("missing_scans", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_employees")),
    )
    with op.batch_alter_table("employees", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_employees_manager_id"), ["manager_id"], unique=False)

    op.create_table(
        "enrolments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("method_text", sa.Text(), nullable=False),
        sa.Column("enrolment_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("starts_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("ends_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("completed", sa.Integer(), nullable=False),
        sa.Column(
            "completed_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True
        ),
        sa.Column(
            "first_seen_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column("seen_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("gone_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("to_decide", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint(
            "user_id",
            "course_id",
            "method_text",
            name=op.f("uq_enrolments_user_id_course_id_method_text"),
        ),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index("ix_enrolments_course", ["course_id"], unique=False)

    op.create_table(
        "exits",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("employment_id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("verified", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "suspected_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True
        ),
        sa.Column("rehired_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("noticed_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("updated_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exits")),
        sa.UniqueConstraint(
            "employee_id", "employment_id", name=op.f("uq_exits_employee_id_employment_id")
        ),
    )
    with op.batch_alter_table("exits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exits_employee_id"), ["employee_id"], unique=False)

    op.create_table(
        "heartbeats",
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "in_company_prices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("training_id", sa.Text(), nullable=False),
        sa.Column("session_cents", sa.BigInteger(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_in_company_prices")),
        sa.UniqueConstraint("position", name=op.f("uq_in_company_prices_position")),
    )
    op.create_table(
        "in_company_sessions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("dates", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("sign_up_closes_on", sa.Date(), nullable=False),
        sa.Column("price_cents", sa.BigInteger(), nullable=True),
        sa.Column("planned_participants", sa.Integer(), nullable=False),
        sa.Column("absence_terms", sa.Text(), nullable=True),
        sa.Column(
            "cancelled_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True
        ),
        sa.Column("cancellation_reason", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_in_company_sessions")),
    )
    with op.batch_alter_table("in_company_sessions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_in_company_sessions_course_id"), ["course_id"], unique=False
        )

    op.create_table(
        "inbox",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column(
            "received_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", adapter.ground.store.columns.Json(), nullable=True),
        sa.Column("duplicates", sa.Integer(), server_default="0", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "next_attempt_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column(
            "locked_until", adapter.ground.store.columns.Moment(timezone=True), nullable=True
        ),
        sa.Column("locked_by", sa.Text(), nullable=True),
        sa.Column(
            "processed_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("source", "delivery_id", name=op.f("uq_inbox_source_delivery_id")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_waiting",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("state IN ('received', 'failed')"),
            postgresql_where=sa.text("state IN ('received', 'failed')"),
        )

    op.create_table(
        "inbox_decisions",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", "decision_id", name=op.f("pk_inbox_decisions")),
    )
    op.create_table(
        "job_runs",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column(
            "period_start", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column("started_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("finished_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("job", "period_start", name=op.f("pk_job_runs")),
    )
    op.create_table(
        "lms_users",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("idnumber", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=True),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("suspended", sa.Integer(), nullable=False),
        sa.Column("seen_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_lms_users")),
    )
    with op.batch_alter_table("lms_users", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lms_users_employee_id"), ["employee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lms_users_username"), ["username"], unique=False)

    op.create_table(
        "norm_exemptions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("extra_hours", adapter.ground.store.columns.Hours(), nullable=False),
        sa.Column("training", sa.Text(), nullable=False),
        sa.Column("training_starts_on", sa.Date(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_norm_exemptions")),
    )
    with op.batch_alter_table("norm_exemptions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_norm_exemptions_employee_id"), ["employee_id"], unique=False
        )

    op.create_table(
        "outbox",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("action_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("payload", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=True),
        sa.Column("created_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "next_attempt_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column(
            "locked_until", adapter.ground.store.columns.Moment(timezone=True), nullable=True
        ),
        sa.Column("locked_by", sa.Text(), nullable=True),
        sa.Column(
            "delivered_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True
        ),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("action_key", name=op.f("uq_outbox_action_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_subject", ["subject", "position"], unique=False)
        batch_op.create_index(
            "ix_outbox_waiting",
            ["next_attempt_at"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "policy_versions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("content", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_policy_versions")),
    )
    op.create_table(
        "scans",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("rejected", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("brake", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("started_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column(
            "finished_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scans")),
    )
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.create_index("ix_scans_finished", ["source", "finished_at"], unique=False)

    op.create_table(
        "switches",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("on", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switches")),
    )
    op.create_table(
        "task_changes",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("seen_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("closed_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("closed_on_facts", adapter.ground.store.columns.Json(), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "version", name=op.f("pk_task_changes")),
    )
    op.create_table(
        "training_requests",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("trajectory_id", sa.Text(), nullable=False),
        sa.Column("course_ids", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("employee_ids", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("collective", sa.Integer(), nullable=False),
        sa.Column("planned_participants", sa.Integer(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("mandatory_by_law", sa.Text(), nullable=False),
        sa.Column("mandatory_source", sa.Text(), nullable=True),
        sa.Column("mandatory_assessed_by", sa.Text(), nullable=True),
        sa.Column("mandatory_assessed_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("costs", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("costs_cents", sa.BigInteger(), nullable=False),
        sa.Column("hours", adapter.ground.store.columns.Hours(), nullable=False),
        sa.Column("work_time_share", adapter.ground.store.columns.Hours(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("appraisal_on", sa.Date(), nullable=True),
        sa.Column("motivation", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tranche", sa.Text(), nullable=True),
        sa.Column("procedure", sa.Text(), nullable=True),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column(
            "submitted_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True
        ),
        sa.Column("created_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_requests")),
    )
    with op.batch_alter_table("training_requests", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_requests_state"), ["state"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_training_requests_submitted_by"), ["submitted_by"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_training_requests_tranche"), ["tranche"], unique=False)

    op.create_table(
        "trajectory_progress",
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("trajectory_id", sa.Text(), nullable=False),
        sa.Column("actual_costs_cents", sa.BigInteger(), nullable=True),
        sa.Column("broken_off_on", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.PrimaryKeyConstraint(
            "employee_id", "trajectory_id", name=op.f("pk_trajectory_progress")
        ),
    )
    op.create_table(
        "tranche_steps",
        sa.Column("tranche", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("due_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("taken_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("carried_out", sa.Integer(), nullable=False),
        sa.Column("numbers", adapter.ground.store.columns.Json(), nullable=False),
        sa.PrimaryKeyConstraint("tranche", "step", name=op.f("pk_tranche_steps")),
    )
    op.create_table(
        "commitment_proposals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("commitment_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column(
            "proposed_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitments.id"],
            name=op.f("fk_commitment_proposals_commitment_id_commitments"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_proposals")),
    )
    with op.batch_alter_table("commitment_proposals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_commitment_proposals_commitment_id"), ["commitment_id"], unique=False
        )

    op.create_table(
        "decisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("regime", sa.Text(), nullable=False),
        sa.Column("policy_digest", sa.Text(), nullable=False),
        sa.Column("facts", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("facts_sha256", sa.Text(), nullable=False),
        sa.Column("sources", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("findings", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("years", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("decided_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_digest"],
            ["policy_versions.digest"],
            name=op.f("fk_decisions_policy_digest_policy_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_decisions_decided_at"), ["decided_at"], unique=False)
        batch_op.create_index(
            "ix_decisions_enrolment", ["employee_id", "course_id", "enrolled_on"], unique=False
        )

    op.create_table(
        "employments",
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("employment_id", sa.Text(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("hours_per_week", adapter.ground.store.columns.Hours(), nullable=True),
        sa.Column("fte", sa.Numeric(precision=6, scale=4), nullable=True),
        sa.Column("told_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["employee_id"],
            ["employees.employee_id"],
            name=op.f("fk_employments_employee_id_employees"),
        ),
        sa.PrimaryKeyConstraint("employee_id", "employment_id", name=op.f("pk_employments")),
    )
    with op.batch_alter_table("employments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_employments_end_on"), ["end_on"], unique=False)

    op.create_table(
        "exit_changes",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("exit_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("previous_last_day", sa.Date(), nullable=True),
        sa.Column("noticed_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exit_id"], ["exits.id"], name=op.f("fk_exit_changes_exit_id_exits")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_changes")),
        sa.UniqueConstraint("exit_id", "event_id", name=op.f("uq_exit_changes_exit_id_event_id")),
    )
    with op.batch_alter_table("exit_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exit_changes_exit_id"), ["exit_id"], unique=False)

    op.create_table(
        "imported_requests",
        sa.Column("manager_id", sa.Text(), nullable=False),
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=False),
        sa.Column("request_version", sa.Integer(), nullable=False),
        sa.Column(
            "imported_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_requests.id"],
            name=op.f("fk_imported_requests_request_id_training_requests"),
        ),
        sa.PrimaryKeyConstraint("manager_id", "request_key", name=op.f("pk_imported_requests")),
    )
    op.create_table(
        "in_company_sign_ups",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("signed_up_by", sa.Text(), nullable=False),
        sa.Column(
            "signed_up_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column("absence_terms", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["in_company_sessions.id"],
            name=op.f("fk_in_company_sign_ups_session_id_in_company_sessions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_in_company_sign_ups")),
        sa.UniqueConstraint(
            "session_id", "employee_id", name=op.f("uq_in_company_sign_ups_session_id_employee_id")
        ),
    )
    with op.batch_alter_table("in_company_sign_ups", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_in_company_sign_ups_employee_id"), ["employee_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_in_company_sign_ups_session_id"), ["session_id"], unique=False
        )

    op.create_table(
        "in_company_team_availabilities",
        sa.Column("session_id", sa.Text(), nullable=False),
        sa.Column("manager_id", sa.Text(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["in_company_sessions.id"],
            name=op.f("fk_in_company_team_availabilities_session_id_in_company_sessions"),
        ),
        sa.PrimaryKeyConstraint(
            "session_id", "manager_id", name=op.f("pk_in_company_team_availabilities")
        ),
    )
    op.create_table(
        "interim_consents",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("consented_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_requests.id"],
            name=op.f("fk_interim_consents_request_id_training_requests"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_interim_consents")),
    )
    op.create_table(
        "reconciliation_runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("started_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column(
            "finished_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column("policy_digest", sa.Text(), nullable=False),
        sa.Column("incomplete", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("announced", adapter.ground.store.columns.Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["policy_digest"],
            ["policy_versions.digest"],
            name=op.f("fk_reconciliation_runs_policy_digest_policy_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_runs")),
    )
    with op.batch_alter_table("reconciliation_runs", schema=None) as batch_op:
        batch_op.create_index("ix_reconciliation_runs_order", ["as_of", "started_at"], unique=False)

    op.create_table(
        "repayment_statements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("exit_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("exit_on", sa.Date(), nullable=True),
        sa.Column("policy_digest", sa.Text(), nullable=False),
        sa.Column("trajectories", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("items", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("total_computed_cents", sa.BigInteger(), nullable=False),
        sa.Column("total_claimable_cents", sa.BigInteger(), nullable=False),
        sa.Column("made_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["exit_id"], ["exits.id"], name=op.f("fk_repayment_statements_exit_id_exits")
        ),
        sa.ForeignKeyConstraint(
            ["policy_digest"],
            ["policy_versions.digest"],
            name=op.f("fk_repayment_statements_policy_digest_policy_versions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repayment_statements")),
        sa.UniqueConstraint(
            "exit_id", "version", name=op.f("uq_repayment_statements_exit_id_version")
        ),
    )
    op.create_table(
        "request_proposals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("costs_cents", sa.BigInteger(), nullable=True),
        sa.Column("hours", adapter.ground.store.columns.Hours(), nullable=True),
        sa.Column("repayment_scheme", sa.Integer(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column(
            "proposed_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_requests.id"],
            name=op.f("fk_request_proposals_request_id_training_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_proposals")),
    )
    with op.batch_alter_table("request_proposals", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_request_proposals_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "request_transitions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_requests.id"],
            name=op.f("fk_request_transitions_request_id_training_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_transitions")),
    )
    with op.batch_alter_table("request_transitions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_request_transitions_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "requests_from_lms",
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("entered_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("author_id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=True),
        sa.Column(
            "modified_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column("read_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("content_sha256", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("request_version", sa.Integer(), nullable=True),
        sa.Column("wrong", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("gone_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_requests.id"],
            name=op.f("fk_requests_from_lms_request_id_training_requests"),
        ),
        sa.PrimaryKeyConstraint("entry_id", "entered_at", name=op.f("pk_requests_from_lms")),
    )
    with op.batch_alter_table("requests_from_lms", schema=None) as batch_op:
        batch_op.create_index("ix_requests_from_lms_request_id", ["request_id"], unique=False)

    op.create_table(
        "weighings",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scores", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("weighed_by", sa.Text(), nullable=False),
        sa.Column("weighed_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_requests.id"],
            name=op.f("fk_weighings_request_id_training_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weighings")),
        sa.UniqueConstraint(
            "request_id", "position", name=op.f("uq_weighings_request_id_position")
        ),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("enrolment_id", sa.Text(), nullable=True),
        sa.Column("starts_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("ends_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("verified_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("released_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("release_decision_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_holds_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holds_employee_id"), ["employee_id"], unique=False)
        batch_op.create_index("ix_holds_enrolment", ["user_id", "course_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_holds_state"), ["state"], unique=False)

    op.create_table(
        "in_company_absence_consequences",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("sign_up_id", sa.Text(), nullable=False),
        sa.Column("consequence", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("agreed_terms", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sign_up_id"],
            ["in_company_sign_ups.id"],
            name=op.f("fk_in_company_absence_consequences_sign_up_id_in_company_sign_ups"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_in_company_absence_consequences")),
    )
    with op.batch_alter_table("in_company_absence_consequences", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_in_company_absence_consequences_sign_up_id"),
            ["sign_up_id"],
            unique=False,
        )

    op.create_table(
        "in_company_sign_up_steps",
        sa.Column("sign_up_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["sign_up_id"],
            ["in_company_sign_ups.id"],
            name=op.f("fk_in_company_sign_up_steps_sign_up_id_in_company_sign_ups"),
        ),
        sa.PrimaryKeyConstraint("sign_up_id", "version", name=op.f("pk_in_company_sign_up_steps")),
    )
    op.create_table(
        "reconciliation_findings",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("employee_id", sa.Text(), nullable=True),
        sa.Column("course_id", sa.Text(), nullable=True),
        sa.Column("numbers", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("since", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["reconciliation_runs.id"],
            name=op.f("fk_reconciliation_findings_run_id_reconciliation_runs"),
        ),
        sa.PrimaryKeyConstraint("run_id", "key", name=op.f("pk_reconciliation_findings")),
    )
    op.create_table(
        "request_decisions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("departs", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["request_proposals.id"],
            name=op.f("fk_request_decisions_proposal_id_request_proposals"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_requests.id"],
            name=op.f("fk_request_decisions_request_id_training_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_decisions")),
    )
    with op.batch_alter_table("request_decisions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_request_decisions_request_id"), ["request_id"], unique=False
        )

    op.create_table(
        "statement_overrides",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("statement_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("trajectory_id", sa.Text(), nullable=False),
        sa.Column("claimable_cents", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["repayment_statements.id"],
            name=op.f("fk_statement_overrides_statement_id_repayment_statements"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_overrides")),
        sa.UniqueConstraint(
            "statement_id", "number", name=op.f("uq_statement_overrides_statement_id_number")
        ),
    )
    op.create_table(
        "grants",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.Text(), nullable=True),
        sa.Column("employee_id", sa.Text(), nullable=True),
        sa.Column("trajectory_id", sa.Text(), nullable=False),
        sa.Column("course_ids", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("costs_cents", sa.BigInteger(), nullable=False),
        sa.Column("hours", adapter.ground.store.columns.Hours(), nullable=False),
        sa.Column("work_time_share", adapter.ground.store.columns.Hours(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("mandatory_by_law", sa.Text(), nullable=False),
        sa.Column("repayment_scheme", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column("revoked_at", adapter.ground.store.columns.Moment(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("revocation_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["request_decisions.id"],
            name=op.f("fk_grants_decision_id_request_decisions"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["training_requests.id"],
            name=op.f("fk_grants_request_id_training_requests"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_grants_employee_id"), ["employee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_grants_request_id"), ["request_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_grants_trajectory_id"), ["trajectory_id"], unique=False
        )

    op.create_table(
        "agreements",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("employee_id", sa.Text(), nullable=False),
        sa.Column("trajectory_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agreed_costs_cents", sa.BigInteger(), nullable=False),
        sa.Column("repayment_scheme", sa.Integer(), nullable=False),
        sa.Column("parts", adapter.ground.store.columns.Json(), nullable=False),
        sa.Column("policy_digest", sa.Text(), nullable=False),
        sa.Column("drawn_up_on", sa.Date(), nullable=True),
        sa.Column("drawn_up_by", sa.Text(), nullable=True),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_agreements_grant_id_grants")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint(
            "grant_id",
            "employee_id",
            "version",
            name=op.f("uq_agreements_grant_id_employee_id_version"),
        ),
    )
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_agreements_employee_id"), ["employee_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_agreements_grant_id"), ["grant_id"], unique=False)

    op.create_table(
        "commitment_decisions",
        sa.Column("commitment_id", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("departs", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("grant_id", sa.Text(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitments.id"],
            name=op.f("fk_commitment_decisions_commitment_id_commitments"),
        ),
        sa.ForeignKeyConstraint(
            ["grant_id"], ["grants.id"], name=op.f("fk_commitment_decisions_grant_id_grants")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["commitment_proposals.id"],
            name=op.f("fk_commitment_decisions_proposal_id_commitment_proposals"),
        ),
        sa.PrimaryKeyConstraint("commitment_id", name=op.f("pk_commitment_decisions")),
    )
    op.create_table(
        "signatures",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column(
            "recorded_at", adapter.ground.store.columns.Moment(timezone=True), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_signatures_agreement_id_agreements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatures")),
        sa.UniqueConstraint("agreement_id", "party", name=op.f("uq_signatures_agreement_id_party")),
    )


def downgrade() -> None:
    op.drop_table("signatures")
    op.drop_table("commitment_decisions")
    with op.batch_alter_table("agreements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreements_grant_id"))
        batch_op.drop_index(batch_op.f("ix_agreements_employee_id"))

    op.drop_table("agreements")
    with op.batch_alter_table("grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grants_trajectory_id"))
        batch_op.drop_index(batch_op.f("ix_grants_request_id"))
        batch_op.drop_index(batch_op.f("ix_grants_employee_id"))

    op.drop_table("grants")
    op.drop_table("statement_overrides")
    with op.batch_alter_table("request_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_decisions_request_id"))

    op.drop_table("request_decisions")
    op.drop_table("reconciliation_findings")
    op.drop_table("in_company_sign_up_steps")
    with op.batch_alter_table("in_company_absence_consequences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_in_company_absence_consequences_sign_up_id"))

    op.drop_table("in_company_absence_consequences")
    with op.batch_alter_table("holds", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_holds_state"))
        batch_op.drop_index("ix_holds_enrolment")
        batch_op.drop_index(batch_op.f("ix_holds_employee_id"))

    op.drop_table("holds")
    op.drop_table("weighings")
    with op.batch_alter_table("requests_from_lms", schema=None) as batch_op:
        batch_op.drop_index("ix_requests_from_lms_request_id")

    op.drop_table("requests_from_lms")
    with op.batch_alter_table("request_transitions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_transitions_request_id"))

    op.drop_table("request_transitions")
    with op.batch_alter_table("request_proposals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_proposals_request_id"))

    op.drop_table("request_proposals")
    op.drop_table("repayment_statements")
    with op.batch_alter_table("reconciliation_runs", schema=None) as batch_op:
        batch_op.drop_index("ix_reconciliation_runs_order")

    op.drop_table("reconciliation_runs")
    op.drop_table("interim_consents")
    op.drop_table("in_company_team_availabilities")
    with op.batch_alter_table("in_company_sign_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_in_company_sign_ups_session_id"))
        batch_op.drop_index(batch_op.f("ix_in_company_sign_ups_employee_id"))

    op.drop_table("in_company_sign_ups")
    op.drop_table("imported_requests")
    with op.batch_alter_table("exit_changes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exit_changes_exit_id"))

    op.drop_table("exit_changes")
    with op.batch_alter_table("employments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_employments_end_on"))

    op.drop_table("employments")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_decisions_enrolment")
        batch_op.drop_index(batch_op.f("ix_decisions_decided_at"))

    op.drop_table("decisions")
    with op.batch_alter_table("commitment_proposals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_proposals_commitment_id"))

    op.drop_table("commitment_proposals")
    op.drop_table("tranche_steps")
    op.drop_table("trajectory_progress")
    with op.batch_alter_table("training_requests", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_training_requests_tranche"))
        batch_op.drop_index(batch_op.f("ix_training_requests_submitted_by"))
        batch_op.drop_index(batch_op.f("ix_training_requests_state"))

    op.drop_table("training_requests")
    op.drop_table("task_changes")
    op.drop_table("switches")
    with op.batch_alter_table("scans", schema=None) as batch_op:
        batch_op.drop_index("ix_scans_finished")

    op.drop_table("scans")
    op.drop_table("policy_versions")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_waiting",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index("ix_outbox_subject")

    op.drop_table("outbox")
    with op.batch_alter_table("norm_exemptions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_norm_exemptions_employee_id"))

    op.drop_table("norm_exemptions")
    with op.batch_alter_table("lms_users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lms_users_username"))
        batch_op.drop_index(batch_op.f("ix_lms_users_employee_id"))

    op.drop_table("lms_users")
    op.drop_table("job_runs")
    op.drop_table("inbox_decisions")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_inbox_waiting",
            sqlite_where=sa.text("state IN ('received', 'failed')"),
            postgresql_where=sa.text("state IN ('received', 'failed')"),
        )

    op.drop_table("inbox")
    with op.batch_alter_table("in_company_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_in_company_sessions_course_id"))

    op.drop_table("in_company_sessions")
    op.drop_table("in_company_prices")
    op.drop_table("heartbeats")
    with op.batch_alter_table("exits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exits_employee_id"))

    op.drop_table("exits")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_index("ix_enrolments_course")

    op.drop_table("enrolments")
    with op.batch_alter_table("employees", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_employees_manager_id"))

    op.drop_table("employees")
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_courses_trajectory"))
        batch_op.drop_index(batch_op.f("ix_courses_idnumber"))

    op.drop_table("courses")
    op.drop_table("consents")
    with op.batch_alter_table("commitments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitments_state"))
        batch_op.drop_index(batch_op.f("ix_commitments_employee_id"))

    op.drop_table("commitments")
    op.drop_table("cohort_members")
    with op.batch_alter_table("budgets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_budgets_year"))

    op.drop_table("budgets")
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_log_at"))

    op.drop_table("audit_log")
    op.drop_table("api_keys")
