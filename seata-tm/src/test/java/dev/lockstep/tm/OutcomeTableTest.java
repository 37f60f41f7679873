package dev.lockstep.tm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import dev.lockstep.port.UnsendableRequestException;
import io.seata.core.context.RootContext;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.ResourceManagerInbound;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every cell of "commit or rollback answered with status X, result code Y, or not at all": what the caller is told, and
 * what the TC was asked. The expectations stand in the cells below; what is then seen is the table of {@code
 * docs/delivery.md}, and must be.
 */
class OutcomeTableTest {

    private static final String TABLE_BEGIN = "<!-- checked by OutcomeTableTest: begin -->";
    private static final String TABLE_END = "<!-- checked by OutcomeTableTest: end -->";

    private static final String COMMITTED = "success";
    private static final String FAILED = "`GlobalTransactionFailedException`";
    private static final String TIMED_OUT = "`GlobalTransactionTimedOutException`";
    private static final String UNKNOWN = "`OutcomeUnknownException`";

    private static final String OWN_FAILURE = "its own exception";
    private static final String WITH_UNKNOWN = "its own exception, with `OutcomeUnknownException` added";
    private static final String WITH_FAILED = "its own exception, with `GlobalTransactionFailedException` added";

    /** How often it is tried depends on the time alone. */
    private static final List<String> NOTHING_ARRIVES = List.of();

    /** A resource whose rows somebody else has changed. */
    private static final String DIRTY = "jdbc:h2:mem:dirty";

    private static final AnswerLostException LOST = new AnswerLostException("closed", null);

    /** One row: a wish, how the TC answers it, what must be told, what must have been asked, the status of a refusal. */
    private record Cell(
            Answer.Wish wish,
            String answer,
            String resultCode,
            Consumer<ScriptedCoordinator> script,
            Consumer<Situation> during,
            String told,
            List<String> asked,
            @Nullable GlobalStatus refusedWith) {}

    /** What else happens while the work runs. */
    private record Situation(GlobalTransactions transactions, ResourceManagerInbound rm) {}

    @TestFactory
    Stream<DynamicTest> caller_is_told_what_is_known_and_no_more() {
        return cells().stream()
                .map(cell ->
                        DynamicTest.dynamicTest(cell.wish + " answered " + cell.answer + " " + cell.resultCode, () -> {
                            var coordinator = new ScriptedCoordinator();
                            assertThat(told(cell, coordinator)).isEqualTo(cell.told);
                            List<String> asked = coordinator.asked.subList(1, coordinator.asked.size());
                            if (cell.asked.isEmpty()) {
                                assertThat(asked).containsOnly(once(cell.wish).get(0));
                            } else {
                                assertThat(asked).isEqualTo(cell.asked);
                            }
                        }));
    }

    @Test
    void table_in_the_documentation_is_this_one() throws IOException {
        var table = new ArrayList<String>();
        table.add("| call | answer | result code | the caller is told | asked of the TC |");
        table.add("|---|---|---|---|---|");
        for (var cell : cells()) {
            table.add("| " + cell.wish.name().toLowerCase(Locale.ROOT) + " | " + cell.answer + " | " + cell.resultCode
                    + " | " + cell.told + " | " + inWords(cell.asked) + " |");
        }
        List<String> documented = documented();
        if (!documented.equals(table)) {
            table.forEach(System.out::println);
        }
        assertThat(documented).as("the table in docs/delivery.md").isEqualTo(table);
    }

    @Test
    void every_status_and_both_result_codes_have_a_cell() {
        for (var wish : Answer.Wish.values()) {
            for (var status : GlobalStatus.values()) {
                for (var resultCode : List.of("success", "failed")) {
                    assertThat(cells())
                            .anyMatch(cell -> cell.wish == wish
                                    && cell.answer.startsWith(code(status))
                                    && cell.resultCode.equals(resultCode));
                }
            }
        }
    }

