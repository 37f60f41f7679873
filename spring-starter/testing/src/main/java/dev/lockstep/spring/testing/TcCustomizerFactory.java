package dev.lockstep.spring.testing;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Sees {@link WithTc} on a test class. Made by Spring's test framework. */
final class TcCustomizerFactory implements ContextCustomizerFactory {

    @Override
    public @Nullable ContextCustomizer createContextCustomizer(
            Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
        WithTc wanted = TestContextAnnotationUtils.findMergedAnnotation(testClass, WithTc.class);
        if (wanted == null) {
            return null;
        }
        return wanted.value().equals(WithTc.IN_MEMORY)
                ? new InMemoryTcCustomizer()
                : new RealTcCustomizer(wanted.value());
    }
}
