package dev.lockstep.spring;

import dev.lockstep.tm.GlobalTransactional;
import dev.lockstep.tm.LockRetryLimits;
import dev.lockstep.tm.Propagation;
import dev.lockstep.tm.RollbackRules;
import java.lang.reflect.AnnotatedElement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * What is written on a method or class: the attributes of {@link GlobalTransactional}, or of the annotation of that name of
 * the official client. The official ones are known by name and read by attribute, so none of their classes has to be there.
 * Ours goes before theirs where an element carries both.
 *
 * @param name blank where none is given
 * @param timeout null for the TM's default
 * @param lockRetry null for the RM's setting
 */
record TransactionalAttributes(
        String name,
        @Nullable Duration timeout,
        Propagation propagation,
        RollbackRules rollbackRules,
        @Nullable LockRetryLimits lockRetry) {

    private static final String OURS = GlobalTransactional.class.getName();

    private static final List<String> OFFICIAL = List.of(
            "io.seata.spring.annotation.GlobalTransactional", "org.apache.seata.spring.annotation.GlobalTransactional");

    /** The default in the official annotation, which the official client cannot tell from a 60000 that was written. */
    private static final int OFFICIAL_DEFAULT_TIMEOUT_MILLS = 60_000;

    /** The annotations by their class names. */
    static Stream<String> annotations() {
        return Stream.concat(Stream.of(OURS), OFFICIAL.stream());
    }

    /**
     * Reads the annotation of an element, also one that it inherits or that stands on another annotation of it.
     *
     * @return null if it carries none
     */
    static @Nullable TransactionalAttributes of(AnnotatedElement element) {
        MergedAnnotations annotations = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
        MergedAnnotation<?> ours = annotations.get(OURS);
        if (ours.isPresent()) {
            return ours(ours);
        }
        for (String name : OFFICIAL) {
            MergedAnnotation<?> official = annotations.get(name);
            if (official.isPresent()) {
                return official(official);
            }
        }
        return null;
    }

    private static TransactionalAttributes ours(MergedAnnotation<?> annotation) {
        int timeoutMills = annotation.getInt("timeoutMills");
        int interval = annotation.getInt("lockRetryInterval");
        int times = annotation.getInt("lockRetryTimes");
        return new TransactionalAttributes(
                annotation.getString("name"),
                timeoutMills == 0 ? null : Duration.ofMillis(timeoutMills),
                annotation.getEnum("propagation", Propagation.class),
                rollbackRules(annotation),
                lockRetry(interval == 0 ? null : interval, times == -1 ? null : times));
    }

    /** Values that the official client takes for absent are absent here too. */
    private static TransactionalAttributes official(MergedAnnotation<?> annotation) {
        int timeoutMills = annotation.getInt("timeoutMills");
        int times = annotation.getInt("lockRetryTimes");
        return new TransactionalAttributes(
                annotation.getString("name"),
                timeoutMills <= 0 || timeoutMills == OFFICIAL_DEFAULT_TIMEOUT_MILLS
                        ? null
                        : Duration.ofMillis(timeoutMills),
                annotation
                        .getValue("propagation")
                        .map(constant -> Propagation.valueOf(((Enum<?>) constant).name()))
                        .orElse(Propagation.REQUIRED),
                rollbackRules(annotation),
                lockRetry(officialInterval(annotation), times < 0 ? null : times));
    }

    private static @Nullable Integer officialInterval(MergedAnnotation<?> annotation) {
        return Stream.of("lockRetryInterval", "lockRetryInternal") // the second an older, misspelt name of the first
                .flatMap(attribute -> annotation.getValue(attribute, Integer.class).stream())
                .filter(interval -> interval > 0)
                .findFirst()
                .orElse(null);
    }

    private static RollbackRules rollbackRules(MergedAnnotation<?> annotation) {
        return RollbackRules.ofClasses(
                        List.of(annotation.getClassArray("rollbackFor")),
                        List.of(annotation.getClassArray("noRollbackFor")))
                .and(RollbackRules.of(
                        List.of(annotation.getStringArray("rollbackForClassName")),
                        List.of(annotation.getStringArray("noRollbackForClassName"))));
    }

    private static @Nullable LockRetryLimits lockRetry(@Nullable Integer intervalMills, @Nullable Integer times) {
        Duration interval = intervalMills == null ? null : Duration.ofMillis(intervalMills);
        return interval == null && times == null ? null : new LockRetryLimits(interval, times);
    }
}
