package dev.lockstep.rpc.pool;

/**
 * How little is to be said for sending something to a node that may go elsewhere too; the least of all nodes is taken.
 *
 * @param doubt what is held against the node
 * @param weight which of two nodes with the same doubt is better, the smaller
 */
record Reluctance(Doubt doubt, long weight) {

    /** From none to the gravest. */
    enum Doubt {
        NONE,
        /** It has been silent for a moment longer than usual. */
        HESITATES,
        /** Of a raft cluster, and not its leader. */
        FOLLOWS,
        /** It has been silent for so long that it may be dead. */
        SILENT,
        SET_ASIDE
    }

    boolean isLessThan(Reluctance other) {
        var difference = doubt.compareTo(other.doubt);
        return difference < 0 || (difference == 0 && weight < other.weight);
    }
}
