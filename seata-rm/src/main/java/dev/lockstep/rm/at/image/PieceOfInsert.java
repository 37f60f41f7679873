package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.meta.TableMeta;
import dev.lockstep.rm.at.sql.BoundParameters;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Some rows of the user's statement, run as an INSERT of their own. */
final class PieceOfInsert implements WriteCall {

    private final WriteCall whole;
    private final Instead text;

    PieceOfInsert(WriteCall whole, Instead text) {
        this.whole = whole;
        this.text = text;
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
    public void startOver() {
        whole.startOver();
    }

    @Override
    public long run() throws SQLException {
        return whole.run(text);
    }

    @Override
    public InsertOutcome runReturningKeys(TableMeta table) throws SQLException {
        return whole.runReturningKeys(text, table);
    }

    @Override
    public long run(Instead other) throws SQLException {
        return whole.run(other);
    }

    @Override
    public InsertOutcome runReturningKeys(Instead other, TableMeta table) throws SQLException {
        return whole.runReturningKeys(other, table);
    }

    @Override
    public ResultSet runForRows(Instead other, int hidden) throws SQLException {
        return whole.runForRows(other, hidden);
    }

    @Override
    public ResultSet runForKeys(Instead other, int hidden) throws SQLException {
        return whole.runForKeys(other, hidden);
    }

    @Override
    public String wishedKeys(TableMeta table) throws SQLException {
        return whole.wishedKeys(table);
    }
}
