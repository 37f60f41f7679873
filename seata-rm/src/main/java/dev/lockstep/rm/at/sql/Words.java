package dev.lockstep.rm.at.sql;

/** Word lists of SQL that hold in every database. */
final class Words {

    /** Verbs that change rows when a statement begins with them, also inside parentheses or behind WITH. */
    static final WordSet DATA_CHANGE = WordSet.of("INSERT UPDATE DELETE MERGE REPLACE UPSERT");

    /** Verbs that are also names of common string functions. */
    static final WordSet VERB_AND_FUNCTION = WordSet.of("INSERT REPLACE");

    static final WordSet QUERY = WordSet.of("SELECT WITH VALUES TABLE");

    static final WordSet EXPLAIN = WordSet.of("EXPLAIN DESCRIBE DESC");

    static final WordSet DELTA_TABLE = WordSet.of("FINAL OLD NEW");

    /** Whatever may begin what writes out of sight, functions aside. */
    static final WordSet HIDDEN_WRITE = DATA_CHANGE.and(DELTA_TABLE).and(WordSet.of("INTO"));

    /** Words that stand where a table could and mean something else; a table of such a name must be quoted. */
    static final WordSet NOT_A_TABLE = WordSet.of("""
            ALL DEFAULT DELAYED DISTINCT FROM HIGH_PRIORITY IGNORE INTO LATERAL LOW_PRIORITY ONLY OR OVERWRITE QUICK
            SELECT SET TABLE TOP UNNEST VALUES WHERE WITH
            """);

    /** Words that go on with the statement behind a table, so that they are no alias unless AS says so. */
    static final WordSet NOT_AN_ALIAS = WordSet.of("""
            AS CONNECT CROSS DEFAULT EXCEPT FETCH FOR FORCE FROM FULL GROUP HAVING IGNORE INNER INTERSECT INTO JOIN LEFT
            LIMIT LOCK LOG MINUS NATURAL OFFSET ON OPTION ORDER OUTER OUTPUT OVERRIDING PARTITION PIVOT QUALIFY RETURN
            RETURNING RIGHT SAMPLE SELECT SET START STRAIGHT_JOIN TABLESAMPLE UNION UNPIVOT USE USING VALUE VALUES WHERE
            WINDOW WITH
            """);

    /** Words that end an expression even where an operand could stand: reserved wherever they mean anything. */
    static final WordSet NEVER_AN_OPERAND = WordSet.of("""
            EXCEPT FETCH FOR FROM GROUP HAVING INTERSECT INTO LIMIT ON ORDER RETURNING SELECT UNION USING WHERE
            """);

    /** Reserved words that join operands, wherever they stand. */
    static final WordSet INFIX =
            WordSet.of("AND BETWEEN COLLATE DIV ELSE ILIKE IN IS LIKE NOT OR REGEXP RLIKE SIMILAR THEN WHEN XOR");

    /** Words that join operands when they follow one, or one of {@link #INFIX}; elsewhere they may be columns. */
    static final WordSet INFIX_BEHIND_OPERAND =
            WordSet.of("AT ESCAPE FORMAT GLOB MEMBER MOD NULLS OF OVERLAPS SOUNDS TO UESCAPE");

    /** Words of {@link #INFIX} and its kin that another of them may follow. */
    static final WordSet INFIX_IN_TWO = WordSet.of("NOT IS SIMILAR MEMBER SOUNDS");

    /** Words that end an operand and may follow one: as END, ASC, and the units of an interval. */
    static final WordSet POSTFIX = WordSet.of("""
            ASC DESC END ISNULL NOTNULL PRECISION VARYING
            MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR SECOND_MICROSECOND MINUTE_MICROSECOND
            MINUTE_SECOND HOUR_MICROSECOND HOUR_SECOND HOUR_MINUTE DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR
            YEAR_MONTH
            """);

    /** Words that stand before an operand. */
    static final WordSet PREFIX = WordSet.of("BINARY CASE DISTINCT INTERVAL SYMMETRIC");

    /** Every word that means something between operands; any other one is an operand. */
    static final WordSet IN_EXPRESSIONS = INFIX.and(INFIX_BEHIND_OPERAND)
            .and(POSTFIX)
            .and(PREFIX)
            .and(NEVER_AN_OPERAND)
            .and(WordSet.of("WITH WITHOUT ZONE VALUE"));

    /** What may stand in LIMIT, OFFSET and FETCH besides values. */
    static final WordSet LIMIT = WordSet.of("ALL FETCH FIRST LIMIT NEXT OFFSET ONLY PERCENT ROW ROWS TIES WITH");

