package dev.lockstep.tm;

import io.seata.core.exception.TransactionException;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.TransactionManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A TC that answers what the test wrote down, in order, and remembers what it was asked. Not thread-safe. */
final class ScriptedCoordinator implements TransactionManager {

    /** One answer: a status to return or an exception to throw. */
    private record Answer(GlobalStatus status, Throwable exception) {}

    final List<String> asked = new ArrayList<>();
    private final Deque<Answer> commits = new ArrayDeque<>();
    private final Deque<Answer> rollbacks = new ArrayDeque<>();
    private final Deque<Answer> statuses = new ArrayDeque<>();
    private TransactionException beginTrouble;
    private int begun;

    ScriptedCoordinator commitAnswers(GlobalStatus status) {
        commits.add(new Answer(status, null));
        return this;
    }

    ScriptedCoordinator commitFails(Throwable exception) {
        commits.add(new Answer(null, exception));
        return this;
    }

    ScriptedCoordinator rollbackAnswers(GlobalStatus status) {
        rollbacks.add(new Answer(status, null));
        return this;
    }

    ScriptedCoordinator rollbackFails(Throwable exception) {
        rollbacks.add(new Answer(null, exception));
        return this;
    }

    ScriptedCoordinator statusAnswers(GlobalStatus status) {
        statuses.add(new Answer(status, null));
        return this;
    }

    ScriptedCoordinator statusFails(Throwable exception) {
        statuses.add(new Answer(null, exception));
        return this;
    }

    ScriptedCoordinator beginFails(TransactionException exception) {
        beginTrouble = exception;
        return this;
    }

    @Override
    public String begin(String applicationId, String group, String name, int timeoutMillis)
            throws TransactionException {
        asked.add("begin " + name + " " + timeoutMillis);
        if (beginTrouble != null) {
            throw beginTrouble;
        }
        return "10.0.0.1:8091:" + ++begun;
    }

    @Override
    public GlobalStatus commit(String xid) throws TransactionException {
        asked.add("commit " + number(xid));
        return next(commits, GlobalStatus.Committed);
    }

    @Override
    public GlobalStatus rollback(String xid) throws TransactionException {
        asked.add("rollback " + number(xid));
        return next(rollbacks, GlobalStatus.Rollbacked);
    }

    @Override
    public GlobalStatus getStatus(String xid) throws TransactionException {
        asked.add("status " + number(xid));
        return next(statuses, GlobalStatus.Begin);
    }

    @Override
    public GlobalStatus globalReport(String xid, GlobalStatus status) {
        throw new AssertionError("not expected");
    }

    /** The last answer written down is repeated for ever. */
    private static GlobalStatus next(Deque<Answer> answers, GlobalStatus otherwise) throws TransactionException {
        Answer answer = answers.size() > 1 ? answers.poll() : answers.peek();
        if (answer == null) {
            return otherwise;
        }
        if (answer.exception instanceof TransactionException told) {
            throw told;
        }
        if (answer.exception instanceof RuntimeException fault) {
            throw fault;
        }
        if (answer.exception instanceof Error broken) {
            throw broken;
        }
        return answer.status;
    }

    private static String number(String xid) {
        return xid.substring(xid.lastIndexOf(':') + 1);
    }
}
