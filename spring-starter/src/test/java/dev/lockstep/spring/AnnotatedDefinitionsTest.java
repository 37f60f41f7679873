package dev.lockstep.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tm.GlobalTransactionDefinition;
import dev.lockstep.tm.GlobalTransactional;
import dev.lockstep.tm.LockRetryLimits;
import dev.lockstep.tm.Propagation;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.annotation.AliasFor;
import org.springframework.http.ResponseEntity;
import org.springframework.scheduling.annotation.Async;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.WebAsyncTask;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import reactor.core.publisher.Mono;

class AnnotatedDefinitionsTest {

    private final AnnotatedDefinitions definitions = new AnnotatedDefinitions();

    static class Shop {
        @GlobalTransactional(
                name = "place-order",
                timeoutMills = 5000,
                propagation = Propagation.REQUIRES_NEW,
                noRollbackFor = IllegalStateException.class,
                rollbackForClassName = "IOException",
                lockRetryInterval = 20,
                lockRetryTimes = 3)
        public void everything() {}

        @GlobalTransactional
        public void defaults(String article, int count) {}

        @GlobalTransactional(timeoutMills = -1)
        public void negativeTimeout() {}

        public void plain() {}
    }

    @Test
    void every_attribute_reaches_the_definition() {
        GlobalTransactionDefinition definition = found(Shop.class, Shop.class, "everything");

        assertThat(definition.name()).isEqualTo("place-order");
        assertThat(definition.timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(definition.propagation()).isEqualTo(Propagation.REQUIRES_NEW);
        assertThat(definition.rollbackRules().rollsBackOn(new IllegalStateException()))
                .isFalse();
        assertThat(definition.rollbackRules().rollsBackOn(new IOException())).isTrue();
        assertThat(definition.lockRetry()).isEqualTo(new LockRetryLimits(Duration.ofMillis(20), 3));
    }

    @Test
    void a_bare_annotation_leaves_everything_to_the_settings_and_takes_its_name_from_the_method() {
        GlobalTransactionDefinition definition = found(Shop.class, Shop.class, "defaults");

        assertThat(definition.name()).isEqualTo("Shop.defaults(String, int)");
        assertThat(definition.timeout()).isNull();
        assertThat(definition.lockRetry()).isNull();
        assertThat(definition.rollbackRules().rollsBackOn(new IOException())).isTrue();
    }

    @Test
    void a_method_without_annotation_is_left_alone() {
        assertThat(find(Shop.class, Shop.class, "plain")).isNull();
    }

    @Test
    void the_definition_of_a_method_is_made_once() {
        assertThat(found(Shop.class, Shop.class, "defaults")).isSameAs(found(Shop.class, Shop.class, "defaults"));
    }

    @Test
    void a_timeout_that_cannot_be_is_refused() {
        assertThatThrownBy(() -> find(Shop.class, Shop.class, "negativeTimeout"))
                .hasMessageContaining("at least 1 ms");
    }

    @GlobalTransactional(name = "of-class")
    static class Annotated {
        @GlobalTransactional(name = "of-method")
        public void own() {}

        public void inherited() {}

        void invisible() {}

        @Override
        public String toString() {
            return "annotated";
        }
    }

    static class AnnotatedBelow extends Annotated {
        @Override
        public void own() {
            super.own();
        }
    }

    @Test
    void the_annotation_of_the_method_goes_before_that_of_the_class() {
        assertThat(found(Annotated.class, Annotated.class, "own").name()).isEqualTo("of-method");
        assertThat(found(Annotated.class, Annotated.class, "inherited").name()).isEqualTo("of-class");
    }

    @Test
    void the_annotation_of_a_class_speaks_of_public_methods_and_not_of_those_of_object() {
        assertThat(find(Annotated.class, Annotated.class, "invisible")).isNull();
        assertThat(find(Annotated.class, Annotated.class, "toString")).isNull();
    }

    @Test
    void annotations_of_a_super_class_hold_for_its_sub_class() {
        assertThat(found(Annotated.class, AnnotatedBelow.class, "own").name()).isEqualTo("of-method");
        assertThat(found(Annotated.class, AnnotatedBelow.class, "inherited").name())
                .isEqualTo("of-class");
    }

    interface Contract<T> {
        @GlobalTransactional(name = "of-interface-method")
        void work(T argument);
    }

    static class Implementation implements Contract<String> {
        @Override
        public void work(String argument) {}
    }

    @GlobalTransactional(name = "of-interface")
    interface AnnotatedContract {
        void work();
    }

    static class ImplementationOfAnnotated implements AnnotatedContract {
        @Override
        public void work() {}
    }

    @Test
    void the_annotation_of_an_interface_method_is_found_from_the_interface_and_from_the_class() {
        assertThat(found(Contract.class, Implementation.class, "work").name()).isEqualTo("of-interface-method");
        assertThat(definitions.find(realMethod(Implementation.class, "work"), Implementation.class))
                .isNotNull();
    }

    @Test
    void the_annotation_of_an_interface_speaks_of_its_methods() {
        assertThat(found(AnnotatedContract.class, ImplementationOfAnnotated.class, "work")
                        .name())
                .isEqualTo("of-interface");
    }

    interface Handler<T> {
        void handle(T argument);
    }

    static class StringHandler implements Handler<String> {
        @Override
        @GlobalTransactional(name = "behind-the-bridge")
        public void handle(String argument) {}
    }

    @Test
    void a_bridge_method_counts_as_the_method_it_leads_to() {
        Method bridge = Arrays.stream(StringHandler.class.getDeclaredMethods())
                .filter(Method::isBridge)
                .findFirst()
                .orElseThrow();

        GlobalTransactionDefinition definition = definitions.find(bridge, StringHandler.class);

        assertThat(definition).isNotNull();
        assertThat(definition.name()).isEqualTo("behind-the-bridge");
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @GlobalTransactional(timeoutMills = 1000)
    @interface Quick {
        @AliasFor(annotation = GlobalTransactional.class, attribute = "name")
        String value();
    }

    static class Composed {
        @Quick("quick")
        public void quick() {}
    }

    @Test
    void a_composed_annotation_is_read_with_its_aliases() {
        GlobalTransactionDefinition definition = found(Composed.class, Composed.class, "quick");

        assertThat(definition.name()).isEqualTo("quick");
        assertThat(definition.timeout()).isEqualTo(Duration.ofSeconds(1));
    }

    private GlobalTransactionDefinition found(Class<?> declaring, Class<?> target, String method) {
        GlobalTransactionDefinition definition = find(declaring, target, method);
        assertThat(definition).as("definition of " + target + "." + method).isNotNull();
        return definition;
    }

    private @Nullable GlobalTransactionDefinition find(Class<?> declaring, Class<?> target, String method) {
        return definitions.find(realMethod(declaring, method), target);
    }

    private static Method realMethod(Class<?> declaring, String name) {
        return Arrays.stream(declaring.getDeclaredMethods())
                .filter(method -> method.getName().equals(name) && !method.isBridge())
                .findFirst()
                .orElseThrow();
    }

    static class Asynchronous {
        @GlobalTransactional
        public CompletableFuture<String> future() {
            return new CompletableFuture<>();
        }

        @GlobalTransactional
        public Flow.Publisher<String> publisher() {
            return subscriber -> {};
        }

        @GlobalTransactional
        public Mono<String> mono() {
            return Mono.empty();
        }

        @GlobalTransactional(propagation = Propagation.NOT_SUPPORTED)
        public CompletableFuture<String> outside() {
            return new CompletableFuture<>();
        }

        @Async
        @GlobalTransactional
        public CompletableFuture<String> runElsewhereBySpring() {
            return CompletableFuture.completedFuture("done");
        }

        @GlobalTransactional
        public Callable<String> aValueLikeAnyOther() {
            return () -> "later";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"future", "publisher", "mono"})
    void a_method_that_returns_before_its_work_is_done_is_refused(String name) {
        assertThatThrownBy(() -> find(Asynchronous.class, Asynchronous.class, name))
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("Asynchronous." + name)
                .hasMessageContaining("before its work is done")
                .hasMessageContaining("NOT_SUPPORTED");
    }

    /** What Spring MVC runs when the handler has returned. */
    @RestController
    @GlobalTransactional
    static class Handlers {
        public Callable<String> callable() {
            return () -> "later";
        }

        public WebAsyncTask<String> task() {
            return new WebAsyncTask<>(() -> "later");
        }

        public StreamingResponseBody body() {
            return out -> {};
        }

        public SseEmitter events() {
            return new SseEmitter();
        }

        public ResponseEntity<StreamingResponseBody> entity() {
            return ResponseEntity.ok(out -> {});
        }

        public ResponseEntity<List<String>> whole() {
            return ResponseEntity.ok(List.of());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"callable", "task", "body", "events", "entity"})
    void a_handler_whose_work_is_done_later_is_refused(String name) {
        assertThatThrownBy(() -> find(Handlers.class, Handlers.class, name))
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("Handlers." + name)
                .hasMessageContaining("before its work is done");
    }

    abstract static class Generic<T> {
        @GlobalTransactional
        public abstract T handle();
    }

    static class OfMono extends Generic<Mono<String>> {
        @Override
        public Mono<String> handle() {
            return Mono.empty();
        }
    }

    static class OfText extends Generic<String> {
        @Override
        public String handle() {
            return "done";
        }
    }

    @Test
    void what_a_generic_method_returns_is_what_its_class_says() {
        assertThatThrownBy(() -> find(Generic.class, OfMono.class, "handle"))
                .isInstanceOf(SeataConfigurationException.class)
                .hasMessageContaining("Mono");
        assertThat(find(Generic.class, OfText.class, "handle")).isNotNull();
    }

    @Test
    void a_handler_that_returns_its_answer_is_taken() {
        assertThat(find(Handlers.class, Handlers.class, "whole")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"outside", "runElsewhereBySpring", "aValueLikeAnyOther"})
    void a_method_whose_work_is_done_when_it_returns_is_taken(String name) {
        assertThat(find(Asynchronous.class, Asynchronous.class, name)).isNotNull();
    }
}
