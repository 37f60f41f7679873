package dev.lockstep.rm.at.image;

import dev.lockstep.rm.at.dialect.ColumnForm;
import dev.lockstep.rm.at.dialect.Dialect;
import dev.lockstep.rm.at.meta.ColumnMeta;
import java.math.BigDecimal;
import java.sql.Types;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The types of columns of which it is known, on every database, what is read from them when a value was stored that certainly
 * fits. Other values, and other types, are none of these: the database may round, cut, convert or refuse them, as its mode has
 * it.
 */
enum StoredAsGiven {
    INTEGER {
        @Override
        @Nullable
        Object stored(Object sent, ColumnMeta column) {
            return sent instanceof Long number && number.intValue() == number ? (Object) number.intValue() : null;
        }
    },
    BIGINT {
        @Override
        @Nullable
        Object stored(Object sent, ColumnMeta column) {
            return sent instanceof Long ? sent : null;
        }
    },
    /** Of the column's own scale, since nothing is known of others. */
    DECIMAL {
        @Override
        @Nullable
        Object stored(Object sent, ColumnMeta column) {
            return sent instanceof BigDecimal number
                            && number.scale() == column.scale()
                            && number.precision() <= column.size()
                    ? number
                    : null;
        }
    },
    /** As all digits of the column, where those that were not given are noughts ({@link dev.lockstep.rm.at.dialect.ColumnTypes#fillsUpDecimals}). */
    DECIMAL_FILLED_UP {
        @Override
        @Nullable
        Object stored(Object sent, ColumnMeta column) {
            return sent instanceof BigDecimal number
                            && number.scale() >= 0
                            && number.scale() <= column.scale()
                            && number.precision() - number.scale() <= column.size() - column.scale()
                    ? number.setScale(column.scale())
                    : null;
        }
    },
    /** Empty texts are NULL to some, and of other letters than these nobody knows what the session's encoding makes. */
    TEXT {
        @Override
        @Nullable
        Object stored(Object sent, ColumnMeta column) {
            return sent instanceof String text
                            && !text.isEmpty()
                            && text.length() <= column.size()
                            && isPrintableAscii(text)
                    ? text
                    : null;
        }
    };

    private record Type(int jdbcType, String name) {}

    /** Names that say all: MySQL's numbers without sign, and texts of rare encodings, have others. */
    private static final Map<Type, StoredAsGiven> BY_TYPE = Map.ofEntries(
            Map.entry(new Type(Types.INTEGER, "int"), INTEGER),
            Map.entry(new Type(Types.INTEGER, "int4"), INTEGER),
            Map.entry(new Type(Types.INTEGER, "integer"), INTEGER),
            Map.entry(new Type(Types.BIGINT, "int8"), BIGINT),
            Map.entry(new Type(Types.BIGINT, "bigint"), BIGINT),
            Map.entry(new Type(Types.DECIMAL, "decimal"), DECIMAL),
            Map.entry(new Type(Types.NUMERIC, "decimal"), DECIMAL),
            Map.entry(new Type(Types.NUMERIC, "numeric"), DECIMAL),
            Map.entry(new Type(Types.VARCHAR, "varchar"), TEXT),
            Map.entry(new Type(Types.VARCHAR, "character varying"), TEXT),
            Map.entry(new Type(Types.VARCHAR, "text"), TEXT));

    /** The type of a column; null where it is none of these, or the database may put a number of its own there. */
    static @Nullable StoredAsGiven of(ColumnMeta column, Dialect dialect) {
        StoredAsGiven type =
                BY_TYPE.get(new Type(column.jdbcType(), column.typeName().toLowerCase(Locale.ROOT)));
        boolean read = column.form() == ColumnForm.TYPED || column.form() == ColumnForm.UNTYPED_TEXT && type == TEXT;
        if (!read || column.identity() || column.generated()) {
            return null;
        }
        return type == DECIMAL && dialect.types().fillsUpDecimals() ? DECIMAL_FILLED_UP : type;
    }

    /**
     * What is read from such a column.
     *
     * @param sent as {@link dev.lockstep.rm.at.sql.BoundParameters#sent} gives it
     * @return in the class in which the column is read; null unless the column certainly holds it
     */
    abstract @Nullable Object stored(Object sent, ColumnMeta column);

    private static boolean isPrintableAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter < ' ' || letter > '~') {
                return false;
            }
        }
        return true;
    }
}
