package dev.lockstep.tm;

import dev.lockstep.port.BeginAhead;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.TransactionManager;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A TC that answers what was sent ahead when the test says so, and everything else at once. Remembers what it was asked. */
final class HeldCoordinator implements TransactionManager, BeginAhead {

    final List<String> asked = new CopyOnWriteArrayList<>();
    /** The answers to the begins, oldest first; the test completes them. */
    final List<CompletableFuture<String>> begins = new CopyOnWriteArrayList<>();
    /** The answers to the rollbacks of what was not needed. */
    final List<CompletableFuture<GlobalStatus>> unused = new CopyOnWriteArrayList<>();

    @Override
    public CompletableFuture<String> beginAhead(String applicationId, String group, String name, int timeoutMillis) {
        asked.add("begin " + name + " ahead");
        var answer = new CompletableFuture<String>();
        begins.add(answer);
        return answer;
    }

    @Override
    public CompletableFuture<GlobalStatus> rollbackUnused(String xid) {
        asked.add("rollback " + xid + " unused");
        var answer = new CompletableFuture<GlobalStatus>();
        unused.add(answer);
        return answer;
    }

    @Override
    public String begin(String applicationId, String group, String name, int timeoutMillis) {
        asked.add("begin " + name);
        return "tc:1:now";
    }

    @Override
    public GlobalStatus commit(String xid) {
        asked.add("commit " + xid);
        return GlobalStatus.Committed;
    }

    @Override
    public GlobalStatus rollback(String xid) {
        asked.add("rollback " + xid);
        return GlobalStatus.Rollbacked;
    }

    @Override
    public GlobalStatus getStatus(String xid) {
        throw new AssertionError("not expected");
    }

    @Override
    public GlobalStatus globalReport(String xid, GlobalStatus status) {
        throw new AssertionError("not expected");
    }
}
