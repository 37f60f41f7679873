package dev.lockstep.spring;

import dev.lockstep.port.ResourceRegistry;
import dev.lockstep.rm.DirtyWriteListener;
import dev.lockstep.rm.ResourceManager;
import dev.lockstep.rm.event.BranchListener;
import dev.lockstep.rpc.RpcListener;
import dev.lockstep.rpc.SeataRpcClient;
import dev.lockstep.rpc.discovery.Discovery;
import dev.lockstep.spring.sight.PhaseTwoSpans;
import dev.lockstep.spring.sight.RunningTransactions;
import dev.lockstep.tm.FailureListener;
import dev.lockstep.tm.GlobalTransactionTemplate;
import dev.lockstep.tm.GlobalTransactional;
import dev.lockstep.tm.GlobalTransactions;
import dev.lockstep.tm.TransactionListener;
import io.seata.core.model.ResourceManagerInbound;
import io.seata.core.model.ResourceManagerOutbound;
import io.seata.core.model.TransactionManager;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.aop.Advisor;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Role;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * The clients of the TC as beans, each replaceable by one of the application's own, and the advisor that puts methods
 * annotated with {@link GlobalTransactional} into global transactions.
 *
 * <p>Each bean is given the one it stands on, so Spring closes them in the order TM, RM, RPC. Nothing here waits for a TC:
 * an application starts without one, and connects when the rest has started ({@link StartInBackground}) or something needs it.
 */
@AutoConfiguration
@Conditional(NoEmptySetting.class)
@ConditionalOnBooleanProperty(prefix = "seata", name = "enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty(
        prefix = "seata",
        name = "service.disable-global-transaction",
        havingValue = false,
        matchIfMissing = true)
@EnableConfigurationProperties({SeataProperties.class, LockstepProperties.class})
@Import(AutoProxyCreatorRegistrar.class)
public class SeataAutoConfiguration {

    @Bean
    ClientOptions seataClientOptions(SeataProperties properties, LockstepProperties lockstep, Environment environment) {
        new OfficialProperties().refuseOthers(environment);
        return new ClientOptions(properties, lockstep, Identity.of(properties, environment::getProperty));
    }

    @Bean
    @ConditionalOnMissingBean
    RunningTransactions seataRunningTransactions(ObjectProvider<GlobalTransactions> transactions) {
        return new RunningTransactions(() -> transactions.getObject().running());
    }

    /**
     * @param branches ours and those that the application declares as beans
     * @param events where each {@link dev.lockstep.rm.DirtyWrite} is published, after the listeners have been told
     */
    @Bean
    @ConditionalOnMissingBean
    ResourceManager seataResourceManager(
            ResourceManagerOutbound outbound,
            ResourceRegistry registry,
            ClientOptions options,
            ObjectProvider<DirtyWriteListener> dirtyWrites,
            ObjectProvider<BranchListener> branches,
            ApplicationEventPublisher events) {
        var listeners = new ListenerBeans<>(dirtyWrites);
        return new ResourceManager(
                outbound,
                registry,
                options.rm(
                        dirtyWrite -> Listeners.tell(
                                Stream.concat(
                                                listeners.get().stream(),
                                                Stream.<DirtyWriteListener>of(events::publishEvent))
                                        .toList(),
                                listener -> listener.onDirtyWrite(dirtyWrite)),
                        new BranchListeners(new ListenerBeans<>(branches))));
    }

    /** @param resourceManager unused here, but it must be closed after the TM */
    @Bean
    @ConditionalOnMissingBean
    GlobalTransactions seataGlobalTransactions(
            TransactionManager coordinator, ClientOptions options, ResourceManager resourceManager) {
        return new GlobalTransactions(coordinator, options.tm());
    }