    @Test
    void every_status_has_a_cell_for_an_answer_that_was_lost_before() {
        for (var wish : Answer.Wish.values()) {
            for (var status : GlobalStatus.values()) {
                if (wish == Answer.Wish.COMMIT || decides(status, false)) {
                    assertThat(cells())
                            .as("%s, %s", wish, status)
                            .anyMatch(cell -> cell.wish == wish
                                    && cell.answer.matches("lost once.* then " + code(status) + "(,.*)?"));
                }
            }
        }
    }

    /** The TC says by its status how it stands; the code only says what it stumbled over. */
    @Test
    void the_code_of_a_refusal_changes_nothing_of_what_is_told() {
        for (var cell : cells()) {
            // Where the answer decides nothing it is asked again with pauses; one such status stands for all.
            if (cell.resultCode.equals("failed")
                    && (decides(cell.refusedWith) || cell.refusedWith == GlobalStatus.Begin)) {
                for (var code : TransactionExceptionCode.values()) {
                    GlobalStatus status = cell.refusedWith;
                    Cell other = new Cell(
                            cell.wish,
                            cell.answer,
                            cell.resultCode,
                            tc -> fails(tc, cell.wish, new TcRefusedException(code, "no", status)),
                            cell.during,
                            cell.told,
                            cell.asked,
                            status);
                    assertThat(told(other, new ScriptedCoordinator()))
                            .as("%s answered %s with %s", cell.wish, cell.answer, code)
                            .isEqualTo(cell.told);
                }
            }
        }
    }

    private static boolean decides(@Nullable GlobalStatus refusedWith) {
        return refusedWith != null && decides(refusedWith, true);
    }

    // ---- the cells

    private static List<Cell> cells() {
        var cells = new ArrayList<Cell>();
        for (var status : GlobalStatus.values()) {
            cells.add(answered(Answer.Wish.COMMIT, status, false, afterCommit(status, false)));
            cells.add(answered(Answer.Wish.COMMIT, status, true, afterCommit(status, true)));
        }
        answersOfNewerServers(cells, Answer.Wish.COMMIT);
        cells.add(unnamed(Answer.Wish.COMMIT, UNKNOWN));
        commitsWithoutAnAnswer(cells);
        for (var status : GlobalStatus.values()) {
            cells.add(answered(Answer.Wish.ROLLBACK, status, false, afterRollback(status, false)));
            cells.add(answered(Answer.Wish.ROLLBACK, status, true, afterRollback(status, true)));
        }
        answersOfNewerServers(cells, Answer.Wish.ROLLBACK);
        cells.add(unnamed(Answer.Wish.ROLLBACK, WITH_UNKNOWN));
        rollbacksWithoutAnAnswer(cells);
        return cells;
    }

    /** Numbers that seata-core 2.0.0 has no status for, with what the transport reads instead: see CodesTest there. */
    private static void answersOfNewerServers(List<Cell> cells, Answer.Wish wish) {
        cells.addAll(bothAnswers("18, read as 0 UnKnown", wish, GlobalStatus.UnKnown));
        cells.addAll(bothAnswers("19, read as 3 CommitRetrying", wish, GlobalStatus.CommitRetrying));
        cells.addAll(bothAnswers("20, read as 5 RollbackRetrying", wish, GlobalStatus.RollbackRetrying));
        cells.addAll(bothAnswers("above 20, read as 0 UnKnown", wish, GlobalStatus.UnKnown));
    }

    private static List<Cell> bothAnswers(String answer, Answer.Wish wish, GlobalStatus status) {
        return List.of(answered(answer, wish, status, false), answered(answer, wish, status, true));
    }

    private static String afterCommit(GlobalStatus status, boolean refused) {
        return switch (status) {
            case Committing, CommitRetrying, AsyncCommitting, Committed -> refused ? UNKNOWN : COMMITTED;
            case Rollbacking, RollbackRetrying, Rollbacked -> FAILED;
            case TimeoutRollbacking, TimeoutRollbackRetrying, TimeoutRollbacked -> TIMED_OUT;
            case UnKnown,
                    Begin,
                    Finished,
                    CommitFailed,
                    RollbackFailed,
                    TimeoutRollbackFailed,
                    CommitRetryTimeout,
                    RollbackRetryTimeout -> UNKNOWN;
        };
    }

