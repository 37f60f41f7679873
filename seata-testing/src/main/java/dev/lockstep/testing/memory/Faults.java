package dev.lockstep.testing.memory;

import dev.lockstep.port.AnswerLostException;
import dev.lockstep.port.TcRefusedException;
import dev.lockstep.port.TcUnreachableException;
import io.seata.core.exception.TransactionException;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.GlobalStatus;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong between the clients and the coordinator, planned by a test. Each plan is for the next call of its kind, by
 * whichever client; several plans for one kind come about one after the other.
 *
 * <p>Thread-safe.
 */
public final class Faults {

    private final Map<CoordinatorCall, Queue<Fault>> planned = new EnumMap<>(CoordinatorCall.class);
    private volatile boolean reachable = true;

    Faults() {
        for (CoordinatorCall call : CoordinatorCall.values()) {
            planned.put(call, new ConcurrentLinkedQueue<>());
        }
    }

    /** The next such call is executed, and its answer never arrives. */
    public void loseAnswer(CoordinatorCall call) {
        plan(call, execution -> {
            try {
                execution.run();
            } catch (TcRefusedException refusalThatIsLostToo) {
                throw lost(call, refusalThatIsLostToo);
            }
            throw lost(call, null);
        });
    }

    /** The next such call is lost on its way: not executed, which its caller cannot know. */
    public void loseRequest(CoordinatorCall call) {
        plan(call, execution -> {
            throw lost(call, null);
        });
    }

    /** The next such call is not executed but answered "failed". */
    public void refuse(CoordinatorCall call, TransactionExceptionCode code, @Nullable GlobalStatus globalStatus) {
        plan(call, execution -> {
            throw new TcRefusedException(code, call + " was refused, as planned by the test.", globalStatus);
        });
    }

    /** The next such call finds no coordinator: nothing is sent. */
    public void makeUnreachable(CoordinatorCall call) {
        plan(call, execution -> {
            throw unreachable(call);
        });
    }

    /** Whether calls reach the coordinator at all. While they do not, it also tells no branch anything. */
    public void setReachable(boolean reachable) {
        this.reachable = reachable;
    }

    /** Forgets all plans and makes the coordinator reachable. */
    public void clear() {
        planned.values().forEach(Queue::clear);
        reachable = true;
    }

    boolean isReachable() {
        return reachable;
    }

    /** Makes the call, with whatever is planned for it. */
    <T> T apply(CoordinatorCall call, Execution<T> execution) throws TransactionException {
        if (!reachable) {
            throw unreachable(call);
        }
        Fault fault = queue(call).poll();
        if (fault != null) {
            fault.strike(execution);
        }
        return execution.run();
    }

    private void plan(CoordinatorCall call, Fault fault) {
        queue(call).add(fault);
    }

    private Queue<Fault> queue(CoordinatorCall call) {
        Queue<Fault> queue = planned.get(call);
        if (queue == null) {
            throw new IllegalArgumentException("no such call: " + call);
        }
        return queue;
    }

    private static AnswerLostException lost(CoordinatorCall call, @Nullable Throwable cause) {
        return new AnswerLostException(call + ": the answer was lost, as planned by the test.", cause);
    }

    private static TcUnreachableException unreachable(CoordinatorCall call) {
        return new TcUnreachableException(call + ": no coordinator could be reached, as planned by the test.", null);
    }

    @FunctionalInterface
    interface Execution<T> {
        T run() throws TransactionException;
    }

    /** Always throws. */
    @FunctionalInterface
    private interface Fault {
        void strike(Execution<?> execution) throws TransactionException;
    }
}
