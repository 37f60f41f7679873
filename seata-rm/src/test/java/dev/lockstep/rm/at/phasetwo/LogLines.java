package dev.lockstep.rm.at.phasetwo;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What a class logs about one thing, whatever other tests have it log at the same time. */
final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger;
    private final String about;
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Error> failure = new AtomicReference<>();
    private volatile boolean failed;

    private LogLines(Logger logger, String about) {
        this.logger = logger;
        this.about = about;
    }

    /** @param about a text that stands in those lines and in no others */
    static LogLines of(Class<?> owner, String about) {
        LogLines lines = new LogLines((Logger) LoggerFactory.getLogger(owner), about);
        lines.start();
        lines.logger.addAppender(lines);
        return lines;
    }

    /** Whoever logs the next line meets this. */
    void failOnce(Error error) {
        failure.set(error);
    }

    boolean hasFailed() {
        return failed;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getFormattedMessage().contains(about)) {
            events.add(event);
            Error error = failure.getAndSet(null);
            if (error != null) {
                failed = true;
                throw error;
            }
        }
    }

    List<ILoggingEvent> events() {
        return events;
    }

    List<String> warnings() {
        return events.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** Warnings that carry a stack trace. */
    long stackTraces() {
        return events.stream()
                .filter(event -> event.getLevel() == Level.WARN && event.getThrowableProxy() != null)
                .count();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
    }
}
