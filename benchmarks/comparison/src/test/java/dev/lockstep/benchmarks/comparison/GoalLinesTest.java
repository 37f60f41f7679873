package dev.lockstep.benchmarks.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.benchmarks.comparison.GoalLine.Column;
import dev.lockstep.benchmarks.load.Round;
import dev.lockstep.benchmarks.load.RoundResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GoalLinesTest {

    private final Standings standings = new Standings();

    @Test
    void a_goal_is_reached_when_ours_is_faster_by_both_factors() {
        single("lockstep", 6_000);
        single("official", 1_000);
        single("official-single", 2_000);

        assertThat(line("single, 64").verdict()).isEqualTo(Verdict.REACHED);
    }

    @Test
    void between_floor_and_goal_lies_the_floor() {
        single("lockstep", 4_500);
        single("official", 1_000);
        single("official-single", 2_000);

        assertThat(line("single, 64").verdict()).isEqualTo(Verdict.FLOOR);
    }

    @Test
    void one_factor_below_its_floor_misses_the_goal() {
        single("lockstep", 6_000);
        single("official", 1_000);
        single("official-single", 4_000);

        var line = line("single, 64");

        assertThat(line.verdict()).isEqualTo(Verdict.MISSED);
        assertThat(line.median(Column.TIMES_DEFAULTS)).contains(6.0);
        assertThat(line.median(Column.TIMES_BEST)).contains(1.5);
    }

    @Test
    void what_was_not_measured_is_neither_reached_nor_missed() {
        single("lockstep", 6_000);

        assertThat(line("single, 64").verdict()).isEqualTo(Verdict.NOT_MEASURED);
        assertThat(line("order, 64").verdict()).isEqualTo(Verdict.NOT_MEASURED);
    }

    @Test
    void reports_cost_what_throughput_lacks_beside_the_same_client_without_them() {
        single("lockstep", 5_000);
        single("lockstep+reports", 4_800);

        var line = line("branch reports on");

        assertThat(line.median(Column.OURS).orElseThrow()).isBetween(3.99, 4.01);
        assertThat(line.verdict()).isEqualTo(Verdict.REACHED);
    }

    @Test
    void a_transaction_costs_what_client_tc_and_database_spend_on_it() {
        turn("lockstep", GoalBouts.SINGLE_64, 1_000, Map.of());
        turn("official", GoalBouts.SINGLE_64, 1_000, Map.of(RoundResult.DATABASE_CPU_MILLIS, 300.0));

        var line = line("single, 64 threads, CPU of all processes");

        assertThat(line.median(Column.OURS)).contains(200.0);
        assertThat(line.median(Column.DEFAULTS)).contains(500.0);
        assertThat(line.median(Column.TIMES_DEFAULTS)).contains(0.4);
    }

    @Test
    void a_read_that_sends_frames_misses_the_goal() {
        turn("lockstep", GoalBouts.READ_ONLY, 1_000, Map.of(RoundResult.COUNTER + "frames", 10.0));

        assertThat(line("read-only, 16 threads, frames/tx").verdict()).isEqualTo(Verdict.MISSED);
    }

    @Test
    void empty_transactions_that_begin_are_judged_beside_bare_frames_and_told_beside_callers_that_block() {
        turn("lockstep-ports", GoalBouts.EMPTY, 7_000, Map.of());
        turn("bare", GoalBouts.EMPTY, 10_000, Map.of());
        turn("parked", GoalBouts.EMPTY, 7_000, Map.of());
        turn("lockstep", GoalBouts.EMPTY, 90_000, Map.of());
        turn("official", GoalBouts.EMPTY, 6_000, Map.of());

        var line = line("empty, told to begin");

        assertThat(line.verdict()).isEqualTo(Verdict.MISSED);
        assertThat(line.median(Column.OURS)).contains(7_000.0);
        assertThat(line.median(Column.TIMES_DEFAULTS)).isEmpty();
        assertThat(line.goal())
                .isEqualTo("at least 85 % of bare: 70 %; callers that block reach 70 % of bare, ours 100 % of them");
    }

    @Test
    void empty_transactions_as_a_user_makes_them_have_a_line_of_their_own() {
        turn("lockstep", GoalBouts.EMPTY, 90_000, Map.of());
        turn("bare", GoalBouts.EMPTY, 10_000, Map.of());
        turn("official", GoalBouts.EMPTY, 6_000, Map.of());

        var line = line("empty through the template, where nothing is sent");

        assertThat(line.verdict()).isEqualTo(Verdict.REACHED);
        assertThat(line.goal()).isEqualTo("at least 85 % of bare: 900 %");
        assertThat(line.median(Column.TIMES_DEFAULTS)).contains(15.0);
        assertThat(line("empty, told to begin").verdict()).isEqualTo(Verdict.NOT_MEASURED);
    }

    @Test
    void throughput_is_of_the_window_and_cost_of_the_whole_turn() {
        turn("lockstep", GoalBouts.SINGLE_64, 1_000, Map.of(RoundResult.TRANSACTIONS, 2_000.0));
        turn("official", GoalBouts.SINGLE_64, 500, Map.of(RoundResult.TRANSACTIONS, 1_000.0));

        assertThat(line("single, 64 threads, tx/s").median(Column.OURS)).contains(1_000.0);
        assertThat(line("single: client CPU").median(Column.OURS)).contains(50.0);
        assertThat(line("single: client CPU").median(Column.DEFAULTS)).contains(100.0);
    }

    @Test
    void the_report_holds_every_line_and_what_went_wrong() {
        single("lockstep", 6_000);
        single("official", 1_000);
        single("official-single", 2_000);
        var lines = GoalLines.inMemory(standings);

        var report = new GoalReport(List.of("some machine"), lines, List.of("a transaction failed"));

        assertThat(report.markdown())
                .contains("some machine")
                .contains("Not to be used")
                .contains("6x and 3x");
        lines.forEach(line -> assertThat(report.markdown()).contains("| " + line.title() + " |"));
        assertThat(report.csv()).contains("\"single, 64 threads, tx/s\",\"ours / best\",3.0,3.0,3.0,yes");
        assertThat(report.plot()).contains("single, 64 threads").doesNotContain("read-only");
    }

    private GoalLine line(String beginning) {
        return GoalLines.inMemory(standings).stream()
                .filter(line -> line.title().startsWith(beginning))
                .findFirst()
                .orElseThrow();
    }

    private void single(String client, double perSecond) {
        turn(client, GoalBouts.SINGLE_64, perSecond, Map.of());
    }

    private void turn(String client, Cell cell, double perSecond, Map<String, Double> more) {
        Map<String, Double> values = new HashMap<>(Map.of(
                RoundResult.TRANSACTIONS,
                perSecond,
                RoundResult.IN_WINDOW,
                perSecond,
                RoundResult.WINDOW_SECONDS,
                1.0,
                RoundResult.FAILURES,
                0.0,
                RoundResult.CPU_MILLIS,
                100.0,
                RoundResult.TC_CPU_MILLIS,
                100.0,
                RoundResult.ALLOCATED_BYTES,
                1e6,
                RoundResult.P50_MICROS,
                300.0,
                RoundResult.COUNTER + "frames",
                0.0));
        values.putAll(more);
        var round = new Round(cell.workload(), cell.callers(), Duration.ofSeconds(1));
        standings.add(new Turn(client, round, 1, new RoundResult(values, "")));
    }
}
