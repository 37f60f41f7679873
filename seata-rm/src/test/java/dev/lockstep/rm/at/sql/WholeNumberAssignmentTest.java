package dev.lockstep.rm.at.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.rm.at.sql.WholeNumberAssignment.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WholeNumberAssignmentTest {

    private static List<WholeNumberAssignment> assignments(String sql) {
        return ((RecognizedSql.Update) new SqlRecognizer(Databases.H2).recognize(sql)).wholeNumbers();
    }

    private static WholeNumberAssignment to(String column, Operation operation, String operand, int parameter) {
        return new WholeNumberAssignment(
                new Identifier(column, column, false),
                operation,
                new Slice(operand, parameter, operand.equals("?") ? 1 : 0));
    }

    @Test
    void a_parameter_or_a_number_may_be_set_added_and_subtracted() {
        assertThat(assignments("UPDATE t SET a = a - ?, b = ?, c = c + 1, d = 17 WHERE id = ?"))
                .extracting(
                        one -> one.column().name(),
                        WholeNumberAssignment::operation,
                        one -> one.operand().text())
                .containsExactly(
                        tuple("a", Operation.SUBTRACT, "?"),
                        tuple("b", Operation.SET, "?"),
                        tuple("c", Operation.ADD, "1"),
                        tuple("d", Operation.SET, "17"));
        assertThat(assignments("UPDATE t SET a = ?, b = b + ? WHERE id = ?").get(1))
                .isEqualTo(to("b", Operation.ADD, "?", 2));
    }

    @Test
    void one_assignment_that_is_something_else_spoils_them_all() {
        for (String value : new String[] {
            "b + 1",
            "a * 2",
            "a + 1 + 1",
            "1 + a",
            "(a + 1)",
            "-1",
            "1.5",
            "1e3",
            "12345678901",
            "'1'",
            "NULL",
            "A + 1",
            "t.a + 1",
            "a + b",
            "(SELECT 1)",
            "COALESCE(a, 1)",
            "a / ?"
        }) {
            assertThat(assignments("UPDATE t SET c = 1, a = " + value + " WHERE id = ?"))
                    .as(value)
                    .isEmpty();
        }
        assertThat(assignments("UPDATE t SET (a, b) = (SELECT 1, 2), c = 1")).isEmpty();
    }
}
