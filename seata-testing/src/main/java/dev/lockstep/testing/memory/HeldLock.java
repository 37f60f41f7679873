package dev.lockstep.testing.memory;

/** A row and the branch that holds it. */
public record HeldLock(RowKey row, String xid, long branchId) {}
