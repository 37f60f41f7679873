package dev.lockstep.rpc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.seata.core.exception.TransactionExceptionCode;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.BranchRollbackResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of enumerations, as TCs of different versions mean them. */
class CodesTest {

    @ParameterizedTest
    @CsvSource({
        "1.8.0, 19, LockKeyConflictFailFast",
        "1.8.0, 20, TransactionTimeout",
        "1.8.0, 22, Broken",
        "2.0.0, 19, NotRaftLeader",
        "2.0.0, 20, LockKeyConflictFailFast",
        "2.2.0, 23, Broken",
        "1.4.2, 18, FailedStore",
        "2.0.0, 18, FailedStore",
        "2.5.0, 77, Unknown",
        "2.0.0, -1, Unknown",
        "1.8.0, 23, Unknown",
    })
    void exception_code_is_read_by_the_version_of_the_tc(String version, int code, TransactionExceptionCode meaning) {
        assertThat(Codes.readExceptionCode(code, TcVersion.parse(version))).isEqualTo(meaning);
    }

    @ParameterizedTest
    @EnumSource(TransactionExceptionCode.class)
    void exception_code_is_written_as_the_tc_reads_it(TransactionExceptionCode code) {
        for (var version : new String[] {"1.8.0", "2.0.0"}) {
            var peer = TcVersion.parse(version);
            var expected = code == TransactionExceptionCode.NotRaftLeader && version.equals("1.8.0")
                    ? TransactionExceptionCode.Unknown
                    : code;
            assertThat(Codes.readExceptionCode(Codes.exceptionCode(code, peer), peer))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "18, UnKnown",
        "19, CommitRetrying",
        "20, RollbackRetrying",
        "21, UnKnown",
        "-1, UnKnown",
        "9, Committed"
    })
    void global_status_newer_than_the_enum_is_read_as_its_nearest_relative(int code, GlobalStatus meaning) {
        assertThat(Codes.readGlobalStatus(code)).isEqualTo(meaning);
    }

    @ParameterizedTest
    @EnumSource(GlobalStatus.class)
    void every_known_global_status_is_read_as_itself(GlobalStatus status) {
        assertThat(Codes.readGlobalStatus(status.getCode())).isEqualTo(status);
    }

    @ParameterizedTest
    @EnumSource(BranchStatus.class)
    void every_known_branch_status_is_read_as_itself(BranchStatus status) {
        assertThat(Codes.readBranchStatus(Codes.branchStatus(status, TcVersion.parse("1.5.0"))))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(ints = {13, 14, 127, -1})
    void unknown_branch_status_is_read_as_unknown(int code) {
        assertThat(Codes.readBranchStatus(code)).isEqualTo(BranchStatus.Unknown);
    }

    @Test
    void tc_1_4_is_never_sent_a_status_it_cannot_decode() {
        var old = TcVersion.parse("1.4.2");
        assertThat(Codes.branchStatus(BranchStatus.PhaseTwo_CommitFailed_XAER_NOTA_Retryable, old))
                .isEqualTo(6);
        assertThat(Codes.branchStatus(BranchStatus.PhaseTwo_RollbackFailed_XAER_NOTA_Retryable, old))
                .isEqualTo(9);

        var response = new BranchRollbackResponse();
        response.setResultCode(ResultCode.Success);
        response.setBranchStatus(BranchStatus.PhaseTwo_RollbackFailed_XAER_NOTA_Retryable);
        var out = Unpooled.buffer();
        MessageTypes.write(out, response, old);
        assertThat(out.getByte(out.writerIndex() - 1)).isEqualTo((byte) 9);
    }

    @Test
    void unknown_branch_type_and_result_code_do_not_break_decoding() {
        assertThat(Codes.readBranchType(4)).isNull();
        assertThat(Codes.readBranchType(3)).isEqualTo(BranchType.XA);
        assertThat(Codes.readResultCode(7)).isEqualTo(ResultCode.Failed);
    }

    @ParameterizedTest
    @CsvSource({"1.4.2, true", "1.5.0-SNAPSHOT, false", "2.0, false", "abc, false", "'', false"})
    void version_that_cannot_be_read_counts_as_the_newest(String text, boolean isBefore15) {
        assertThat(TcVersion.parse(text).isBefore(1, 5)).isEqualTo(isBefore15);
    }

    @ParameterizedTest
    @CsvSource({
        "1.4.2, true",
        "1.5.0, true",
        "1.5.1, true",
        "1.5.2, false",
        "1.6.0, false",
        "1.6.1, false",
        "1.7.0, true",
        "2.0.0, true",
        "2.5, true"
    })
    void merged_requests_are_for_those_who_answer_them_wholly(String version, boolean wholly) {
        assertThat(TcVersion.parse(version).answersMergedRequestsWholly()).isEqualTo(wholly);
    }
}
