package dev.lockstep.samples.demo;

import java.util.ArrayList;
import java.util.List;

/**
 * One order as it was seen: the world before it, while its global transaction was open, and after it.
 *
 * @param amount how many bikes were ordered
 * @param total what they cost
 * @param httpStatus what the order service answered
 */
record Act(int amount, int total, int httpStatus, Snapshot before, Snapshot during, Snapshot after) {

    /** What is wrong if this order was to be committed; empty when all is well. */
    List<String> problemsOfCommit() {
        var problems = new Problems();
        problems.require("the order service answered", 201, httpStatus);
        requirePhaseOne(problems);
        problems.require("stock after the commit", before.available() - amount, after.available());
        problems.require(
                "number of orders after the commit",
                before.orders().size() + 1,
                after.orders().size());
        problems.require(
                "orders without a total after the commit",
                0L,
                after.orders().stream().filter(order -> order.endsWith("open")).count());
        problems.require("credit after the commit", before.credit() - total, after.credit());
        requireSettled(problems);
        return problems.found();
    }

    /** What is wrong if this order was to be refused and rolled back; empty when all is well. */
    List<String> problemsOfRollback() {
        var problems = new Problems();
        problems.require("the order service answered", 409, httpStatus);
        requirePhaseOne(problems);
        problems.require("stock after the rollback", before.available(), after.available());
        problems.require("orders after the rollback", before.orders(), after.orders());
        problems.require("credit after the rollback", before.credit(), after.credit());
        requireSettled(problems);
        return problems.found();
    }

    /** Without this, a run in which nothing was ever written would pass for a rollback. */
    private void requirePhaseOne(Problems problems) {
        problems.require("stock after phase one", before.available() - amount, during.available());
        problems.require(
                "number of orders after phase one",
                before.orders().size() + 1,
                during.orders().size());
        problems.require("undo rows of the order service after phase one", 1, during.undoRowsOfOrder());
        problems.require("undo rows of the stock service after phase one", 1, during.undoRowsOfStock());
        problems.require(
                "number of global locks after phase one", 2, during.locks().size());
    }

    private void requireSettled(Problems problems) {
        problems.require("undo rows of the order service in the end", 0, after.undoRowsOfOrder());
        problems.require("undo rows of the stock service in the end", 0, after.undoRowsOfStock());
        problems.require("global locks in the end", List.of(), after.locks());
    }

    private static final class Problems {
        private final List<String> found = new ArrayList<>();

        void require(String what, Object expected, Object actual) {
            if (!expected.equals(actual)) {
                found.add(what + ": expected " + expected + ", found " + actual);
            }
        }

        List<String> found() {
            return List.copyOf(found);
        }
    }
}