    /**
     * @param listeners told of each step, in their order
     * @param failures told after the log, each of them
     * @param transport unused, but it must know whom to serve before the first global transaction
     */
    @Bean
    @ConditionalOnMissingBean
    GlobalTransactionTemplate seataGlobalTransactionTemplate(
            GlobalTransactions transactions,
            ObjectProvider<TransactionListener> listeners,
            ObjectProvider<FailureListener> failures,
            ObjectProvider<ServingTransport> transport) {
        transport.getIfAvailable();
        var ofFailures = new ListenerBeans<>(failures);
        return new GlobalTransactionTemplate(
                transactions,
                List.of(new TransactionListeners(new ListenerBeans<>(listeners))),
                (name, outcome, trouble) -> {
                    FailureListener.LOGGING.failed(name, outcome, trouble);
                    Listeners.tell(ofFailures.get(), listener -> {
                        if (listener != FailureListener.LOGGING) {
                            listener.failed(name, outcome, trouble);
                        }
                    });
                });
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static DataSourceBeans seataDataSourceBeans() {
        return new DataSourceBeans();
    }

    @Bean
    StartChecks seataStartChecks(
            LockstepProperties lockstep,
            SeataProperties seata,
            ObjectProvider<ServingTransport> transport,
            DataSourceBeans dataSources,
            Environment environment) {
        ServingTransport serving = transport.getIfAvailable();
        return new StartChecks(
                failFast(lockstep.failFast(), seata.transport(), environment),
                serving == null ? null : serving.client(),
                dataSources,
                seata.client().undo().logTable());
    }

    /** The official properties count where ours is not set. */
    private static LockstepProperties.FailFast failFast(
            LockstepProperties.FailFast ours, SeataProperties.Transport official, Environment environment) {
        boolean tc = Binder.get(environment)
                .bind("lockstep.fail-fast.tc", Boolean.class)
                .orElse(official.enableTmClientChannelCheckFailFast() || official.enableRmClientChannelCheckFailFast());
        return new LockstepProperties.FailFast(tc, ours.databases(), ours.limit());
    }

    @Bean
    StartInBackground seataStartInBackground(
            ObjectProvider<ServingTransport> transport,
            ResourceManager resourceManager,
            StartChecks checks,
            SeataProperties seata,
            ConfigurableListableBeanFactory beanFactory,
            AnnotatedClasses annotated,
            ScannedClasses scanned,
            DataSourceBeans dataSources,
            Environment environment) {
        ServingTransport serving = transport.getIfAvailable();
        return new StartInBackground(
                serving == null ? null : serving.client(),
                resourceManager,
                // Boot leaves its arguments in the contexts that it tells when they are ready.
                beanFactory.containsSingleton("springApplicationArguments")
                        ? StartInBackground.LONGEST_WAIT
                        : Duration.ZERO,
                () -> notices(seata, beanFactory, annotated, scanned, dataSources, environment, checks));
    }

    private static List<Runnable> notices(
            SeataProperties seata,
            ConfigurableListableBeanFactory beanFactory,
            AnnotatedClasses annotated,
            ScannedClasses scanned,
            DataSourceBeans dataSources,
            Environment environment,
            StartChecks checks) {
        return List.of(
                () -> new UnreachableMethods(beanFactory, annotated, scanned).tell(),
                () -> new Participation(beanFactory, dataSources, seata).tell(),
                () -> {
                    if (seata.enableAutoDataSourceProxy()
                            && ClassUtils.isPresent(
                                    "org.springframework.jdbc.support.JdbcAccessor",
                                    beanFactory.getBeanClassLoader())) {
                        new UncapturedAccess(beanFactory, dataSources).tell();
                    }
                },
                () -> new R2dbcAccess(beanFactory).tell(),
                () -> new UncarriedXid(name -> ClassUtils.isPresent(name, beanFactory.getBeanClassLoader())).tell(),
                () -> new OfficialProperties().tellOfOthers(environment),
                () -> new OwnProperties().tellOfOthers(environment),
                checks::logWhatDatabasesLack);
    }

    /** The transport, unless the application brings the ports itself. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingBean({TransactionManager.class, ResourceManagerOutbound.class, ResourceRegistry.class})
    static class Transport {

        @Bean
        @ConditionalOnMissingBean
        Discovery seataDiscovery(
                SeataProperties properties,
                LockstepProperties lockstep,
                ClientOptions options,
                ObjectProvider<ServiceRegistry> registry,
                Environment environment) {
            return TcDiscovery.of(
                    properties,
                    lockstep.registry(),
                    options.identity(),
                    registry.getIfAvailable(),
                    environment::getProperty);
        }

        /** @param listeners ours and those that the application declares as beans */
        @Bean
        ListenerBeans<RpcListener> seataRpcListeners(ObjectProvider<RpcListener> listeners) {
            return new ListenerBeans<>(listeners);
        }

        @Bean
        SeataRpcClient seataRpcClient(
                ClientOptions options, Discovery discovery, ListenerBeans<RpcListener> listeners) {
            return new SeataRpcClient(options.rpc(), discovery, new RpcListeners(listeners));
        }

        /**
         * What the TC commands passes the TM on its way to the RM, because it proves how a global transaction ended. Until this is
         * there nothing is sent, so no event has come yet; they come on event loops, which must not wait for a listener.
         */
        @Bean
        ServingTransport seataServingTransport(
                SeataRpcClient client,
                ResourceManager resourceManager,
                GlobalTransactions transactions,
                ObjectProvider<PhaseTwoSpans> spans,
                ListenerBeans<RpcListener> listeners) {
            listeners.findEarly();
            ResourceManagerInbound phaseTwo = transactions.witnessedBy(resourceManager);
            PhaseTwoSpans observed = spans.getIfAvailable();
            client.openOnDemand(observed == null ? phaseTwo : observed.around(phaseTwo), resourceManager);
            return new ServingTransport(client);
        }
    }

