package dev.lockstep.rm.at;

final class UndoLogCreationTest extends UndoLogCreationContract {

    UndoLogCreationTest() {
        super(Rigs.onH2());
    }
}