    private static String afterRollback(GlobalStatus status, boolean refused) {
        return switch (status) {
            case Rollbacking,
                    RollbackRetrying,
                    Rollbacked,
                    TimeoutRollbacking,
                    TimeoutRollbackRetrying,
                    TimeoutRollbacked -> OWN_FAILURE;
            case UnKnown,
                    Begin,
                    Committing,
                    CommitRetrying,
                    AsyncCommitting,
                    Committed,
                    CommitFailed,
                    RollbackFailed,
                    TimeoutRollbackFailed,
                    Finished,
                    CommitRetryTimeout,
                    RollbackRetryTimeout -> WITH_UNKNOWN;
        };
    }

    /** Whether the first answer is the last word. */
    private static boolean decides(GlobalStatus status, boolean refused) {
        return switch (status) {
            case UnKnown, Begin -> false;
            case Committing, CommitRetrying, AsyncCommitting, Committed -> !refused;
            default -> true;
        };
    }

    private static Cell answered(String answer, Answer.Wish wish, GlobalStatus status, boolean refused) {
        Cell cell = answered(
                wish,
                status,
                refused,
                wish == Answer.Wish.COMMIT ? afterCommit(status, refused) : afterRollback(status, refused));
        return new Cell(
                wish, answer, cell.resultCode, cell.script, cell.during, cell.told, cell.asked, cell.refusedWith);
    }

    private static Cell answered(Answer.Wish wish, GlobalStatus status, boolean refused, String told) {
        List<String> asked = decides(status, refused) ? once(wish) : untilTriesAreUsedUp(wish);
        return new Cell(
                wish,
                code(status),
                refused ? "failed" : "success",
                tc -> {
                    if (refused) {
                        fails(tc, wish, refusal(status));
                    } else {
                        answers(tc, wish, status);
                    }
                },
                OutcomeTableTest::lookAtTheXid,
                told,
                asked,
                refused ? status : null);
    }

    private static Cell unnamed(Answer.Wish wish, String told) {
        return new Cell(
                wish,
                "no status",
                "failed",
                tc -> fails(tc, wish, refusal(null)),
                OutcomeTableTest::lookAtTheXid,
                told,
                untilTriesAreUsedUp(wish),
                null);
    }

