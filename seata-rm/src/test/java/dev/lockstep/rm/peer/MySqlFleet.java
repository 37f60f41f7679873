package dev.lockstep.rm.peer;

import dev.lockstep.rm.at.MySqlAllTypes;
import dev.lockstep.testing.database.DatabaseServer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What MySQL and MariaDB have in common. */
abstract class MySqlFleet extends FleetMatrix {

    MySqlFleet(DatabaseServer server) throws SQLException {
        super(server);
    }

    /** Types that this server does not know. */
    abstract List<String> without();

    @Override
    List<String> preparation() {
        return List.of(PeerContract.scriptOf("mysql"));
    }

    @Override
    Map<String, List<String>> literalsByType() {
        Map<String, List<String>> literals = new LinkedHashMap<>();
        MySqlAllTypes.types(without()).forEach((column, type) -> {
            String name = type.replace(" NULL", "");
            literals.put(
                    literals.containsKey(name) ? name + " # " + column : name,
                    Objects.requireNonNull(MySqlAllTypes.values(without()).get(column)));
        });
        return literals;
    }

    @Override
    List<Case> statements() {
        List<String> tickets = List.of(
                "CREATE TABLE ticket (id BIGINT AUTO_INCREMENT PRIMARY KEY, seat VARCHAR(5), UNIQUE (seat))",
                "INSERT INTO ticket (seat) VALUES ('1a'), ('1b'), ('2a')");
        List<String> words = List.of(
                "CREATE TABLE `order` (`Key` INT PRIMARY KEY, `group` VARCHAR(9), mixedCase INT)",
                "INSERT INTO `order` VALUES (1, 'a', 1), (2, 'b', 2)");
        List<String> pairs = List.of(
                "CREATE TABLE stock (id INT PRIMARY KEY, amount INT)",
                "CREATE TABLE pick (id INT PRIMARY KEY, stock_id INT, taken INT)",
                "INSERT INTO stock VALUES (1, 10), (2, 20), (3, 30)",
                "INSERT INTO pick VALUES (1, 1, 5), (2, 3, 7)");
        List<String> boxes = List.of(
                "CREATE TABLE box (id INT PRIMARY KEY, side INT, area INT GENERATED ALWAYS AS (side * side) STORED)",
                "INSERT INTO box (id, side) VALUES (1, 3), (2, 4)");
        List<String> touched = List.of(
                "CREATE TABLE touched (id INT PRIMARY KEY, v INT, at TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE"
                        + " CURRENT_TIMESTAMP(3))",
                "INSERT INTO touched VALUES (1, 1, '2024-01-01 00:00:00.5')");
        List<Case> cases = new ArrayList<>(commonStatements());
        cases.addAll(List.of(
                Case.of("row of a generated key", "ticket", tickets, "INSERT INTO ticket (seat) VALUES ('3a')"),
                Case.of("rows of generated keys", "ticket", tickets, "INSERT INTO ticket (seat) VALUES ('3a'), ('3b')"),
                Case.of(
                        "row of a generated key named NULL",
                        "ticket",
                        tickets,
                        "INSERT INTO ticket VALUES (NULL, '3a')"),
                Case.of(
                        "update with a limit",
                        "ticket",
                        tickets,
                        "UPDATE ticket SET seat = 'x' ORDER BY id DESC LIMIT 1"),
                Case.of("delete with a limit", "ticket", tickets, "DELETE FROM ticket ORDER BY id LIMIT 2"),
                Case.of(
                        "upsert that inserts",
                        "ticket",
                        tickets,
                        "INSERT INTO ticket (id, seat) VALUES (9, '9a') ON DUPLICATE KEY UPDATE seat = 'no'"),
                Case.of(
                        "upsert that updates",
                        "ticket",
                        tickets,
                        "INSERT INTO ticket (id, seat) VALUES (2, '9a') ON DUPLICATE KEY UPDATE seat = '9b'"),
                Case.of(
                        "words of SQL as names",
                        "`order`",
                        words,
                        "UPDATE `order` SET `group` = 'x', mixedCase = 9 WHERE `Key` = 1"),
                Case.of(
                        "insert under such names",
                        "`order`",
                        words,
                        "INSERT INTO `order` (`Key`, `group`) VALUES (3, 'c')"),
                Case.of("delete under such names", "`order`", words, "DELETE FROM `order` WHERE `Key` = 2"),
                Case.of(
                                "update of a join",
                                "stock",
                                pairs,
                                "UPDATE stock s INNER JOIN pick p ON p.stock_id = s.id SET s.amount = s.amount - p.taken WHERE p.id > 0")
                        .and("pick"),
                Case.of("insert beside a computed column", "box", boxes, "INSERT INTO box (id, side) VALUES (3, 5)"),
                Case.of("update beside a computed column", "box", boxes, "UPDATE box SET side = 6 WHERE id = 1"),
                Case.of("delete beside a computed column", "box", boxes, "DELETE FROM box WHERE id = 1"),
                Case.of(NOTES_ITS_TIME, "touched", touched, "UPDATE touched SET v = 2 WHERE id = 1"),
                new Case(
                        "batch of generated keys",
                        tickets,
                        List.of("ticket"),
                        batch("INSERT INTO ticket (seat) VALUES (?)", new Object[] {"p"}, new Object[] {"q"}))));
        return cases;
    }
}
