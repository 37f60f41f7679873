package dev.lockstep.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Makes Spring Boot print what is wrong with properties or annotations in place of a stack trace. */
final class SeataConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<SeataConfigurationException> {

    /** Called by Spring Boot, named in {@code META-INF/spring.factories}. */
    SeataConfigurationFailureAnalyzer() {}

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, SeataConfigurationException cause) {
        return new FailureAnalysis(cause.problem(), cause.remedy(), cause);
    }
}
