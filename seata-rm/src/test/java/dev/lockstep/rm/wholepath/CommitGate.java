package dev.lockstep.rm.wholepath;

import dev.lockstep.port.BeginAhead;
import dev.lockstep.rpc.SeataRpcClient;
import io.seata.core.exception.TransactionException;
import io.seata.core.model.GlobalStatus;
import io.seata.core.model.TransactionManager;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Lets a test act while no global commit is on its way to the TC or being answered. Thread-safe. */
final class CommitGate {

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);

    /** Runs the act when the commits on their way are answered; new ones wait until it is done. */
    void whileNoneIsOnItsWay(Runnable act) {
        lock.writeLock().lock();
        try {
            act.run();
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** The same way to the TC, whose commits pass the gate. */
    TransactionManager before(SeataRpcClient tc) {
        return new Gated(tc);
    }

    private final class Gated implements TransactionManager, BeginAhead {

        private final SeataRpcClient tc;

        Gated(SeataRpcClient tc) {
            this.tc = tc;
        }

        @Override
        public String begin(String applicationId, String group, String name, int timeout) throws TransactionException {
            return tc.begin(applicationId, group, name, timeout);
        }

        @Override
        public CompletableFuture<String> beginAhead(String applicationId, String group, String name, int timeout) {
            return tc.beginAhead(applicationId, group, name, timeout);
        }

        @Override
        public CompletableFuture<GlobalStatus> rollbackUnused(String xid) {
            return tc.rollbackUnused(xid);
        }

        @Override
        public GlobalStatus commit(String xid) throws TransactionException {
            lock.readLock().lock();
            try {
                return tc.commit(xid);
            } finally {
                lock.readLock().unlock();
            }
        }

        @Override
        public GlobalStatus rollback(String xid) throws TransactionException {
            return tc.rollback(xid);
        }

        @Override
        public GlobalStatus getStatus(String xid) throws TransactionException {
            return tc.getStatus(xid);
        }

        @Override
        public GlobalStatus globalReport(String xid, GlobalStatus status) throws TransactionException {
            return tc.globalReport(xid, status);
        }
    }
}
