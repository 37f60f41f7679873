package dev.lockstep.spring;

import java.net.URL;
import java.security.CodeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.util.ClassUtils;

/**
 * Ends the start of an application that the official client would start in as well: both would begin global transactions for
 * the same methods and wrap the same data sources. Runs before any bean is made, so that client has not connected yet. One
 * whose auto-configuration is excluded does no harm and is left alone.
 */
final class OfficialClientCheck implements BeanFactoryPostProcessor, PriorityOrdered {

    /** The groups under which the official client is published; its packages begin with the same words. */
    private static final List<String> GROUPS = List.of("io.seata", "org.apache.seata");

    private static final String AUTO_CONFIGURATION = ".spring.boot.autoconfigure.SeataAutoConfiguration";
    private static final String SCANNER = ".spring.annotation.GlobalTransactionScanner";

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
        for (String group : GROUPS) {
            // Spring names an auto-configuration's bean after its class.
            if (beanFactory.containsBeanDefinition(group + AUTO_CONFIGURATION)) {
                throw twoClients(group, load(group + AUTO_CONFIGURATION, beanFactory));
            }
            Class<?> scanner = load(group + SCANNER, beanFactory);
            if (scanner != null) {
                requireNoScanner(scanner, beanFactory);
            }
        }
    }

    private static void requireNoScanner(Class<?> scanner, ConfigurableListableBeanFactory beanFactory) {
        String[] beans = beanFactory.getBeanNamesForType(scanner, true, false);
        if (beans.length > 0) {
            throw new SeataConfigurationException(
                    "The bean '" + beans[0] + "' is a " + scanner.getName()
                            + ", with which the official client starts beside Lockstep: each method annotated with"
                            + " @GlobalTransactional would begin two global transactions.",
                    "Remove that bean; Lockstep needs none in its place.");
        }
    }

    private static SeataConfigurationException twoClients(String group, @Nullable Class<?> found) {
        return new SeataConfigurationException(
                "The official client's own starter is on the class path" + placeOf(found)
                        + " and would start beside Lockstep: each method annotated with @GlobalTransactional would begin two"
                        + " global transactions, and each data source would be wrapped twice.",
                "Remove the dependency " + group
                        + ":seata-spring-boot-starter. Where another dependency brings it, remove that, if it is"
                        + " com.alibaba.cloud:spring-cloud-starter-alibaba-seata, since Lockstep does all that it does; or exclude"
                        + " it there, for example"
                        + "\n\n    <dependency>"
                        + "\n      <groupId>com.alibaba.cloud</groupId>"
                        + "\n      <artifactId>spring-cloud-starter-alibaba-seata</artifactId>"
                        + "\n      <exclusions>"
                        + "\n        <exclusion>"
                        + "\n          <groupId>" + group + "</groupId>"
                        + "\n          <artifactId>seata-spring-boot-starter</artifactId>"
                        + "\n        </exclusion>"
                        + "\n      </exclusions>"
                        + "\n    </dependency>"
                        + "\n\nCode that carries its annotations then needs dev.lockstep:lockstep-seata-annotations in its place.");
    }

    private static String placeOf(@Nullable Class<?> found) {
        CodeSource source = found == null ? null : found.getProtectionDomain().getCodeSource();
        URL jar = source == null ? null : source.getLocation();
        return jar == null ? "" : " (" + jar.getPath() + ")";
    }

    private static @Nullable Class<?> load(String className, ConfigurableListableBeanFactory beanFactory) {
        try {
            return ClassUtils.forName(className, beanFactory.getBeanClassLoader());
        } catch (ClassNotFoundException | LinkageError absent) {
            return null;
        }
    }
}
