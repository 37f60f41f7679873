package dev.lockstep.rm.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.ConnectionBuilder;
import java.sql.DatabaseMetaData;
import java.sql.Date;
import java.sql.JDBCType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.RowIdLifetime;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Wrapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Walks the interfaces of the JDK that runs the test, so that a method which a newer JDK adds is noticed. */
class DelegatingTest {

    /** What answers for the wrapping object itself. */
    private static final Set<String> ANSWERED_HERE = Set.of("unwrap", "isWrapperFor");

    /** Methods newer than Java 17 which code compiled for 17 cannot forward; each with the JDK that added it. */
    private static final Set<String> NEWER_THAN_OUR_BYTECODE = Set.of();

    static Stream<Forwarding<?>> forwardings() {
        return Stream.of(
                new Forwarding<>(DataSource.class, OurDataSource::new),
                new Forwarding<>(
                        ConnectionBuilder.class,
                        builder -> new DelegatingConnectionBuilder(
                                new OurDataSource(new Recording<>(DataSource.class).proxy()), builder)),
                new Forwarding<>(Connection.class, OurConnection::new),
                new Forwarding<>(Statement.class, delegate -> new DelegatingStatement(someConnection(), delegate)),
                new Forwarding<>(
                        PreparedStatement.class,
                        delegate -> new DelegatingPreparedStatement(someConnection(), delegate)),
                new Forwarding<>(
                        CallableStatement.class,
                        delegate -> new DelegatingCallableStatement(someConnection(), delegate)),
                new Forwarding<>(
                        ResultSet.class,
                        delegate -> new DelegatingResultSet(new Recording<>(Statement.class).proxy(), delegate)),
                new Forwarding<>(
                        Array.class, array -> DelegatingArray.of(new Recording<>(Statement.class).proxy(), array)),
                new Forwarding<>(
                        DatabaseMetaData.class,
                        delegate -> new DelegatingDatabaseMetaData(someConnection(), delegate)));
    }

