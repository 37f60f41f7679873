package dev.lockstep.spring;

import org.jspecify.annotations.Nullable;

/**
 * The application asks for something that cannot be served, by its properties, its databases or an annotation, so its
 * start-up ends. {@link SeataConfigurationFailureAnalyzer} prints problem and remedy apart.
 */
public final class SeataConfigurationException extends RuntimeException {

    private final String problem;
    private final String remedy;

    /**
     * @param problem what was found and why it cannot stand, with names and values
     * @param remedy what to write instead, ready to copy
     */
    public SeataConfigurationException(String problem, String remedy) {
        this(problem, remedy, null);
    }

    SeataConfigurationException(String problem, String remedy, @Nullable Throwable cause) {
        super(problem + " " + remedy, cause);
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