    /** Words before a parenthesis that is no argument list, and types, whose parameters are none either. */
    static final WordSet NOT_A_FUNCTION = WordSet.of("""
            ALL AND ANY AS BETWEEN CASE DIV ELSE ESCAPE ILIKE IN IS LIKE MOD NOT OF OR RLIKE ROW SOME THEN WHEN XOR
            BINARY BIT CHAR CHARACTER DATETIME DEC DECFLOAT DECIMAL DOUBLE FLOAT INTERVAL NCHAR NUMERIC NVARCHAR
            REAL TIME TIMESTAMP VARBINARY VARCHAR VARYING ZONE
            """);

    /** Further words before a parenthesis that is no argument list. */
    static final WordSet BEFORE_PARENTHESIS = WordSet.of("""
            AGAINST BERNOULLI BY COLUMNS CONFLICT CUBE DEFAULT DISTINCT EXCEPT EXISTS FETCH FILTER FIRST FROM GROUP HAVING
            INDEX INTERSECT INTO JOIN KEY LATERAL LIMIT MATERIALIZED MINUS NEXT OFFSET ON ONLY OVER PARTITION REPEATABLE
            RETURNING ROLLUP SELECT SET SETS SYMMETRIC SYSTEM TABLE TOP UNION USING VALUE VALUES WHERE
            """);

    /** Words that are values. */
    static final WordSet CONSTANT = WordSet.of("NULL TRUE FALSE");

    /** Types that stand before a string to make a value of it. */
    static final WordSet LITERAL_TYPE = WordSet.of("DATE TIME TIMESTAMP UUID");

    /** Functions of the standard and of every database, without a state or a clock. */
    static final WordSet STANDARD_FUNCTIONS = WordSet.of("""
            ABS ACOS ASIN ATAN ATAN2 BIT_LENGTH CARDINALITY CAST CEIL CEILING CHARACTER_LENGTH CHAR_LENGTH COALESCE
            CONCAT CONVERT COS COT DEGREES EXP EXTRACT FLOOR GREATEST LEAST LEFT LENGTH LN LOG LOG10 LOWER LPAD LTRIM
            NULLIF OCTET_LENGTH OVERLAY PI POSITION POWER RADIANS REPEAT REPLACE REVERSE RIGHT ROUND RPAD RTRIM SIGN
            SIN SQRT SUBSTR SUBSTRING TAN TRANSLATE TRIM UPPER
            """);

    /** Functions of the standard that leave rows alone and give other values at other times, or for other rows. */
    static final WordSet STANDARD_READING = WordSet.of("""
            ANY_VALUE ARRAY_AGG AVG CORR COUNT COVAR_POP COVAR_SAMP CUME_DIST DENSE_RANK EVERY FIRST_VALUE GROUPING LAG
            LAST_VALUE LEAD LISTAGG MAX MIN NTH_VALUE NTILE PERCENTILE_CONT PERCENTILE_DISC PERCENT_RANK RANK ROW_NUMBER
            STDDEV STDDEV_POP STDDEV_SAMP SUM VARIANCE VAR_POP VAR_SAMP
            CURRENT_CATALOG CURRENT_ROLE CURRENT_SCHEMA CURRENT_USER SESSION_USER SYSTEM_USER USER
            """);

    /** Read without parentheses, and another value each time. */
    static final WordSet STANDARD_VOLATILE = WordSet.of("""
            CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP SYSDATE SYSTIMESTAMP
            NEXTVAL CURRVAL ROWNUM
            """);

    /** Operators of one meaning that are built in everywhere they exist; any other one may be a user's. */
    static final WordSet OPERATORS = WordSet.of("""
            + - * / % ^ = <> != < > <= >= == <=> || && | & # ~ << >> ! !! @ @> <@ -> ->> #> #>> #- ?? ??| ??& @? @@
            ~* !~ !~* ~~ ~~* !~~ !~~* ::
            """);

    static final WordSet TRANSACTION_CONTROL =
            WordSet.of("ABORT BEGIN COMMIT END LOCK PREPARE RELEASE ROLLBACK SAVEPOINT START UNLOCK XA CHECKPOINT");

    static final WordSet DEFINITION = WordSet.of("""
            ALTER ANALYZE CLUSTER COMMENT CREATE DROP GRANT IMPORT INSTALL OPTIMIZE REFRESH REINDEX RENAME REPAIR REVOKE
            SHUTDOWN TRUNCATE UNINSTALL VACUUM
            """);

    static final WordSet PROCEDURE = WordSet.of("CALL DECLARE DO EXEC EXECUTE PERFORM");

    /** Words that bring another table into the statement. */
    static final WordSet JOINS = WordSet.of("CROSS FROM FULL INNER JOIN LEFT NATURAL RIGHT STRAIGHT_JOIN USING");

    private Words() {}
}
