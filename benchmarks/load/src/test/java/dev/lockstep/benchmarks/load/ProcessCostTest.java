package dev.lockstep.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
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
}