    private static void commitsWithoutAnAnswer(List<Cell> cells) {
        var commit = Answer.Wish.COMMIT;
        Consumer<ScriptedCoordinator> lostOnce = tc -> fails(tc, commit, LOST);
        cells.add(cell(
                commit,
                "not asked for, since a participant said that it rolls back; then 15 Finished",
                tc -> tc.rollbackAnswers(GlobalStatus.Finished),
                s -> hearOfARollback(),
                FAILED,
                List.of("rollback 1")));
        cells.add(cell(
                commit,
                "not asked for, since it was set to be rolled back here; then 15 Finished",
                tc -> tc.rollbackAnswers(GlobalStatus.Finished),
                s -> {
                    lookAtTheXid(s);
                    GlobalScope.current().setRollbackOnly("credit is used up");
                },
                UNKNOWN,
                List.of("rollback 1")));
        cells.add(cell(
                commit,
                "not asked for, since a participant said that it is rolled back; then 15 Finished",
                tc -> tc.rollbackAnswers(GlobalStatus.Finished),
                s -> hearOfADoneRollback(),
                FAILED,
                List.of("rollback 1")));
        cells.add(cell(
                commit,
                "15 Finished, and our RM had rolled back a branch",
                tc -> answers(tc, commit, GlobalStatus.Finished),
                OutcomeTableTest::rollBackABranch,
                FAILED,
                once(commit)));
        cells.add(cell(
                commit,
                "15 Finished, and our RM had rolled back all branches, since nobody else saw the xid",
                tc -> answers(tc, commit, GlobalStatus.Finished),
                OutcomeTableTest::rollBackAllBranches,
                FAILED,
                once(commit)));
        cells.add(cell(
                commit,
                "15 Finished, and our RM could not roll back a branch",
                tc -> answers(tc, commit, GlobalStatus.Finished),
                OutcomeTableTest::failToRollBackABranch,
                UNKNOWN,
                once(commit)));
        cells.add(cell(
                commit,
                "15 Finished, and our RM had committed a branch",
                tc -> answers(tc, commit, GlobalStatus.Finished),
                OutcomeTableTest::commitABranch,
                UNKNOWN,
                once(commit)));
        cells.add(cell(
                commit,
                "15 Finished, and nobody ever saw the xid",
                tc -> answers(tc, commit, GlobalStatus.Finished),
                s -> {},
                UNKNOWN,
                once(commit)));

        for (var status : GlobalStatus.values()) {
            if (decides(status, false) && status != GlobalStatus.Finished) {
                cells.add(cell(
                        commit,
                        "lost once; the status is then " + code(status),
                        lostOnce.andThen(tc -> tc.statusAnswers(status)),
                        OutcomeTableTest::lookAtTheXid,
                        afterCommit(status, false),
                        List.of("commit 1", "status 1")));
            }
        }
        cells.add(cell(
                commit,
                "lost once; the status is then 0 UnKnown, and the repeated commit is answered 9 Committed",
                lostOnce.andThen(
                        tc -> answers(tc, commit, GlobalStatus.Committed).statusAnswers(GlobalStatus.UnKnown)),
                OutcomeTableTest::lookAtTheXid,
                COMMITTED,
                List.of("commit 1", "status 1", "commit 1")));
        cells.add(cell(
                commit,
                "lost once; the status is then 1 Begin, and the repeated commit is answered 9 Committed",
                lostOnce.andThen(
                        tc -> answers(tc, commit, GlobalStatus.Committed).statusAnswers(GlobalStatus.Begin)),
                OutcomeTableTest::lookAtTheXid,
                COMMITTED,
                List.of("commit 1", "status 1", "commit 1")));
        cells.add(cell(
                commit,
                "lost once; the status is then 15 Finished",
                lostOnce.andThen(tc -> tc.statusAnswers(GlobalStatus.Finished)),
                OutcomeTableTest::lookAtTheXid,
                UNKNOWN,
                List.of("commit 1", "status 1")));
        cells.add(cell(
                commit,
                "lost once; the status is then 15 Finished, and nobody ever saw the xid",
                lostOnce.andThen(tc -> tc.statusAnswers(GlobalStatus.Finished)),
                s -> {},
                COMMITTED,
                List.of("commit 1", "status 1")));
        cells.add(cell(
                commit,
                "lost once; the status is then 15 Finished, and our RM had committed a branch",
                lostOnce.andThen(tc -> tc.statusAnswers(GlobalStatus.Finished)),
                OutcomeTableTest::commitABranch,
                COMMITTED,
                List.of("commit 1", "status 1")));
        cells.add(cell(
                commit,
                "lost once; the status is then 15 Finished, and our RM had rolled back a branch",
                lostOnce.andThen(tc -> tc.statusAnswers(GlobalStatus.Finished)),
                OutcomeTableTest::rollBackABranch,
                FAILED,
                List.of("commit 1", "status 1")));
        cells.add(cell(
                commit,
                "lost once; the status is then 15 Finished, and our RM had rolled back all branches, since nobody else saw"
                        + " the xid",
                lostOnce.andThen(tc -> tc.statusAnswers(GlobalStatus.Finished)),
                OutcomeTableTest::rollBackAllBranches,
                FAILED,
                List.of("commit 1", "status 1")));
        cells.add(cell(
                commit,
                "lost once; the status is then 15 Finished, and our RM could not roll back a branch",
                lostOnce.andThen(tc -> tc.statusAnswers(GlobalStatus.Finished)),
                OutcomeTableTest::failToRollBackABranch,
                UNKNOWN,
                List.of("commit 1", "status 1")));
        cells.add(cell(
                commit,
                "lost once; the status cannot be asked any more",
                lostOnce.andThen(tc -> tc.statusFails(LOST)),
                OutcomeTableTest::lookAtTheXid,
                UNKNOWN,
                List.of("commit 1", "status 1", "status 1", "status 1", "status 1")));
        cells.add(cell(
                commit,
                "lost every time",
                tc -> fails(tc, commit, LOST),
                OutcomeTableTest::lookAtTheXid,
                UNKNOWN,
                untilTriesAreUsedUp(commit)));
        cells.add(cell(
                commit,
                "cannot be written at all",
                tc -> fails(tc, commit, unsendable()),
                OutcomeTableTest::lookAtTheXid,
                FAILED,
                once(commit)));
        cells.add(cell(
                commit,
                "not sent, any time",
                tc -> fails(tc, commit, unreachable()),
                OutcomeTableTest::lookAtTheXid,
                FAILED,
                NOTHING_ARRIVES));
        cells.add(cell(
                commit,
                "not sent once, then 9 Committed",
                tc -> answers(fails(tc, commit, unreachable()), commit, GlobalStatus.Committed),
                OutcomeTableTest::lookAtTheXid,
                COMMITTED,
                List.of("commit 1", "commit 1")));
        cells.add(cell(
                commit,
                "not sent once, then 15 Finished, and our RM had committed a branch",
                tc -> answers(fails(tc, commit, unreachable()), commit, GlobalStatus.Finished),
                OutcomeTableTest::commitABranch,
                UNKNOWN,
                List.of("commit 1", "commit 1")));
    }

