package dev.lockstep.rm.at.dialect;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How the values of columns travel between database, image and undo log, by the names of their types. Immutable.
 *
 * @param jdbcTypes types whose driver reports a constant of {@link java.sql.Types} that says less than the type's name
 * @param forms how values travel
 * @param formsByJdbcType the same by the constant of {@link java.sql.Types}, for types whose name is not among {@code forms}
 * @param otherForm the same for all others
 * @param officialClasses classes that the driver gives where they are not those of JDBC: official undo logs name them
 * @param fillsUpDecimals whether a DECIMAL that is given with fewer digits behind the point than its column has is stored with
 *     all of them
 * @param castTypes what type a value must be cast to before it is compared with a column; null where none is cast
 */
public record ColumnTypes(
        Map<String, Integer> jdbcTypes,
        Map<String, ColumnForm> forms,
        Map<Integer, ColumnForm> formsByJdbcType,
        ColumnForm otherForm,
        Map<String, String> officialClasses,
        boolean fillsUpDecimals,
        @Nullable UnaryOperator<String> castTypes) {

    /** What JDBC says: all are typed. */
    public static final ColumnTypes STANDARD =
            new ColumnTypes(Map.of(), Map.of(), Map.of(), ColumnForm.TYPED, Map.of(), false, null);

    public ColumnTypes {
        jdbcTypes = Map.copyOf(jdbcTypes);
        forms = Map.copyOf(forms);
        formsByJdbcType = Map.copyOf(formsByJdbcType);
        officialClasses = Map.copyOf(officialClasses);
    }

    /** See {@link #jdbcTypes}. */
    public ColumnTypes reportedAs(Map<String, Integer> byTypeName) {
        return new ColumnTypes(
                byTypeName, forms, formsByJdbcType, otherForm, officialClasses, fillsUpDecimals, castTypes);
    }

    /** See {@link #forms}; values of other types as {@code others}. */
    public ColumnTypes travelling(Map<String, ColumnForm> byTypeName, ColumnForm others) {
        return new ColumnTypes(
                jdbcTypes, byTypeName, formsByJdbcType, others, officialClasses, fillsUpDecimals, castTypes);
    }

    /** See {@link #formsByJdbcType}. */
    public ColumnTypes travellingBy(Map<Integer, ColumnForm> byJdbcType) {
        return new ColumnTypes(jdbcTypes, forms, byJdbcType, otherForm, officialClasses, fillsUpDecimals, castTypes);
    }

    /** See {@link #officialClasses}. */
    public ColumnTypes officiallyOf(Map<String, String> classByTypeName) {
        return new ColumnTypes(
                jdbcTypes, forms, formsByJdbcType, otherForm, classByTypeName, fillsUpDecimals, castTypes);
    }

    /** See {@link #fillsUpDecimals}; by default it is not known. */
    public ColumnTypes fillingUpDecimals(boolean value) {
        return new ColumnTypes(jdbcTypes, forms, formsByJdbcType, otherForm, officialClasses, value, castTypes);
    }

    /** See {@link #castTypes}. */
    public ColumnTypes comparedAs(UnaryOperator<String> castTypeOfColumnType) {
        return new ColumnTypes(
                jdbcTypes, forms, formsByJdbcType, otherForm, officialClasses, fillsUpDecimals, castTypeOfColumnType);
    }

    /** The constant of {@link java.sql.Types} for a column whose driver reports {@code reported}. */
    public int jdbcType(String typeName, int reported) {
        return jdbcTypes.getOrDefault(typeName, reported);
    }

    /**
     * How values of this type travel.
     *
     * @param jdbcType constant of {@link java.sql.Types}, for types whose name is not known
     */
    public ColumnForm form(String typeName, int jdbcType) {
        ColumnForm named = forms.get(typeName);
        return named == null ? formsByJdbcType.getOrDefault(jdbcType, otherForm) : named;
    }

    /** The class of which the driver gives values of this type, where JDBC's constant does not say it; or null. */
    public @Nullable String officialClass(String typeName) {
        return officialClasses.get(typeName);
    }

    /** A value as it will be in a column of this type, so that it can be compared with one that is there. */
    public String assigned(String value, String typeName) {
        return castTypes == null ? value : "CAST(" + value + " AS " + castTypes.apply(typeName) + ")";
    }
}
