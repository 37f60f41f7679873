package dev.lockstep.rpc.codec;

import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.protocol.ResultCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the enumerations. Reading never fails: a TC newer than seata-core 2.0.0 sends numbers its enums do not
 * know.
 */
final class Codes {

    /**
     * TC 2.0.0 inserted NotRaftLeader at 19, which moved LockKeyConflictFailFast and all after it up by one (measured on
     * TC 1.5 to 2.2). The enums of seata-core 2.0.0 number as TC 2.0 does.
     */
    private static final int FIRST_SHIFTED_EXCEPTION_CODE = TransactionExceptionCode.NotRaftLeader.ordinal();

    /** Of TC 2.5, unknown to seata-core 2.0.0 (class GlobalStatus of 2.5.0). */
    private static final int STOP_COMMIT_OR_COMMIT_RETRY = 19;

    private static final int STOP_ROLLBACK_OR_ROLLBACK_RETRY = 20;

    // By number, as their own look-ups find them; those copy all values for each number.

    private static final List<TransactionExceptionCode> EXCEPTION_CODES = List.of(TransactionExceptionCode.values());

    private static final List<GlobalStatus> GLOBAL_STATUSES = List.of(GlobalStatus.values());

    private static final List<BranchStatus> BRANCH_STATUSES = List.of(BranchStatus.values());

    private static final List<BranchType> BRANCH_TYPES = List.of(BranchType.values());

    private Codes() {}

    static TransactionExceptionCode readExceptionCode(int code, TcVersion peer) {
        var number = code >= FIRST_SHIFTED_EXCEPTION_CODE && peer.isBefore(2, 0) ? code + 1 : code;
        return number >= 0 && number < EXCEPTION_CODES.size()
                ? EXCEPTION_CODES.get(number)
                : TransactionExceptionCode.Unknown;
    }

    static int exceptionCode(@Nullable TransactionExceptionCode code, TcVersion peer) {
        if (code == null) {
            return TransactionExceptionCode.Unknown.ordinal();
        }
        if (code.ordinal() < FIRST_SHIFTED_EXCEPTION_CODE || !peer.isBefore(2, 0)) {
            return code.ordinal();
        }
        return code == TransactionExceptionCode.NotRaftLeader
                ? TransactionExceptionCode.Unknown.ordinal()
                : code.ordinal() - 1;
    }

    /** Success only for 1; a number that is neither 0 nor 1 is read as failed, the answer that claims less. */
    static ResultCode readResultCode(int code) {
        return code == ResultCode.Success.ordinal() ? ResultCode.Success : ResultCode.Failed;
    }

    static GlobalStatus readGlobalStatus(int code) {
        if (code == STOP_COMMIT_OR_COMMIT_RETRY) {
            return GlobalStatus.CommitRetrying;
        }
        if (code == STOP_ROLLBACK_OR_ROLLBACK_RETRY) {
            return GlobalStatus.RollbackRetrying;
        }
        return code >= 0 && code <= GlobalStatus.RollbackRetryTimeout.getCode()
                ? GLOBAL_STATUSES.get(code)
                : GlobalStatus.UnKnown;
    }

    static BranchStatus readBranchStatus(int code) {
        return code >= 0 && code <= BranchStatus.PhaseTwo_RollbackFailed_XAER_NOTA_Retryable.getCode()
                ? BRANCH_STATUSES.get(code)
                : BranchStatus.Unknown;
    }

    /**
     * The number of a branch status, or of its nearest relative if this TC does not know it: a TC before 1.5 cannot decode
     * the two XAER_NOTA statuses, waits 30 s and forgets the RM's registration (measured on TC 1.4.2).
     */
    static int branchStatus(BranchStatus status, TcVersion peer) {
        if (peer.isBefore(1, 5)) {
            if (status == BranchStatus.PhaseTwo_CommitFailed_XAER_NOTA_Retryable) {
                return BranchStatus.PhaseTwo_CommitFailed_Retryable.getCode();
            }
            if (status == BranchStatus.PhaseTwo_RollbackFailed_XAER_NOTA_Retryable) {
                return BranchStatus.PhaseTwo_RollbackFailed_Retryable.getCode();
            }
        }
        return status.getCode();
    }

    /** The type, or null for one that seata-core 2.0.0 does not know (SAGA_ANNOTATION of TC 2.3). */
    static @Nullable BranchType readBranchType(int code) {
        return code >= 0 && code < BRANCH_TYPES.size() ? BRANCH_TYPES.get(code) : null;
    }
}