    /** The client of the TC once it knows whom to serve, and so takes requests. */
    record ServingTransport(SeataRpcClient client) {}

    /** What proxies are made with; of the infrastructure role, because Spring's proxy creator looks at no other. */
    @Configuration(proxyBeanMethods = false)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static class Annotations {

        /** Outside {@code @Transactional}, which has the lowest precedence unless an application says otherwise. */
        private static final int DEFAULT_ORDER = Ordered.HIGHEST_PRECEDENCE + 1000;

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static AnnotatedClasses seataAnnotatedClasses() {
            return new AnnotatedClasses(
                    Stream.concat(TransactionalAttributes.annotations(), LockAttributes.annotations())
                            .collect(Collectors.toUnmodifiableSet()));
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static ScannedClasses seataScannedClasses(Environment environment, BeanFactory beanFactory) {
            return new ScannedClasses(environment, beanFactory);
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static Advisor globalTransactionalAdvisor(
                ObjectProvider<GlobalTransactionTemplate> template,
                Environment environment,
                AnnotatedClasses annotated,
                ScannedClasses scanned) {
            var definitions = new AnnotatedDefinitions();
            var advisor = new DefaultPointcutAdvisor(
                    new AnnotatedMethods(definitions::find, annotated.and(scanned)),
                    new GlobalTransactionalInterceptor(definitions, SingletonSupplier.of(template::getObject)));
            advisor.setOrder(order(environment));
            return advisor;
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static Advisor globalLockAdvisor(Environment environment, AnnotatedClasses annotated, ScannedClasses scanned) {
            var locks = new AnnotationSearch<LockAttributes, LockAttributes>(
                    LockAttributes::of, (attributes, called, userClass) -> attributes);
            var advisor = new DefaultPointcutAdvisor(
                    new AnnotatedMethods(locks::find, annotated.and(scanned)), new GlobalLockInterceptor(locks));
            advisor.setOrder(order(environment));
            return advisor;
        }

        /** Read past SeataProperties: that bean would come into life ahead of the post processors meant for it. */
        private static int order(Environment environment) {
            return Binder.get(environment)
                    .bind("seata.client.tm.interceptor-order", Integer.class)
                    .orElse(DEFAULT_ORDER);
        }

        @Bean
        @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
        static OfficialClientCheck seataOfficialClientCheck() {
            return new OfficialClientCheck();
        }
    }
}
