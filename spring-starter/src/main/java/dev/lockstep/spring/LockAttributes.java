package dev.lockstep.spring;

import dev.lockstep.tm.GlobalLock;
import dev.lockstep.tm.LockRetryLimits;
import java.lang.reflect.AnnotatedElement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/**
 * What is written on a method or class: the attributes of {@link GlobalLock}, or of the annotation of that name of the
 * official client, known by name.
 *
 * @param limits null for the RM's setting
 */
record LockAttributes(@Nullable LockRetryLimits limits) {

    private static final List<String> ANNOTATIONS = List.of(
            GlobalLock.class.getName(),
            "io.seata.spring.annotation.GlobalLock",
            "org.apache.seata.spring.annotation.GlobalLock");

    /** The annotations by their class names. */
    static Stream<String> annotations() {
        return ANNOTATIONS.stream();
    }

    /** Null if the element carries none. */
    static @Nullable LockAttributes of(AnnotatedElement element) {
        MergedAnnotations annotations = MergedAnnotations.from(element, SearchStrategy.TYPE_HIERARCHY);
        for (String name : ANNOTATIONS) {
            MergedAnnotation<?> annotation = annotations.get(name);
            if (annotation.isPresent()) {
                return of(annotation.getInt("lockRetryInterval"), annotation.getInt("lockRetryTimes"));
            }
        }
        return null;
    }

    private static LockAttributes of(int intervalMills, int times) {
        Duration interval = intervalMills > 0 ? Duration.ofMillis(intervalMills) : null;
        Integer tries = times >= 0 ? times : null;
        return new LockAttributes(interval == null && tries == null ? null : new LockRetryLimits(interval, tries));
    }
}
