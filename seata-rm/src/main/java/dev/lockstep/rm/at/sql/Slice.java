package dev.lockstep.rm.at.sql;

/**
 * A stretch of the original statement, byte for byte, with the parameters that stand in it. Immutable.
 *
 * @param text the stretch, without the blanks around it
 * @param firstParameter JDBC index (from 1) of the first {@code ?} in it; meaningless when there is none
 * @param parameterCount how many parameters stand in it
 */
public record Slice(String text, int firstParameter, int parameterCount) {

    public boolean hasParameters() {
        return parameterCount > 0;
    }
}
