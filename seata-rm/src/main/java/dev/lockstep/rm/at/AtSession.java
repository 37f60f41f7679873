package dev.lockstep.rm.at;

import dev.lockstep.rm.at.meta.Namespace;
import dev.lockstep.rm.at.meta.Session;
import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.RecognizedSql;
import dev.lockstep.rm.failure.UnsupportedSqlException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import org.jspecify.annotations.Nullable;

/**
 * What texts and names mean on one connection, whose session the user may lead to other schemas and modes. Asked by the statement
 * classes before anything runs inside a global transaction.
 *
 * <p>Not thread-safe, as a JDBC connection is not.
 */
final class AtSession {

    private final Connection connection;
    private final AtDataSource dataSource;
    private @Nullable Session known;

    /** How often names that stand alone may have come to mean other tables here. */
    private int namesChanged;

    /** Whether names that stand alone may mean other tables here than on a fresh connection. */
    private boolean ledElsewhere;

    /** Whether the connection is known to lead to the resource of its data source. */
    private boolean leadsHere;

    /** @param connection the driver's own */
    AtSession(Connection connection, AtDataSource dataSource) {
        this.connection = connection;
        this.dataSource = dataSource;
    }

    /** The database that the session is in. */
    AtResource resource() throws SQLException {
        // A connection that the user has led elsewhere would mislead about where undo_log lies.
        return ledElsewhere ? dataSource.resource() : dataSource.resource(connection);
    }

    /** The database whose branches take in what is written through the connection, whoever captures it. */
    AtResource capturingResource() throws SQLException {
        return ledElsewhere ? dataSource.open() : dataSource.capturingResource(connection);
    }

    /**
     * The same, for what is captured under its id.
     *
     * @throws SQLException if this connection leads to another database
     */
    AtResource resourceToWrite() throws SQLException {
        AtResource resource = resource();
        if (!leadsHere) {
            resource.requireLeadsHere(connection);
            leadsHere = true;
        }
        return resource;
    }

    /** The same as far as it was found out. */
    @Nullable
    AtResource knownResource() {
        return dataSource.known();
    }

    // ---- what texts mean

    /**
     * What a statement means, for one that runs inside.
     *
     * @throws UnsupportedSqlException if it may write and cannot be captured
     */
    RecognizedSql recognize(String sql) throws SQLException {
        RecognizedSql recognized = meaning(sql);
        if (recognized instanceof RecognizedSql.Refused refused) {
            throw new UnsupportedSqlException(sql, refused.reason(), refused.wayOut());
        }
        if (recognized instanceof RecognizedSql.Exempt) {
            resource().exemptions().tellOfStatement(sql);
        }
        if (recognized instanceof RecognizedSql.Harmless harmless && harmless.changesNames()) {
            namesMayHaveChanged();
        }
        return recognized;
    }

    /** What a statement means, which need not run. */
    RecognizedSql meaning(String sql) throws SQLException {
        AtResource resource;
        try {
            resource = resource();
        } catch (SQLFeatureNotSupportedException unknownDatabase) {
            // What reads by anybody's rules needs no dialect.
            RecognizedSql recognized = dataSource.standardSql().recognize(sql);
            if (recognized instanceof RecognizedSql.Read) {
                return recognized;
            }
            throw unknownDatabase;
        }
        return resource.recognizer(resource.sessionsHaveModes() ? session().sqlMode() : "")
                .recognize(sql);
    }

    // ---- what names mean

    /** Where names that stand alone are looked for. */
    Namespace namespace() throws SQLException {
        return session().namespace();
    }

    /** The table that an INSERT names. */
    TableMeta tableOf(RecognizedSql.Insert insert) throws SQLException {
        return resourceToWrite().tables().find(connection, insert.table().path(), namespace());
    }

    /** The dialect's way to write a stored name. */
    String quoted(String storedName) throws SQLException {
        return resource().dialect().names().quoted(storedName);
    }

    /** Counts what has changed the meaning of names; for {@link #requireNamesAsPrepared}. */
    int namesChanged() {
        return namesChanged;
    }

    /**
     * Refuses what would be imaged in one table and written to in another: some databases keep the tables that a statement
     * meant when it was prepared (H2; MySQL with statements prepared on the server), others look again.
     *
     * @param preparedAt {@link #namesChanged} when it was prepared
     */
    void requireNamesAsPrepared(int preparedAt, RecognizedSql recognized, String sql) throws SQLException {
        boolean namesTables =
                recognized instanceof RecognizedSql.Write || recognized instanceof RecognizedSql.LockingRead;
        if (namesTables && preparedAt != namesChanged) {
            throw new UnsupportedSqlException(
                    sql,
                    "it was prepared before the connection was led to another schema or database, and may mean a table there"
                            + " or here",
                    "Prepare it again.");
        }
    }

    private Session session() throws SQLException {
        Session session = known;
        if (session == null) {
            AtResource resource = resource();
            if (ledElsewhere) {
                resource.sessions().forget(connection);
            }
            session = resource.sessions().of(connection);
            known = session;
        }
        return session;
    }

    // ---- what changes them

    /** Names may mean other tables now, also in statements that were prepared, and texts may be read otherwise. */
    void namesMayHaveChanged() {
        namesChanged++;
        mayHaveChanged();
    }

    /** The same for statements to come. */
    void mayHaveChanged() {
        known = null;
        ledElsewhere = true;
    }

    /** The database has taken back what was set in a local transaction, if it ever does: names mean what they did before. */
    void settingsMayBeTakenBack() {
        AtResource resource = dataSource.known();
        if (ledElsewhere && resource != null && resource.dialect().session().followsTransactions()) {
            known = null;
        }
    }

    /** The connection goes back to its pool, which may lead the session back before it hands it out again. */
    void end() throws SQLException {
        AtResource resource = dataSource.known();
        if (ledElsewhere && resource != null && !connection.isClosed()) {
            resource.sessions().forget(connection);
        }
    }
}
