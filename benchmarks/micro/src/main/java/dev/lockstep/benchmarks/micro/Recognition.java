package dev.lockstep.benchmarks.micro;

import dev.lockstep.rm.at.dialect.mysql.MySqlRules;
import dev.lockstep.rm.at.sql.SqlRecognizer;
import io.seata.sqlparser.SQLRecognizerFactory;
import io.seata.sqlparser.druid.DruidDelegatingSQLRecognizerFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What it costs to understand a statement that was not seen before, in MySQL's dialect: ours with an empty cache, and the
 * official recogniser, which has none and reads columns and conditions only when they are asked for. The figure is the mean
 * of the statements.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Recognition {

    private static final String MYSQL = "mysql";
    private static final int STATEMENTS = 20;

    /** What applications send most: the shapes that mappers and templates generate, and some written by hand. */
    private static final List<String> TEXTS = List.of(
            "INSERT INTO account (id, user_id, balance) VALUES (?, ?, ?)",
            "INSERT INTO account (user_id, balance) VALUES (?, ?)",
            "INSERT INTO account (id, user_id, note) VALUES (NULL, 'it''s', '')",
            "INSERT INTO account (id, user_id, balance) VALUES (?, ?, ?), (?, ?, ?), (?, ?, ?)",
            "INSERT INTO `order` (`id`, `key`, `desc`) VALUES (?, ?, ?)",
            "INSERT INTO orders (customer, item, amount, price, created, updated) VALUES (?, ?, ?, ?, NOW(), NOW())",
            "insert into order_item (order_id, item_id, amount, price) values (?, ?, ?, ?)",
            "INSERT INTO event (id, type, payload, created) VALUES (?, 'created', ?, ?)",
            "UPDATE account SET balance = balance - ? WHERE id = ?",
            "UPDATE account SET balance = balance - ?, version = version + 1 WHERE id = ? AND version = ?",
            "UPDATE stock SET quantity = quantity - ? WHERE id = ? AND quantity >= ?",
            "update orders set status=?, updated=? where id=?",
            "UPDATE account SET note = NULL WHERE note IS NOT NULL AND (a = 1 OR (b = 2 AND NOT c = 3))",
            "UPDATE account SET status = ? WHERE created BETWEEN ? AND ?",
            "UPDATE account SET level = CASE WHEN balance > 1000 THEN 'A' ELSE 'C' END WHERE id = ?",
            "UPDATE `my-db`.`order` SET `key` = ? WHERE `id` = ?",
            "DELETE FROM account WHERE id = ?",
            "DELETE FROM order_item WHERE order_id = ? AND item_id IN (?, ?, ?)",
            "SELECT id, balance FROM account WHERE id = ? FOR UPDATE",
            "SELECT quantity FROM stock WHERE id IN (?, ?, ?) AND quantity > 0 FOR UPDATE");

    private final SQLRecognizerFactory official = new DruidDelegatingSQLRecognizerFactory();

    @Benchmark
    @OperationsPerInvocation(STATEMENTS)
    public void lockstep(Blackhole hole) {
        var recognizer = new SqlRecognizer(MySqlRules.MYSQL);
        for (var text : TEXTS) {
            hole.consume(recognizer.recognize(text));
        }
    }

    @Benchmark
    @OperationsPerInvocation(STATEMENTS)
    public void official(Blackhole hole) {
        for (var text : TEXTS) {
            var recognizers = official.create(text, MYSQL);
            hole.consume(recognizers.get(0).getTableName());
        }
    }
}
