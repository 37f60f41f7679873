package dev.lockstep.rpc.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.rpc.codec.Frame;
import dev.lockstep.rpc.codec.FrameEncoder;
import dev.lockstep.rpc.codec.FrameType;
import dev.lockstep.rpc.codec.TcVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.seata.core.model.BranchStatus;
import io.seata.core.model.BranchType;
import io.seata.core.model.GlobalStatus;
import io.seata.core.protocol.AbstractMessage;
import io.seata.core.protocol.AbstractResultMessage;
import io.seata.core.protocol.BatchResultMessage;
import io.seata.core.protocol.MergeResultMessage;
import io.seata.core.protocol.ResultCode;
import io.seata.core.protocol.transaction.AbstractTransactionResponse;
import io.seata.core.protocol.transaction.BranchCommitRequest;
import io.seata.core.protocol.transaction.BranchReportRequest;
import io.seata.core.protocol.transaction.BranchReportResponse;
import io.seata.core.protocol.transaction.GlobalCommitResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Falsified answers to a connection that waits for some: whatever comes, no error of our own closes it, each request ends once,
 * and nothing is kept of those that have.
 */
class HostileAnswersTest {

    private static final int CONNECTIONS = 500 * Integer.getInteger("lockstep.random.factor", 1);
    private static final int FRAMES = 12;

    @Test
    @Tag("fuzz")
    void falsified_answers_end_requests_or_the_connection_and_nothing_else() {
        var seed = Long.getLong("lockstep.seed", System.nanoTime());
        System.out.println("HostileAnswersTest: " + CONNECTIONS + " connections, seed " + seed);
        var random = new SplittableRandom(seed);
        for (var i = 0; i < CONNECTIONS; i++) {
            var connection = new FuzzedConnection();
            connection.fuzz(random, "seed " + seed + ", connection " + i);
        }
    }

    private static final class FuzzedConnection extends OneChannel {

        void fuzz(SplittableRandom random, String name) {
            var requests = List.of(channel.send(begin("a"), TIMEOUT), channel.send(begin("b"), TIMEOUT));
            for (var branchId = 1; branchId <= REPORT_BATCH; branchId++) {
                channel.report(report(branchId), false);
            }
            wire.runPendingTasks();

            for (var i = 0; i < FRAMES && channel.isActive(); i++) {
                var bytes = ByteBufUtil.getBytes(encoded(answer(random)));
                if (random.nextInt(3) == 0) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                wire.writeInbound(Unpooled.wrappedBuffer(bytes));
                wire.runPendingTasks();
                wire.checkException();
            }
            channel.close("the test ends it");
            wire.runPendingTasks();

            assertThat(upward).as(name).noneMatch(event -> event.contains("error of our own"));
            assertThat(requests).as(name).allMatch(request -> request.isDone());
            assertThat(channel.inFlight()).as(name).isZero();
            assertThat(events.seen.stream().filter(event -> event.equals("answered") || event.equals("lost")))
                    .as(name + ": two requests and a batch of reports")
                    .hasSize(2 + REPORT_BATCH);
            close_the_wire();
        }

        /** Ids of requests, of their merged frame, and of nobody; types that fit and that do not. */
        private static Frame answer(SplittableRandom random) {
            var id = FIRST_ID - 1 + random.nextInt(2 + REPORT_BATCH + 3);
            var type = random.nextInt(20) == 0 ? FrameType.REQUEST : FrameType.RESPONSE;
            return new Frame(type, id, body(random));
        }

        private static AbstractMessage body(SplittableRandom random) {
            switch (random.nextInt(5)) {
                case 0:
                    return begun("x");
                case 1:
                    var merged = new MergeResultMessage();
                    merged.setMsgs(results(random).toArray(AbstractResultMessage[]::new));
                    return merged;
                case 2:
                    var batch = new BatchResultMessage();
                    batch.setResultMessages(results(random));
                    batch.setMsgIds(batch.getResultMessages().stream()
                            .map(result -> FIRST_ID + random.nextInt(2 + REPORT_BATCH))
                            .toList());
                    return batch;
                case 3:
                    var command = new BranchCommitRequest();
                    command.setBranchType(BranchType.AT);
                    return command;
                default:
                    return success(new BranchReportResponse());
            }
        }

        private static List<AbstractResultMessage> results(SplittableRandom random) {
            var results = new ArrayList<AbstractResultMessage>();
            for (var count = random.nextInt(REPORT_BATCH + 2); count > 0; count--) {
                var commit = success(new GlobalCommitResponse());
                commit.setGlobalStatus(GlobalStatus.Committed);
                results.add(random.nextInt(4) == 0 ? commit : success(new BranchReportResponse()));
            }
            return results;
        }

        private static <R extends AbstractTransactionResponse> R success(R response) {
            response.setResultCode(ResultCode.Success);
            return response;
        }

        private static ByteBuf encoded(Frame frame) {
            var bytes = Unpooled.buffer();
            FrameEncoder.encode(bytes, frame, TcVersion.UNKNOWN);
            return bytes;
        }

        private static BranchReportRequest report(long branchId) {
            var request = new BranchReportRequest();
            request.setBranchType(BranchType.AT);
            request.setXid("tc:8091:1");
            request.setBranchId(branchId);
            request.setStatus(BranchStatus.PhaseOne_Done);
            return request;
        }
    }
}
