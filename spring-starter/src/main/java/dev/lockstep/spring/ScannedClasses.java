package dev.lockstep.spring;

import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * Which classes may carry annotations that count, by {@code seata.scan-packages} and {@code seata.excludes-for-scanning}.
 * Left alone by the proxy creator, as {@link AnnotatedClasses} is. Thread-safe.
 */
final class ScannedClasses implements Predicate<Class<?>>, AopInfrastructureBean {

    private static final Bindable<Set<String>> NAMES = Bindable.setOf(String.class);

    private final Set<String> packages;
    /** Found out at the first question, when the bean definitions are complete. */
    private final SingletonSupplier<Set<Class<?>>> excluded;

    ScannedClasses(Environment environment, BeanFactory beanFactory) {
        Binder properties = Binder.get(environment);
        this.packages = properties.bind("seata.scan-packages", NAMES).orElse(Set.of());
        Set<String> beans =
                properties.bind("seata.excludes-for-scanning", NAMES).orElse(Set.of());
        this.excluded = SingletonSupplier.of(() -> beans.stream()
                .filter(beanFactory::containsBean)
                .map(bean -> beanFactory.getType(bean, false))
                .filter(type -> type != null)
                .map(ClassUtils::getUserClass)
                .collect(Collectors.toUnmodifiableSet()));
    }

    @Override
    public boolean test(Class<?> type) {
        Class<?> userClass = ClassUtils.getUserClass(type);
        return (packages.isEmpty() || packages.stream().anyMatch(root -> isIn(userClass, root)))
                && !excluded.obtain().contains(userClass);
    }

    private static boolean isIn(Class<?> type, String root) {
        return type.getPackageName().equals(root) || type.getPackageName().startsWith(root + ".");
    }
}
