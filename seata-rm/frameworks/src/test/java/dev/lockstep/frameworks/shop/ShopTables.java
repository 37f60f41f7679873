package dev.lockstep.frameworks.shop;

/** The tables of the shop, and what is in them when a test begins. */
final class ShopTables {

    private ShopTables() {}

    static String[] creation(DatabaseProduct product) {
        return new String[] {
            "CREATE TABLE customer (id " + product.identity() + " PRIMARY KEY, name VARCHAR(40) NOT NULL,"
                    + " email VARCHAR(60) UNIQUE, version INT DEFAULT 0 NOT NULL)",
            "CREATE TABLE customer_tag (customer_id BIGINT NOT NULL REFERENCES customer (id), tag VARCHAR(20) NOT NULL,"
                    + " PRIMARY KEY (customer_id, tag))",
            "CREATE TABLE customer_address (customer_id BIGINT NOT NULL REFERENCES customer (id), position INT NOT NULL,"
                    + " address VARCHAR(60), PRIMARY KEY (customer_id, position))",
            "CREATE TABLE customer_wish (customer_id BIGINT NOT NULL REFERENCES customer (id), topic VARCHAR(20) NOT NULL,"
                    + " wish VARCHAR(60), PRIMARY KEY (customer_id, topic))",
            "CREATE TABLE product (id BIGINT PRIMARY KEY, name VARCHAR(40) NOT NULL, price DECIMAL(10, 2) NOT NULL,"
                    + " stock INT NOT NULL, version INT DEFAULT 0 NOT NULL)",
            product.hasSequences() ? "CREATE SEQUENCE purchase_seq START WITH 1000 INCREMENT BY 10" : "",
            "CREATE TABLE purchase (id " + product.identity()
                    + " PRIMARY KEY, customer_id BIGINT NOT NULL REFERENCES customer (id)," + " note VARCHAR(100))",
            "CREATE TABLE purchase_line (purchase_id BIGINT NOT NULL REFERENCES purchase (id), line_no INT NOT NULL,"
                    + " product_id BIGINT NOT NULL REFERENCES product (id), amount INT NOT NULL,"
                    + " PRIMARY KEY (purchase_id, line_no))",
            "CREATE TABLE payment (id " + product.uuid() + " PRIMARY KEY, amount DECIMAL(10, 2))",
            "CREATE TABLE card_payment (id " + product.uuid() + " PRIMARY KEY REFERENCES payment (id),"
                    + " holder VARCHAR(40))",
            "CREATE TABLE ticket (id BIGINT PRIMARY KEY, seat VARCHAR(10))",
            product.hasSequences()
                    ? "CREATE SEQUENCE ticket_seq START WITH 1 INCREMENT BY 10"
                    : "CREATE TABLE ticket_seq (next_val BIGINT)",
            "CREATE TABLE voucher (id BIGINT PRIMARY KEY, code VARCHAR(20))",
            "CREATE TABLE " + Shop.KEY_SOURCE + " (name VARCHAR(40) PRIMARY KEY, next_val BIGINT)",
            // Without a key: what is written there cannot be undone.
            "CREATE TABLE remark (customer_id BIGINT NOT NULL, text VARCHAR(100))"
        };
    }

    static String[] content() {
        return new String[] {
            "DELETE FROM remark",
            "DELETE FROM ticket",
            "DELETE FROM voucher",
            "DELETE FROM card_payment",
            "DELETE FROM payment",
            "DELETE FROM purchase_line",
            "DELETE FROM purchase",
            "DELETE FROM product",
            "DELETE FROM customer_tag",
            "DELETE FROM customer_address",
            "DELETE FROM customer_wish",
            "DELETE FROM customer",
            "INSERT INTO customer (id, name, email) VALUES (1, 'Ada', 'ada@example.org'), (2, 'Grace', NULL)",
            "INSERT INTO customer_tag VALUES (1, 'early'), (1, 'kind')",
            "INSERT INTO customer_address VALUES (1, 0, 'Home'), (1, 1, 'Work'), (1, 2, 'Club')",
            "INSERT INTO customer_wish VALUES (1, 'colour', 'blue'), (1, 'size', 'small')",
            "INSERT INTO product (id, name, price, stock) VALUES (1, 'bolt', 1.50, 10), (2, 'nut', 0.10, 20),"
                    + " (3, 'screw', 2.00, 0)",
            "INSERT INTO purchase (id, customer_id, note) VALUES (7, 1, 'by hand')",
            "INSERT INTO purchase_line VALUES (7, 1, 1, 4), (7, 2, 2, 5)"
        };
    }
}