    private static void rollbacksWithoutAnAnswer(List<Cell> cells) {
        var rollback = Answer.Wish.ROLLBACK;
        cells.add(cell(
                rollback,
                "15 Finished, and a participant said that it rolls back",
                tc -> answers(tc, rollback, GlobalStatus.Finished),
                s -> hearOfARollback(),
                WITH_UNKNOWN,
                once(rollback)));
        cells.add(cell(
                rollback,
                "15 Finished, and a participant said that it is rolled back",
                tc -> answers(tc, rollback, GlobalStatus.Finished),
                s -> hearOfADoneRollback(),
                OWN_FAILURE,
                once(rollback)));
        cells.add(cell(
                rollback,
                "15 Finished, and our RM had rolled back a branch",
                tc -> answers(tc, rollback, GlobalStatus.Finished),
                OutcomeTableTest::rollBackABranch,
                WITH_UNKNOWN,
                once(rollback)));
        cells.add(cell(
                rollback,
                "15 Finished, and our RM had rolled back all branches, since nobody else saw the xid",
                tc -> answers(tc, rollback, GlobalStatus.Finished),
                OutcomeTableTest::rollBackAllBranches,
                OWN_FAILURE,
                once(rollback)));
        cells.add(cell(
                rollback,
                "15 Finished, and our RM could not roll back a branch",
                tc -> answers(tc, rollback, GlobalStatus.Finished),
                OutcomeTableTest::failToRollBackABranch,
                WITH_UNKNOWN,
                once(rollback)));
        cells.add(cell(
                rollback,
                "15 Finished, and our RM had registered a branch that nobody rolled back",
                tc -> answers(tc, rollback, GlobalStatus.Finished),
                s -> registerABranch(),
                WITH_UNKNOWN,
                once(rollback)));
        cells.add(cell(
                rollback,
                "15 Finished, and nobody ever saw the xid",
                tc -> answers(tc, rollback, GlobalStatus.Finished),
                s -> {},
                OWN_FAILURE,
                once(rollback)));
        for (var status : GlobalStatus.values()) {
            if (decides(status, false) && status != GlobalStatus.Finished) {
                cells.add(cell(
                        rollback,
                        "lost once, then " + code(status),
                        tc -> answers(fails(tc, rollback, LOST), rollback, status),
                        OutcomeTableTest::lookAtTheXid,
                        afterRollback(status, false),
                        List.of("rollback 1", "rollback 1")));
            }
        }
        cells.add(cell(
                rollback,
                "lost once, then 15 Finished",
                tc -> answers(fails(tc, rollback, LOST), rollback, GlobalStatus.Finished),
                OutcomeTableTest::lookAtTheXid,
                WITH_UNKNOWN,
                List.of("rollback 1", "rollback 1")));
        cells.add(cell(
                rollback,
                "lost once, then 15 Finished, and our RM had rolled back a branch",
                tc -> answers(fails(tc, rollback, LOST), rollback, GlobalStatus.Finished),
                OutcomeTableTest::rollBackABranch,
                WITH_UNKNOWN,
                List.of("rollback 1", "rollback 1")));
        cells.add(cell(
                rollback,
                "lost once, then 15 Finished, and our RM had rolled back all branches, since nobody else saw the xid",
                tc -> answers(fails(tc, rollback, LOST), rollback, GlobalStatus.Finished),
                OutcomeTableTest::rollBackAllBranches,
                OWN_FAILURE,
                List.of("rollback 1", "rollback 1")));
        cells.add(cell(
                rollback,
                "lost every time",
                tc -> fails(tc, rollback, LOST),
                OutcomeTableTest::lookAtTheXid,
                WITH_UNKNOWN,
                untilTriesAreUsedUp(rollback)));
        cells.add(cell(
                rollback,
                "not sent, any time",
                tc -> fails(tc, rollback, unreachable()),
                OutcomeTableTest::lookAtTheXid,
                WITH_FAILED,
                NOTHING_ARRIVES));
        cells.add(cell(
                rollback,
                "cannot be written at all",
                tc -> fails(tc, rollback, unsendable()),
                OutcomeTableTest::lookAtTheXid,
                WITH_FAILED,
                once(rollback)));
    }

