package dev.lockstep.frameworks.shop;

/** The tables of the shop, and what is in them when a test begins. */
final class ShopTables {

    private ShopTables() {}

    static String[] creation(DatabaseProduct product) {
        return new String[] {
            "CREATE TABLE customer (id " + product.identity() + " PRIMARY KEY, name VARCHAR(40) NOT NULL,"
                    + " email VARCHAR(60) UNIQUE, version INT DEFAULT 0 NOT NULL)",
            "CREATE TABLE product (id BIGINT PRIMARY KEY, name VARCHAR(40) NOT NULL, price DECIMAL(10, 2) NOT NULL,"
                    + " stock INT NOT NULL, version INT DEFAULT 0 NOT NULL)",
            "CREATE SEQUENCE purchase_seq START WITH 1000 INCREMENT BY 10",
            "CREATE TABLE purchase (id BIGINT PRIMARY KEY, customer_id BIGINT NOT NULL REFERENCES customer (id),"
                    + " note VARCHAR(100))",
            "CREATE TABLE purchase_line (purchase_id BIGINT NOT NULL REFERENCES purchase (id), line_no INT NOT NULL,"
                    + " product_id BIGINT NOT NULL REFERENCES product (id), amount INT NOT NULL,"
                    + " PRIMARY KEY (purchase_id, line_no))",
            "CREATE TABLE remark (customer_id BIGINT NOT NULL, text VARCHAR(100))"
        };
    }

    static String[] content() {
        return new String[] {
            "DELETE FROM remark",
            "DELETE FROM purchase_line",
            "DELETE FROM purchase",
            "DELETE FROM product",
            "DELETE FROM customer",
            "INSERT INTO customer (id, name, email) VALUES (1, 'Ada', 'ada@example.org'), (2, 'Grace', NULL)",
            "INSERT INTO product (id, name, price, stock) VALUES (1, 'bolt', 1.50, 10), (2, 'nut', 0.10, 20),"
                    + " (3, 'screw', 2.00, 0)",
            "INSERT INTO purchase (id, customer_id, note) VALUES (7, 1, 'by hand')",
            "INSERT INTO purchase_line (purchase_id, line_no, product_id, amount) VALUES (7, 1, 1, 4), (7, 2, 2, 5)"
        };
    }
}
