package dev.lockstep.rm.at.sql;

/** A yes-or-no fact about the SQL of one database; {@link SqlRules} holds those that are true. */
public enum SqlFact {
    /** {@code `name`} is an identifier. */
    BACKQUOTED_NAMES,
    /** {@code `name`} is an identifier whose case counts for as little as that of a bare one. */
    BACKQUOTED_NAMES_FOLD,
    /** {@code [name]} is an identifier. */
    BRACKETED_NAMES,
    /** {@code "text"} is a string, not an identifier. */
    DOUBLE_QUOTED_STRINGS,
    /** {@code #} may stand in a bare identifier. */
    HASH_IN_NAMES,
    /** {@code $} may begin a bare identifier. */
    DOLLAR_STARTS_NAMES,
    /** A bare identifier may begin with digits, as in {@code 2fa_codes}. */
    DIGITS_START_NAMES,
    /** {@code @name} is a variable of the session. */
    AT_VARIABLES,

    /** A backslash in any string takes the meaning from the next character. */
    BACKSLASH_ESCAPES,
    /** {@code E'..'} is a string with backslash escapes. */
    ESCAPE_STRINGS,
    /** {@code U&'..'} is a string and {@code U&".."} an identifier. */
    UNICODE_STRINGS,
    /** {@code $$..$$} is a string. */
    DOLLAR_STRINGS,
    /** {@code $tag$..$tag$} is a string, with or without the tag. */
    TAGGED_DOLLAR_STRINGS,

    /** {@code #} begins a comment that ends with the line. */
    HASH_COMMENTS,
    /** {@code //} begins a comment that ends with the line. */
    SLASH_COMMENTS,
    /** {@code --} begins a comment only before a blank, a control character or the end. */
    DASHES_NEED_BLANK,
    /** A carriage return ends a comment that ends with the line. */
    CARRIAGE_RETURN_ENDS_LINE,
    /** {@code /*} inside a block comment opens another one. */
    NESTED_COMMENTS,
    /** {@code /*! ..} holds SQL that some versions run and others skip. */
    EXECUTABLE_COMMENTS,
    /** Blanks of Unicode beyond ASCII separate words; otherwise they belong to them. */
    UNICODE_BLANKS,

    /** {@code ??} is how the driver is told of the operator {@code ?}. */
    DOUBLED_QUESTION_MARK,

    /** The word INTO of an INSERT may be absent. */
    OPTIONAL_INTO,
    /** The word FROM of a DELETE may be absent. */
    OPTIONAL_FROM,
    /** A column left of an assignment may be qualified by its table or alias; otherwise the dot leads into a composite. */
    QUALIFIED_SET_COLUMNS,
    /** INSERT, UPDATE or DELETE may end with RETURNING, and give rows then. */
    RETURNING,
    /** An UPDATE names the tables it joins behind FROM, a DELETE behind USING, without the target. */
    JOINS_BEHIND_TARGET,
    /** The table of an UPDATE may be a join, and a DELETE names its target apart from the join. */
    JOINS_AS_TARGET,
    /** REPLACE deletes the rows in the way of the new one, by whatever unique key. */
    REPLACE_DELETES,
    /** MERGE takes KEY and VALUES, and REPLACE is a MERGE by the primary key. */
    MERGE_BY_KEY,
    /** {@code CALL NEXT VALUE FOR sequence} is a query. */
    CALL_EVALUATES
}