    private static Cell cell(
            Answer.Wish wish,
            String answer,
            Consumer<ScriptedCoordinator> script,
            Consumer<Situation> during,
            String told,
            List<String> asked) {
        return new Cell(wish, answer, "", script, during, told, asked, null);
    }

    // ---- running one

    private static String told(Cell cell, ScriptedCoordinator coordinator) {
        cell.script.accept(coordinator);
        var options =
                TmOptions.builder("shop", "default_tx_group").lazyBegin(false).build();
        var transactions = new GlobalTransactions(coordinator, options, new VirtualTime().repetition(options));
        var situation = new Situation(transactions, transactions.witnessedBy(new Obedient()));
        var failure = new IllegalStateException("no stock");
        try {
            new GlobalTransactionTemplate(transactions).execute(GlobalTransactionDefinition.named("buy"), () -> {
                cell.during.accept(situation);
                if (cell.wish == Answer.Wish.ROLLBACK) {
                    throw failure;
                }
                return null;
            });
            return COMMITTED;
        } catch (IllegalStateException thrown) {
            assertThat(thrown).isSameAs(failure);
            return thrown.getSuppressed().length == 0
                    ? OWN_FAILURE
                    : OWN_FAILURE + ", with `"
                            + thrown.getSuppressed()[0].getClass().getSimpleName() + "` added";
        } catch (GlobalTransactionException thrown) {
            assertThat(thrown.getMessage()).contains("10.0.0.1:8091:1");
            return "`" + thrown.getClass().getSimpleName() + "`";
        }
    }

    private static void lookAtTheXid(Situation situation) {
        assertThat(RootContext.getXID()).isNotNull();
        assertThat(situation.transactions.running()).hasSize(1);
    }

    private static void hearOfARollback() {
        assertThat(XidPropagation.outgoing()).isNotNull();
        XidPropagation.answered("no credit");
    }

    private static void hearOfADoneRollback() {
        OutgoingCall.ofThread()
                .answered(
                        Map.of(
                                XidPropagation.ROLLBACK_ONLY_HEADER,
                                "no credit",
                                XidPropagation.ROLLED_BACK_HEADER,
                                "true")::get);
    }

