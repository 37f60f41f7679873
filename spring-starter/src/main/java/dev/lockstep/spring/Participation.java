package dev.lockstep.spring;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Says at the start which data sources take no part in global transactions though nobody left them out, and when none takes part at
 * all: a rollback would not undo what is written there.
 */
final class Participation {

    private static final Logger LOG = LoggerFactory.getLogger(Participation.class);

    private final MadeDataSources made;
    private final DataSourceBeans beans;
    private final boolean wrapsByItself;
    private final Set<String> excludes;

    Participation(ConfigurableListableBeanFactory beanFactory, DataSourceBeans beans, SeataProperties properties) {
        this.made = new MadeDataSources(beanFactory);
        this.beans = beans;
        this.wrapsByItself = properties.enableAutoDataSourceProxy();
        this.excludes = properties.excludesForAutoProxying();
    }

    /** Looks at the beans that have been made; one that is yet to be made may take part. */
    void tell() {
        List<String> madeBefore = new ArrayList<>();
        List<String> leftOut = new ArrayList<>();
        boolean takesPart = false;
        for (String beanName : made.beanNames()) {
            Object bean = made.made(beanName);
            if (!(bean instanceof DataSource dataSource) || MadeDataSources.takesPart(dataSource)) {
                takesPart = true;
            } else if (!wrapsByItself || isExcluded(beanName, dataSource)) {
                leftOut.add(beanName);
            } else if (beans.hasPassed(beanName)) {
                // Wrapped, and then put into something that does not say what it holds.
                takesPart = true;
            } else {
                madeBefore.add(beanName);
            }
        }
        if (!madeBefore.isEmpty()) {
            tellOfEarlyOnes(madeBefore);
        } else if (!takesPart && !leftOut.isEmpty()) {
            tellOfNone(leftOut);
        }
    }

    private boolean isExcluded(String beanName, DataSource dataSource) {
        return beans.leadsToLeftOut(dataSource)
                || excludes.contains(beanName)
                || excludes.contains(dataSource.getClass().getName());
    }

    private static void tellOfEarlyOnes(List<String> beanNames) {
        LOG.warn(
                "[starter] DataSource beans {} take no part in global transactions, and what is written through them is not undone:"
                        + " another bean needed them before they could be wrapped, or they were given to the context ready-made. Look"
                        + " in this log for 'is not eligible for getting processed by all BeanPostProcessors', and let the bean"
                        + " named there ask for them later (ObjectProvider, @Lazy), make methods static that give post processors;"
                        + " or wrap them by hand with ResourceManager.wrap.",
                beanNames);
    }

    private void tellOfNone(List<String> leftOut) {
        LOG.warn(
                "[starter] No DataSource bean takes part in global transactions: {}. Nothing that is written through {} is"
                        + " undone by a global rollback. {}",
                wrapsByItself
                        ? "seata.excludes-for-auto-proxying leaves out all there are"
                        : "seata.enable-auto-data-source-proxy is false and none is what ResourceManager.wrap gives",
                leftOut,
                wrapsByItself
                        ? "Remove from that property what is to take part."
                        : "Remove the property, or wrap by hand what is to take part, in place of the official"
                                + " client's DataSourceProxy.");
    }
}
