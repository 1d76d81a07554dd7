package dev.consigne.testing;

import io.vertx.mutiny.sqlclient.Pool;
import java.time.Duration;

/**
 * Makes the server itself answer inserts with an error of the test's choice, as it would if its disk were full or another
 * transaction were in the way. For everybody: to be dropped after each test.
 */
public final class RefusingTrigger {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private final Pool pool;

    public RefusingTrigger(Pool pool) {
        this.pool = pool;
    }

    /** The next inserts into the table fail with the SQLSTATE, so many of them; a rollback does not change the count. */
    public void refuse(String table, String sqlState, int times) {
        drop();
        run("CREATE SEQUENCE refused");
        run("""
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF nextval('refused') <= TG_ARGV[1]::bigint THEN
                        RAISE EXCEPTION 'refused by the test' USING ERRCODE = TG_ARGV[0];
                    END IF;
                    RETURN NEW;
                END $$
                """);
        run("CREATE TRIGGER refuse BEFORE INSERT ON " + table + " FOR EACH ROW EXECUTE FUNCTION refuse('" + sqlState
                + "', '" + times + "')");
    }

    /** Inserts seen so far, those that were let through among them. */
    public long inserts() {
        return new CatalogRows(pool).count("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM refused");
    }

    /** Commits that published something wait for {@link #lock}'s holder before they are done. */
    public void holdCommits(long lock) {
        drop();
        run("""
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    PERFORM pg_advisory_xact_lock(TG_ARGV[0]::bigint);
                    RETURN NULL;
                END $$
                """);
        run("CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION refuse('" + lock + "')");
    }

    public void drop() {
        run("DROP FUNCTION IF EXISTS refuse() CASCADE");
        run("DROP SEQUENCE IF EXISTS refused");
    }

    private void run(String sql) {
        pool.query(sql).execute().await().atMost(BOUND);
    }
}