    private static void commitABranch(Situation situation) {
        try {
            assertThat(situation.rm.branchCommit(BranchType.AT, RootContext.getXID(), 1, "jdbc:h2:mem:a", null))
                    .isEqualTo(BranchStatus.PhaseTwo_Committed);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void rollBackABranch(Situation situation) {
        lookAtTheXid(situation);
        rollBackAllBranches(situation);
    }

    private static void rollBackAllBranches(Situation situation) {
        assertThat(rollBack(situation, registerABranch(), "jdbc:h2:mem:a")).isEqualTo(BranchStatus.PhaseTwo_Rollbacked);
    }

    private static void failToRollBackABranch(Situation situation) {
        assertThat(rollBack(situation, registerABranch(), DIRTY))
                .isEqualTo(BranchStatus.PhaseTwo_RollbackFailed_Unretryable);
    }

    /** As the RM of this process does it. */
    private static String registerABranch() {
        var scope = GlobalScope.current();
        String xid = scope.forBranches().xid();
        scope.forBranches().registered(1);
        return xid;
    }

    private static BranchStatus rollBack(Situation situation, String xid, String resourceId) {
        try {
            return situation.rm.branchRollback(BranchType.AT, xid, 1, resourceId, null);
        } catch (TransactionException e) {
            throw new AssertionError(e);
        }
    }

    /** An RM that does as it is told, but for one resource. */
    private static final class Obedient implements ResourceManagerInbound {

        @Override
        public BranchStatus branchCommit(BranchType type, String xid, long branchId, String resourceId, String data) {
            return BranchStatus.PhaseTwo_Committed;
        }

        @Override
        public BranchStatus branchRollback(BranchType type, String xid, long branchId, String resourceId, String data) {
            return resourceId.equals(DIRTY)
                    ? BranchStatus.PhaseTwo_RollbackFailed_Unretryable
                    : BranchStatus.PhaseTwo_Rollbacked;
        }
    }

    private static ScriptedCoordinator answers(ScriptedCoordinator tc, Answer.Wish wish, GlobalStatus status) {
        return wish == Answer.Wish.COMMIT ? tc.commitAnswers(status) : tc.rollbackAnswers(status);
    }

    private static ScriptedCoordinator fails(ScriptedCoordinator tc, Answer.Wish wish, Exception exception) {
        return wish == Answer.Wish.COMMIT ? tc.commitFails(exception) : tc.rollbackFails(exception);
    }

    private static List<String> once(Answer.Wish wish) {
        return List.of(wish == Answer.Wish.COMMIT ? "commit 1" : "rollback 1");
    }

    private static List<String> untilTriesAreUsedUp(Answer.Wish wish) {
        return wish == Answer.Wish.COMMIT
                ? List.of(
                        "commit 1",
                        "status 1",
                        "commit 1",
                        "status 1",
                        "commit 1",
                        "status 1",
                        "commit 1",
                        "status 1",
                        "commit 1")
                : List.of("rollback 1", "rollback 1", "rollback 1", "rollback 1", "rollback 1");
    }

    private static TcRefusedException refusal(@Nullable GlobalStatus status) {
        return new TcRefusedException(TransactionExceptionCode.FailedStore, "store is down", status);
    }

    private static UnsendableRequestException unsendable() {
        return new UnsendableRequestException("xid too long", new IllegalArgumentException());
    }

    private static TcUnreachableException unreachable() {
        return new TcUnreachableException("no TC", null);
    }

    private static String code(GlobalStatus status) {
        return status.getCode() + " " + status;
    }

    private static String inWords(List<String> asked) {
        if (asked.isEmpty()) {
            return "nothing arrives; tried until the time is used up";
        }
        String words = String.join(", ", asked).replace(" 1", "");
        return asked.size() < 5
                ? words
                : asked.get(0).replace(" 1", "") + ", " + asked.get(1).replace(" 1", "")
                        + " and so on, until tries or time are used up";
    }

    private static List<String> documented() throws IOException {
        var lines = Files.readAllLines(Path.of("..", "docs", "delivery.md"));
        int begin = lines.indexOf(TABLE_BEGIN);
        int end = lines.indexOf(TABLE_END);
        return begin < 0 || end < 0 ? List.of() : lines.subList(begin + 1, end);
    }
}
