"""Workers that wait are woken by what they wait for, on PostgreSQL

Revision: 0037, after 0036.

Triggers say which work came, or may go on, in the transaction that brings it. They do so only while
somebody waits for it (`ground/store/listening.py`): transactions that say something end one after
the other, which would slow down what comes in while everybody is busy.
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

# Who waits for a kind of work holds its advisory lock, shared, so taking it alone fails.
_SAY = """
        IF pg_try_advisory_lock(7305201, hashtext(what)) THEN
            PERFORM pg_advisory_unlock(7305201, hashtext(what));
        ELSE
            PERFORM pg_notify('odwh_work', what);
        END IF;
"""
_WORK_CAME = f"""
CREATE FUNCTION odwh_work_came() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    what text;
BEGIN
    IF TG_TABLE_NAME = 'inbox' THEN
        what := TG_TABLE_SCHEMA || ' ' || NEW.channel;
    ELSE
        what := TG_TABLE_SCHEMA || ' ' || NEW.kind;
    END IF;
    {_SAY}
    RETURN NULL;
END $$
"""
# Later actions on a subject wait for the earlier ones.
_ACTION_DONE = """
CREATE FUNCTION odwh_action_done() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    what text;
    later text := $later$
        SELECT DISTINCT $1 || ' ' || kind FROM %I.outbox
        WHERE subject = $2 AND position > $3 AND state = 'pending'
    $later$;
BEGIN
    FOR what IN EXECUTE format(later, TG_TABLE_SCHEMA)
        USING TG_TABLE_SCHEMA, NEW.subject, NEW.position
    LOOP
    SAY;
    END LOOP;
    RETURN NULL;
END $$
""".replace("SAY;", _SAY)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(_WORK_CAME)
    op.execute(_ACTION_DONE)
    for table in ("inbox", "outbox"):
        op.execute(
            f"CREATE TRIGGER work_came AFTER INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION odwh_work_came()"
        )
    op.execute(
        "CREATE TRIGGER action_done AFTER UPDATE OF state ON outbox FOR EACH ROW "
        "WHEN (OLD.state = 'pending' AND NEW.state <> 'pending') "
        "EXECUTE FUNCTION odwh_action_done()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TRIGGER action_done ON outbox")
    for table in ("inbox", "outbox"):
        op.execute(f"DROP TRIGGER work_came ON {table}")
    op.execute("DROP FUNCTION odwh_action_done()")
    op.execute("DROP FUNCTION odwh_work_came()")
