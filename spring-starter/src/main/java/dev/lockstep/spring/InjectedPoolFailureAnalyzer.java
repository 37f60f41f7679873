package dev.lockstep.spring;

import dev.lockstep.rm.at.AtDataSource;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanNotOfRequiredTypeException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;

/**
 * Says what to write where a bean wants a data source by the class of its pool and is given what is around the pool. Spring's own
 * words name the two classes only.
 */
final class InjectedPoolFailureAnalyzer implements FailureAnalyzer {

    /** Called by Spring Boot, named in {@code META-INF/spring.factories}. */
    InjectedPoolFailureAnalyzer() {}

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(100)
                .filter(InjectedPoolFailureAnalyzer::isMissingClass)
                .findFirst()
                .map(InjectedPoolFailureAnalyzer::analysis)
                .orElse(null);
    }

    /** At a point of injection, or where a method of a configuration class calls the one that makes the data source. */
    private static boolean isMissingClass(Throwable cause) {
        if (cause instanceof BeanNotOfRequiredTypeException mismatch) {
            return mismatch.getActualType() == AtDataSource.class || mismatch.getActualType() == RoutingGuard.class;
        }
        String message = cause.getMessage();
        return cause instanceof IllegalStateException
                && message != null
                && message.contains("called as bean reference")
                && message.contains("[" + AtDataSource.class.getName() + "]");
    }

    private static FailureAnalysis analysis(Throwable cause) {
        boolean routing = cause instanceof BeanNotOfRequiredTypeException mismatch
                && mismatch.getActualType() == RoutingGuard.class;
        return new FailureAnalysis(
                "A DataSource that takes part in global transactions is wanted by its own class, and can be injected as a"
                        + " javax.sql.DataSource only: " + cause.getMessage() + ".",
                routing
                        ? "Inject it as a DataSource, or make its class and its methods open to subclasses: one that is final"
                                + " cannot be kept."
                        : "Inject it as a DataSource; unwrap(...) gives the pool for its figures and settings, not for"
                                + " connections: what is written through those is not undone. Or keep the class of the pool by"
                                + "\n\n    seata.use-jdk-proxy=false\n\n"
                                + "with which Boot cannot read the figures of the pool from it.",
                cause);
    }
}
