package dev.lockstep.tm;

/** What guarded code does with the global transaction that its thread may already work for. */
public enum Propagation {

    /** Joins the global transaction of the thread; begins one if there is none. The default. */
    REQUIRED(Step.JOIN, Step.LAUNCH),

    /** Begins one of its own. That of the thread is set aside meanwhile: the two know nothing of each other. */
    REQUIRES_NEW(Step.LAUNCH, Step.LAUNCH),

    /** Runs without one. That of the thread is set aside meanwhile; a {@link GlobalLock} around it holds again. */
    NOT_SUPPORTED(Step.SUSPEND, Step.PASS),

    /** Joins the global transaction of the thread; runs without one if there is none. */
    SUPPORTS(Step.JOIN, Step.PASS),

    /** Must not run inside a global transaction. */
    NEVER(Step.REFUSE, Step.PASS),

    /** Must run inside a global transaction that somebody else began. */
    MANDATORY(Step.JOIN, Step.REFUSE);

    /** What {@link GlobalTransactionTemplate} does. */
    enum Step {
        /** Begin a global transaction and end it. */
        LAUNCH,
        /** Take part in the one of the thread. */
        JOIN,
        /** Set the one of the thread aside while the code runs. */
        SUSPEND,
        /** Just run: there is none. */
        PASS,
        /** Do not run. */
        REFUSE
    }

    private final Step inside;
    private final Step outside;

    Propagation(Step inside, Step outside) {
        this.inside = inside;
        this.outside = outside;
    }

    Step step(boolean insideGlobalTransaction) {
        return insideGlobalTransaction ? inside : outside;
    }
}