    @ParameterizedTest
    @MethodSource("forwardings")
    void every_method_is_overridden_also_default_ones(Forwarding<?> forwarding) throws Exception {
        var wrapper = forwarding.wrap(new Recording<>(forwarding.type)).getClass();
        var left = new ArrayList<String>();
        for (Method method : instanceMethods(forwarding.type)) {
            var found = wrapper.getMethod(method.getName(), method.getParameterTypes());
            if (found.getDeclaringClass().isInterface() && !NEWER_THAN_OUR_BYTECODE.contains(signature(method))) {
                left.add(signature(method));
            }
        }
        assertThat(left)
                .as("not forwarded by %s on Java %s", wrapper.getSimpleName(), Runtime.version())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("forwardings")
    void every_method_reaches_the_same_method_of_the_delegate(Forwarding<?> forwarding) throws Exception {
        for (Method method : instanceMethods(forwarding.type)) {
            if (ANSWERED_HERE.contains(method.getName())
                    || isBackReference(method)
                    || NEWER_THAN_OUR_BYTECODE.contains(signature(method))) {
                continue;
            }
            var recording = new Recording<>(forwarding.type);
            var arguments =
                    Arrays.stream(method.getParameterTypes()).map(Samples::of).toArray();
            Object wrapper = forwarding.wrap(recording);
            var answer = method.invoke(wrapper, arguments);

            assertThat(recording.calls).as(signature(method)).hasSize(1);
            var call = recording.calls.get(0);
            assertThat(call.method).isEqualTo(signature(method));
            assertThat(call.arguments).containsExactly(arguments);
            if (method.getReturnType() == ConnectionBuilder.class && wrapper instanceof ConnectionBuilder) {
                assertThat(answer).as("a fluent call goes on with our builder").isSameAs(wrapper);
            } else {
                assertThat(behind(answer)).as(signature(method)).isEqualTo(call.answer);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("forwardings")
    void an_exception_of_the_delegate_reaches_the_caller_as_it_is(Forwarding<?> forwarding) throws Exception {
        var failure = new SQLException("from the delegate");
        for (Method method : instanceMethods(forwarding.type)) {
            if (ANSWERED_HERE.contains(method.getName())
                    || isBackReference(method)
                    || NEWER_THAN_OUR_BYTECODE.contains(signature(method))
                    || !Arrays.asList(method.getExceptionTypes()).contains(SQLException.class)) {
                continue;
            }
            var recording = new Recording<>(forwarding.type);
            recording.failure = failure;
            var arguments =
                    Arrays.stream(method.getParameterTypes()).map(Samples::of).toArray();
            assertThatThrownBy(() -> method.invoke(forwarding.wrap(recording), arguments))
                    .as(signature(method))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .isSameAs(failure);
        }
    }

    @ParameterizedTest
    @MethodSource("forwardings")
    void unwrap_finds_this_object_then_the_delegate_then_asks_it(Forwarding<?> forwarding) throws Exception {
        var recording = new Recording<>(forwarding.type);
        if (!(forwarding.wrap(recording) instanceof Wrapper wrapper)) {
            return; // a builder is no wrapper
        }
        assertThat(wrapper.isWrapperFor(wrapper.getClass())).isTrue();
        assertThat((Object) wrapper.unwrap(wrapper.getClass())).isSameAs(wrapper);
        assertThat((Object) wrapper.unwrap(forwarding.type)).isSameAs(wrapper);
        assertThat(wrapper.isWrapperFor(recording.proxy.getClass())).isTrue();
        assertThat((Object) wrapper.unwrap(recording.proxy.getClass())).isSameAs(recording.proxy);
        assertThat(recording.calls).isEmpty();

        wrapper.isWrapperFor(DelegatingTest.class);
        wrapper.unwrap(Runnable.class);
        assertThat(recording.calls.stream().map(Call::method)).containsExactly("isWrapperFor(Class)", "unwrap(Class)");
    }

    @Test
    void statements_metadata_and_result_sets_lead_back_to_the_wrapping_objects() throws Exception {
        var connection = new OurConnection(new Recording<>(Connection.class).proxy());

        var statement = connection.createStatement();
        assertThat(statement.getConnection()).isSameAs(connection);
        assertThat(statement.executeQuery("SELECT 1").getStatement()).isSameAs(statement);
        assertThat(statement.getResultSet().getStatement()).isSameAs(statement);
        assertThat(statement.getGeneratedKeys().getStatement()).isSameAs(statement);

        var prepared = connection.prepareStatement("SELECT 1");
        assertThat(prepared.getConnection()).isSameAs(connection);
        assertThat(prepared.executeQuery().getStatement()).isSameAs(prepared);

        var callable = connection.prepareCall("{call p}");
        assertThat(callable.getConnection()).isSameAs(connection);
        assertThat(callable.executeQuery().getStatement()).isSameAs(callable);

        var metaData = connection.getMetaData();
        assertThat(metaData.getConnection()).isSameAs(connection);
        assertThat(metaData.getTypeInfo().getStatement()).isNull();
    }

    @Test
    void the_rows_of_an_array_lead_back_to_the_wrapping_objects_and_drivers_get_their_own_array_back()
            throws Exception {
        var statement = new OurConnection(new Recording<>(Connection.class).proxy()).createStatement();
        var rows = statement.executeQuery("SELECT 1");

        var array = rows.getArray(1);
        assertThat(array.getResultSet().getStatement()).isSameAs(statement);
        assertThat(rows.getArray("column").getResultSet(1, 2).getStatement()).isSameAs(statement);
        assertThat(DelegatingArray.behind((Object) array)).isNotSameAs(array).isEqualTo(DelegatingArray.behind(array));

        var recording = new Recording<>(PreparedStatement.class);
        new DelegatingPreparedStatement(someConnection(), recording.proxy).setArray(1, array);
        new DelegatingPreparedStatement(someConnection(), recording.proxy).setObject(1, array);
        assertThat(recording.calls)
                .extracting(call -> call.arguments.get(1))
                .containsOnly(DelegatingArray.behind(array));
    }

    @Test
    void an_absent_result_set_stays_absent() throws Exception {
        var recording = new Recording<>(Statement.class);
        recording.answersNull = true;
        var statement = new DelegatingStatement(someConnection(), recording.proxy);
        assertThat(statement.getResultSet()).isNull();
    }

    @Test
    void what_a_connection_builder_builds_is_wrapped() throws Exception {
        var dataSource = new OurDataSource(new Recording<>(DataSource.class).proxy());
        var connection =
                dataSource.createConnectionBuilder().user("u").password("p").build();
        assertThat(connection).isInstanceOf(OurConnection.class);
    }

    private static Connection someConnection() {
        return new Recording<>(Connection.class).proxy();
    }

    private static boolean isBackReference(Method method) {
        return method.getReturnType() == Connection.class
                        && !DataSource.class.isAssignableFrom(method.getDeclaringClass())
                        && !method.getDeclaringClass().equals(ConnectionBuilder.class)
                || method.getName().equals("getStatement");
    }

    private static List<Method> instanceMethods(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .toList();
    }

    private static String signature(Method method) {
        return Arrays.stream(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(",", method.getName() + "(", ")"));
    }

    /** What one of our objects forwards to; any other object is itself. */
    private static @Nullable Object behind(@Nullable Object answer) {
        if (answer instanceof OurConnection ours) {
            return ours.raw();
        }
        if (answer instanceof DelegatingStatement ours) {
            return ours.delegate();
        }
        if (answer instanceof DelegatingResultSet ours) {
            return ours.delegate();
        }
        if (answer instanceof Array ours) {
            return DelegatingArray.behind(ours);
        }
        if (answer instanceof DelegatingDatabaseMetaData ours) {
            return ours.delegate();
        }
        if (answer instanceof DelegatingConnectionBuilder ours) {
            return ours.delegate();
        }
        return answer;
    }

    record Forwarding<T>(Class<T> type, Function<T, T> wrapping) {
        T wrap(Recording<?> recording) {
            return wrapping.apply(type.cast(recording.proxy));
        }

        @Override
        public String toString() {
            return type.getSimpleName();
        }
    }

    record Call(
            String method,
            List<@Nullable Object> arguments,
            @Nullable Object answer) {}

    /** An object of a JDBC interface that notes each call and answers with a sample. */
    private static final class Recording<T> {
        private final List<Call> calls = new ArrayList<>();
        private final T proxy;
        private @Nullable SQLException failure;
        private boolean answersNull;

        Recording(Class<T> type) {
            this.proxy = type.cast(Proxy.newProxyInstance(
                    DelegatingTest.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                        if (method.getDeclaringClass() == Object.class) {
                            return switch (method.getName()) {
                                case "equals" -> self == arguments[0];
                                case "hashCode" -> System.identityHashCode(self);
                                default -> "recording " + type.getSimpleName();
                            };
                        }
                        if (failure != null) {
                            throw failure;
                        }
                        var answer = answersNull ? null : Samples.of(method.getReturnType());
                        calls.add(new Call(
                                signature(method), arguments == null ? List.of() : Arrays.asList(arguments), answer));
                        return answer;
                    }));
        }

        T proxy() {
            return proxy;
        }
    }

    /** A value for each type that stands in a JDBC signature. */
    private static final class Samples {
        private static final Map<Class<?>, Supplier<Object>> BY_TYPE = new HashMap<>();

        static {
            BY_TYPE.put(boolean.class, () -> true);
            BY_TYPE.put(byte.class, () -> (byte) 7);
            BY_TYPE.put(short.class, () -> (short) 8);
            BY_TYPE.put(int.class, () -> 9);
            BY_TYPE.put(long.class, () -> 10L);
            BY_TYPE.put(float.class, () -> 11f);
            BY_TYPE.put(double.class, () -> 12d);
            BY_TYPE.put(String.class, () -> new String("text"));
            BY_TYPE.put(Object.class, Object::new);
            BY_TYPE.put(byte[].class, () -> new byte[] {1});
            BY_TYPE.put(int[].class, () -> new int[] {2});
            BY_TYPE.put(long[].class, () -> new long[] {3});
            BY_TYPE.put(String[].class, () -> new String[] {"column"});
            BY_TYPE.put(Object[].class, () -> new Object[] {"element"});
            BY_TYPE.put(BigDecimal.class, () -> new BigDecimal("1.50"));
            BY_TYPE.put(Date.class, () -> new Date(1));
            BY_TYPE.put(Time.class, () -> new Time(2));
            BY_TYPE.put(Timestamp.class, () -> new Timestamp(3));
            BY_TYPE.put(Calendar.class, Calendar::getInstance);
            BY_TYPE.put(URL.class, () -> DelegatingTest.class.getResource("DelegatingTest.class"));
            BY_TYPE.put(InputStream.class, () -> new ByteArrayInputStream(new byte[] {4}));
            BY_TYPE.put(Reader.class, () -> new StringReader("characters"));
            BY_TYPE.put(PrintWriter.class, () -> new PrintWriter(System.out));
            BY_TYPE.put(Map.class, HashMap::new);
            BY_TYPE.put(Properties.class, Properties::new);
            BY_TYPE.put(Class.class, () -> String.class);
            BY_TYPE.put(SQLWarning.class, () -> new SQLWarning("warning"));
            BY_TYPE.put(SQLType.class, () -> JDBCType.INTEGER);
            BY_TYPE.put(Logger.class, () -> Logger.getLogger("sample"));
            BY_TYPE.put(Executor.class, () -> (Executor) Runnable::run);
            BY_TYPE.put(RowIdLifetime.class, () -> RowIdLifetime.ROWID_UNSUPPORTED);
        }

        static @Nullable Object of(Class<?> type) {
            if (type == void.class) {
                return null;
            }
            var sample = BY_TYPE.get(type);
            if (sample != null) {
                return sample.get();
            }
            if (type.isInterface()) {
                return new Recording<>(type).proxy();
            }
            throw new AssertionError("No sample for " + type + ": add one");
        }
    }

    private static final class OurDataSource extends DelegatingDataSource {
        OurDataSource(DataSource delegate) {
            super(delegate);
        }

        @Override
        protected Connection wrap(Connection connection) {
            return new OurConnection(connection);
        }
    }

    private static final class OurConnection extends DelegatingConnection {
        OurConnection(Connection delegate) {
            super(delegate);
        }

        Connection raw() {
            return delegate();
        }

        @Override
        protected Statement wrap(Statement statement) {
            return new DelegatingStatement(this, statement);
        }

        @Override
        protected PreparedStatement wrap(PreparedStatement statement, String sql) {
            return new DelegatingPreparedStatement(this, statement);
        }

        @Override
        protected CallableStatement wrap(CallableStatement statement, String sql) {
            return new DelegatingCallableStatement(this, statement);
        }
    }
}
