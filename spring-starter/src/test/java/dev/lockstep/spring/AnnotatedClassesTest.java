package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tm.GlobalTransactional;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cglib.proxy.Enhancer;
import org.springframework.cglib.proxy.NoOp;
import org.springframework.util.ReflectionUtils;

class AnnotatedClassesTest {

    private final AnnotatedClasses annotated = new AnnotatedClasses(Set.of(GlobalTransactional.class.getName()));

    @GlobalTransactional
    static class OnTheClass {}

    static class OnAMethod {
        @GlobalTransactional
        void place() {}
    }

    static class OnAPrivateMethod {
        @GlobalTransactional
        private void place() {}
    }

    interface Contract {
        @GlobalTransactional
        void place();
    }

    interface FurtherContract extends Contract {}

    static class OfAContract implements FurtherContract {
        @Override
        public void place() {}
    }

    static class Inherited extends OfAContract {}

    @GlobalTransactional(name = "composed")
    @Retention(RetentionPolicy.RUNTIME)
    @interface Composed {}

    @Composed
    @Retention(RetentionPolicy.RUNTIME)
    @interface ComposedTwice {}

    static class OnAnAnnotation {
        @ComposedTwice
        public void place() {}
    }

    static class OfAPart<T> {
        @GlobalTransactional
        public void place(T order) {}
    }

    static class OfAWhole extends OfAPart<String> {
        @Override
        public void place(String order) {}
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                OnTheClass.class,
                OnAMethod.class,
                OnAPrivateMethod.class,
                Contract.class,
                OfAContract.class,
                Inherited.class,
                OnAnAnnotation.class,
                OfAWhole.class
            })
    void a_class_with_the_annotation_anywhere_is_found(Class<?> type) {
        assertThat(annotated.test(type)).isTrue();
        assertThat(annotated.test(type)).isTrue();
    }

    @Test
    void a_class_that_spring_makes_of_an_annotated_one_is_found() {
        assertThat(annotated.test(
                        Enhancer.create(OnAMethod.class, NoOp.INSTANCE).getClass()))
                .isTrue();
    }

    @Marker
    static class WithOthers {
        @Deprecated
        @Marker
        void place() {}
    }

    /** On itself, as annotations may be. */
    @Marker
    @Retention(RetentionPolicy.RUNTIME)
    @interface Marker {}

    @ParameterizedTest
    @ValueSource(classes = {Object.class, String.class, ArrayList.class, WithOthers.class, AnnotatedClassesTest.class})
    void other_classes_are_not(Class<?> type) {
        assertThat(annotated.test(type)).isFalse();
        assertThat(annotated.test(type)).isFalse();
    }

    /** What is passed over must be what the search would find nothing on, for every bean of an application. */
    @Test
    void nothing_that_a_search_method_by_method_finds_is_passed_over() {
        ApplicationContextRunner runner = Contexts.on(new RecordingCoordinator())
                .withBean(OnTheClass.class)
                .withBean(OfAWhole.class)
                .withBean(OnAnAnnotation.class);
        runner.run(context -> {
            var passedOver = new ArrayList<Class<?>>();
            for (String name : context.getBeanDefinitionNames()) {
                Class<?> type = context.getType(name);
                if (type != null && !annotated.test(type)) {
                    passedOver.add(type);
                    assertThat(methods(type).filter(method -> isFoundOn(method, type)))
                            .as(type.getName())
                            .isEmpty();
                }
            }
            assertThat(passedOver).hasSizeGreaterThan(20);
        });
    }

    private static Stream<Method> methods(Class<?> type) {
        return Stream.of(ReflectionUtils.getAllDeclaredMethods(type));
    }

    private static boolean isFoundOn(Method method, Class<?> type) {
        return AnnotationSearch.nearest(TransactionalAttributes::of, method, method, type) != null;
    }
}
