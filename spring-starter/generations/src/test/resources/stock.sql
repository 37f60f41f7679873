CREATE TABLE stock (item VARCHAR(20) PRIMARY KEY, amount INT NOT NULL);
INSERT INTO stock VALUES ('bolt', 100), ('nut', 100);
