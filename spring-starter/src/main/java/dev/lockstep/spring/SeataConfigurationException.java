package dev.lockstep.spring;

/**
 * The application asks for something that cannot be served, by its {@code seata.*} properties or by an annotation, so its
 * start-up ends. {@link SeataConfigurationFailureAnalyzer} prints problem and remedy apart.
 */
public final class SeataConfigurationException extends RuntimeException {

    private final String problem;
    private final String remedy;

    /**
     * @param problem what was found and why it cannot stand, with names and values
     * @param remedy what to write instead, ready to copy
     */
    SeataConfigurationException(String problem, String remedy) {
        super(problem + " " + remedy);
        this.problem = problem;
        this.remedy = remedy;
    }

    String problem() {
        return problem;
    }

    String remedy() {
        return remedy;
    }
}
