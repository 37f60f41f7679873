package dev.lockstep.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ProcessCostTest {

    @Test
    void work_costs_the_cpu_time_that_its_thread_has_spent() {
        var before = ProcessCost.ofThisProcess();
        var threads = ManagementFactory.getThreadMXBean();
        var begun = threads.getCurrentThreadCpuTime();
        var spent = 0L;
        while (spent < Duration.ofMillis(200).toNanos()) {
            spent = threads.getCurrentThreadCpuTime() - begun;
        }

        var cost = ProcessCost.ofThisProcess().since(before);

        // Ticks of 10 ms at both ends; the exact figure may lag by what the kernel has not booked yet.
        assertThat(cost.cpuMillis()).isGreaterThanOrEqualTo(180);
        assertThat(cost.threadNanos())
                .isGreaterThanOrEqualTo(Duration.ofMillis(180).toNanos());
    }

    @Test
    void the_jit_compilers_part_is_known_by_its_threads() {
        var spent = ProcessCost.ofThisProcess();

        assertThat(spent.compilerMillis())
                .isPositive()
                .isLessThan(Duration.ofNanos(spent.threadNanos()).toMillis());
    }

    @Test
    void a_tree_costs_what_its_root_and_its_ended_children_have_cost() throws Exception {
        var self = ProcessHandle.current().pid();
        var treeBefore = ProcessCost.cpuMillisOfTree(self);
        var ownBefore = ProcessCost.ofThisProcess().cpuMillis();
        // The kernel ends it when it has used one second, give or take.
        var child = new ProcessBuilder("sh", "-c", "ulimit -t 1; while :; do :; done").start();
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

        var own = ProcessCost.ofThisProcess().cpuMillis() - ownBefore;
        assertThat(ProcessCost.cpuMillisOfTree(self) - treeBefore - own).isGreaterThanOrEqualTo(500);
    }

    @Test
    void a_process_can_be_read_while_its_threads_come_and_go() throws Exception {
        var over = new AtomicBoolean();
        var churn = new Thread(() -> {
            while (!over.get()) {
                var shortLived = new Thread(() -> {});
                shortLived.start();
            }
        });
        churn.start();
        try {
            for (var i = 0; i < 1_000; i++) {
                assertThat(ProcessCost.ofThisProcess().threadNanos()).isPositive();
            }
        } finally {
            over.set(true);
            churn.join();
        }
    }

    @Test
    void a_thread_that_ended_meanwhile_takes_nothing_away() {
        var busy = new ProcessCost.ThreadCost(5_000, 50, false);
        var before = new ProcessCost(10, Map.of("1", busy, "2", busy), 0);
        var after = new ProcessCost(20, Map.of("2", new ProcessCost.ThreadCost(6_000, 51, false)), 0);

        var spent = after.since(before);

        assertThat(spent.threadNanos()).isEqualTo(1_000);
        assertThat(spent.switches()).isEqualTo(1);
        assertThat(spent.cpuMillis()).isEqualTo(10);
    }
}
