package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.BoundParameters;
import dev.lockstep.rm.at.sql.Identifier;
import dev.lockstep.rm.at.sql.InsertValue;
import dev.lockstep.rm.at.sql.RecognizedSql;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** Some rows of the user's statement, run as an INSERT of their own. */
final class PieceOfInsert implements WriteCall {

    private final RecognizedSql.Insert insert;
    private final WriteCall whole;
    private final Substitute.Text text;

    private PieceOfInsert(RecognizedSql.Insert insert, WriteCall whole, Substitute.Text text) {
        this.insert = insert;
        this.whole = whole;
        this.text = text;
    }

    /**
     * Some rows of an INSERT.
     *
     * @param verb with its modifiers
     */
    static PieceOfInsert of(List<List<InsertValue>> rows, String verb, RecognizedSql.Insert whole, WriteCall call) {
        String columns = whole.columns().isEmpty()
                ? ""
                : whole.columns().stream().map(Identifier::text).collect(Collectors.joining(", ", " (", ")"));
        String sql = verb + " INTO " + whole.table().text() + columns + " VALUES " + text(rows);
        return new PieceOfInsert(
                new RecognizedSql.Insert(whole.table(), whole.columns(), rows, whole.skipsConflicts(), null, null),
                call,
                new Substitute.Text(sql, statement -> bind(statement, rows, call.parameters())));
    }

    /** The rows behind VALUES. */
    static String text(List<List<InsertValue>> rows) {
        return rows.stream()
                .map(row -> row.stream().map(value -> value.slice().text()).collect(Collectors.joining(", ", "(", ")")))
                .collect(Collectors.joining(", "));
    }

    /** Binds the parameters of these rows from the first on; gives the index after the last. */
    static int bind(PreparedStatement statement, List<List<InsertValue>> rows, BoundParameters parameters)
            throws SQLException {
        int next = 1;
        for (List<InsertValue> row : rows) {
            for (InsertValue value : row) {
                next = parameters.bindSlice(value.slice(), statement, next);
            }
        }
        return next;
    }

    /** What the piece is by itself. */
    RecognizedSql.Insert insert() {
        return insert;
    }

    @Override
    public String sql() {
        return whole.sql();
    }

    @Override
    public BoundParameters parameters() {
        return whole.parameters();
    }

    @Override
    public List<BoundParameters> frames() {
        return whole.frames();
    }

    @Override
    public void startOver() {
        whole.startOver();
    }

    @Override
    public long run() throws SQLException {
        return substitute().run(text);
    }

    @Override
    public InsertOutcome runReturningKeys(TableMeta table) throws SQLException {
        return substitute().runReturningKeys(text, table);
    }

    @Override
    public Substitute substitute() {
        return whole.substitute();
    }

    @Override
    public String wishedKeys(TableMeta table) throws SQLException {
        return whole.wishedKeys(table);
    }
}
